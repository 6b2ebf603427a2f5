package scope

import (
	"go/constant"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/dbapi"
	"github.com/tenantvet/tenantvet/sqlcheck"
)

// execute runs a prepared statement.
func (w *flow) execute(e *env, call ssa.CallInstruction, t target) {
	stmts := t.recv
	if t.method.Stmt >= 0 {
		stmts = t.args[t.method.Stmt]
	}
	for _, stmt := range w.resolve(stmts) {
		made := []*Object{stmt}
		if stmt.prepared == nil && len(stmt.wired) > 0 {
			made = stmt.wired // what the package keeps in the field
		}
		for _, o := range made {
			if o.prepared == nil {
				w.send(e, call, []*Object{w.elsewhere(stmts, "prepared")}, preparedElsewhere())
				continue
			}
			prep := w.targetOf(o.prepared)
			s := w.statement(o.prepared, prep.args, prep.method)
			if s.param != nil || s.patterns != nil && o != stmt {
				s = statement{unresolved: true, cause: s.cause}
			}
			on := w.preparedOn(o, stmt)
			if t.method.Stmt >= 0 {
				on = w.resolve(t.recv)
			}
			w.send(e, call, on, s)
		}
	}
}

func preparedElsewhere() statement {
	return statement{unresolved: true, cause: "statement prepared elsewhere"}
}

// preparedOn is what a statement was prepared on. Of one from a field no more
// is known than that it is a pool: what else its maker had is not its user's.
func (w *flow) preparedOn(made, stmt *Object) []*Object {
	if made == stmt {
		return made.Parent
	}
	var on []*Object
	for _, p := range made.Parent {
		if !p.IsPool() {
			p = w.elsewhere(made.Value, "prepared")
		}
		on = add(on, p)
	}
	return on
}

// preparedAs returns the statements that the package prepares under a name.
func (w *flow) preparedAs(name ssa.Value) []Text {
	c, ok := name.(*ssa.Const)
	if !ok || c.Value == nil || c.Value.Kind() != constant.String {
		return nil
	}
	var out []Text
	for _, tpl := range w.preparedNames()[constant.StringVal(c.Value)] {
		out = append(out, Text{Template: tpl, Facts: w.facts(tpl)})
	}
	return out
}

// prepared puts the statements that the package prepares under a name in the
// place of the name.
func (p *packageEngine) prepared(ts []sqlcheck.Template) []sqlcheck.Template {
	var out []sqlcheck.Template
	for _, t := range ts {
		if name, ok := t.Const(); ok && name != "" && !strings.ContainsAny(name, " \t\n;") {
			if stmts := p.preparedNames()[name]; len(stmts) > 0 {
				out = append(out, stmts...)
				continue
			}
		}
		out = append(out, t)
	}
	return out
}

// preparedNames are the names under which the package prepares statements on
// connections, as pgx has it.
func (p *packageEngine) preparedNames() map[string][]sqlcheck.Template {
	if p.named != nil {
		return p.named
	}
	p.named = map[string][]sqlcheck.Template{}
	for _, fn := range p.functions {
		p.namesIn(p.symbolicFrame(fn))
	}
	return p.named
}

func (p *packageEngine) namesIn(f *frame) {
	for _, b := range f.fn.Blocks {
		for _, instr := range b.Instrs {
			call, ok := instr.(ssa.CallInstruction)
			if !ok {
				continue
			}
			m, ok := p.prepareMethod(call.Common())
			args := call.Common().Args
			if !call.Common().IsInvoke() && len(args) > 0 {
				args = args[1:]
			}
			if !ok || m.Text < 1 || m.Text >= len(args) {
				continue
			}
			name, isConst := args[m.Text-1].(*ssa.Const)
			if !isConst || name.Value == nil || name.Value.Kind() != constant.String {
				continue
			}
			if t := p.texts.Text(args[m.Text], b); !t.Unresolved && t.Param == nil {
				key := constant.StringVal(name.Value)
				p.named[key] = append(p.named[key], t.Templates...)
			}
		}
	}
	for _, anon := range f.fn.AnonFuncs {
		p.namesIn(f.child(anon))
	}
}

// prepareMethod is the catalogue's entry of a call that prepares a statement.
func (p *packageEngine) prepareMethod(common *ssa.CallCommon) (dbapi.Method, bool) {
	fn := common.Method
	if !common.IsInvoke() {
		static := common.StaticCallee()
		if static == nil {
			return dbapi.Method{}, false
		}
		if fn = declared(static); fn == nil {
			return dbapi.Method{}, false
		}
	}
	m, ok := p.api.Method(fn)
	return m, ok && m.Effect == dbapi.Prepare && fn.Signature().Recv() != nil
}
