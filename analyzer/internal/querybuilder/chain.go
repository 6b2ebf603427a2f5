package querybuilder

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/lazyssa"
	"github.com/tenantvet/tenantvet/sqlcheck"
)

// Options are what the reading of a package's builders rests on.
type Options struct {
	Pkg *ssa.Package
	// Texts resolves a string value to the texts that it may be; none when it
	// is not known at all.
	Texts func(ssa.Value) []sqlcheck.Template
	// TableName returns what the TableName method of a model returns, if that
	// is known to be one constant.
	TableName func(*types.Func) (string, bool)
	// HasTable reports whether the schema has a table of that name; nil without
	// a schema.
	HasTable func(string) bool
}

// A Builder reads the query builders of one package.
type Builder struct {
	Options
	sent map[ssa.CallInstruction][]sqlcheck.Template
}

// New returns a builder for the values of a package.
func New(opt Options) *Builder {
	return &Builder{Options: opt, sent: map[ssa.CallInstruction][]sqlcheck.Template{}}
}

// Sent returns the statements that a call of a library sends: Exec, Scan, Find
// and the like. It returns none if nothing is known about them.
func (b *Builder) Sent(call ssa.CallInstruction) []sqlcheck.Template {
	if out, ok := b.sent[call]; ok {
		return out
	}
	b.sent[call] = nil // a chain that leads back to its own end is none
	e := b.reading(call)
	out := e.templates(e.call(call, nil))
	b.sent[call] = out
	return out
}

// Text returns the statements that a builder, such as the receiver of ToSql,
// stands for.
func (b *Builder) Text(v ssa.Value, at ssa.Instruction) []sqlcheck.Template {
	e := b.reading(at)
	return e.templates(e.queries(v, nil))
}

func (e *reading) templates(qs []query) []sqlcheck.Template {
	var out []sqlcheck.Template
	for _, q := range qs {
		if t := q.render(); t != nil {
			out = append(out, sqlcheck.Template{Parts: t})
		}
	}
	return out
}

// A frame is a function of the package that the chain runs through, with the
// arguments of the call at hand.
type frame struct {
	fn   *ssa.Function
	args []ssa.Value
	up   *frame // where the arguments are values
	base *query // what the first parameter is, for a function that gets a chain
}

func (f *frame) depth() int {
	n := 0
	for ; f != nil; f = f.up {
		n++
	}
	return n
}

// place is a value in a frame.
type place struct {
	v ssa.Value
	f *frame
}

const (
	maxFrames = 4    // calls within calls of a chain
	maxSteps  = 4000 // of one chain: beyond that it is not read
)

// A reading is the following of one chain.
type reading struct {
	*Builder
	end   ssa.Instruction // where the statement is complete
	memo  map[place][]query
	loops map[place][]query // the phis at hand, with what is known so far
	used  map[place]bool    // the phis whose unfinished result was used
	steps int
}

func (b *Builder) reading(end ssa.Instruction) *reading {
	return &reading{Builder: b, end: end, memo: map[place][]query{}, loops: map[place][]query{}, used: map[place]bool{}}
}

// queries returns what a builder value may be as a statement.
func (e *reading) queries(v ssa.Value, f *frame) []query {
	at := place{v, f}
	if qs, ok := e.loops[at]; ok {
		e.used[at] = true
		return qs
	}
	if qs, ok := e.memo[at]; ok {
		return qs
	}
	if e.steps++; e.steps > maxSteps {
		return []query{e.start(v, true)}
	}
	qs := e.value(v, f)
	if len(qs) > maxQueries {
		qs = []query{e.start(v, true)}
	}
	if len(e.used) == 0 {
		e.memo[at] = qs // what rests on an unfinished loop is not the last word
	}
	return qs
}

func (e *reading) value(v ssa.Value, f *frame) []query {
	switch v := v.(type) {
	case *ssa.Call:
		return e.mutated(v, f, e.call(v, f))
	case *ssa.Extract:
		if call, ok := v.Tuple.(*ssa.Call); ok {
			if qs, ok := e.returned(call, v.Index, f); ok {
				return qs
			}
			if _, isStep := e.stepOf(&call.Call, f); isStep && v.Index == 0 {
				return e.call(call, f)
			}
			return e.handedOn(call, v.Type(), v, f)
		}
	case *ssa.Phi:
		return e.phi(v, f)
	case *ssa.MakeInterface:
		return e.queries(v.X, f)
	case *ssa.ChangeInterface:
		return e.queries(v.X, f)
	case *ssa.ChangeType:
		return e.queries(v.X, f)
	case *ssa.UnOp:
		if v.Op == token.MUL {
			return e.load(v, f)
		}
	case *ssa.Parameter:
		if f != nil && f.base != nil && v == f.fn.Params[0] {
			return []query{*f.base}
		}
		if arg, up, ok := f.argument(v); ok {
			return e.queries(arg, up)
		}
	case *ssa.FreeVar:
		if b := lazyssa.Captured(v); b != nil && f == nil {
			return e.queries(b, nil)
		}
	case *ssa.Alloc:
		return e.stored(v, v, f)
	}
	return []query{e.start(v, false)}
}

// phi joins what arrives on the paths, until a loop adds nothing new.
func (e *reading) phi(v *ssa.Phi, f *frame) []query {
	at := place{v, f}
	var have []query
	for range 3 {
		e.loops[at] = have
		var next []query
		for _, edge := range v.Edges {
			next = merge(next, e.queries(edge, f)...)
		}
		have = next
		if !e.used[at] {
			break
		}
	}
	delete(e.loops, at)
	delete(e.used, at)
	return have
}

// load resolves a read of a variable.
func (e *reading) load(v *ssa.UnOp, f *frame) []query {
	switch addr := v.X.(type) {
	case *ssa.Alloc:
		if val := lazyssa.StoredBefore(v); val != nil {
			return e.queries(val, f)
		}
		return e.stored(addr, v, f)
	case *ssa.FreeVar:
		if val := lazyssa.StoredBefore(v); val != nil {
			return e.queries(val, f)
		}
		if b, ok := lazyssa.Captured(addr).(*ssa.Alloc); ok && f == nil {
			return e.stored(b, v, nil)
		}
	}
	return []query{e.start(v, false)}
}

// stored joins everything that is stored to a variable.
func (e *reading) stored(addr *ssa.Alloc, v ssa.Value, f *frame) []query {
	vals, whole := lazyssa.Stored(addr)
	if !whole || len(vals) == 0 || len(vals) > maxQueries {
		return []query{e.start(v, len(vals) > 1)}
	}
	at := place{addr, f}
	if _, looping := e.loops[at]; looping {
		e.used[at] = true
		return e.loops[at]
	}
	var have []query
	for range 3 {
		e.loops[at] = have
		var next []query
		for _, val := range vals {
			next = merge(next, e.queries(val, f)...)
		}
		have = next
		if !e.used[at] {
			break
		}
	}
	delete(e.loops, at)
	delete(e.used, at)
	return have
}

// call resolves the result of a call: a step of the chain, or a function of the
// package that returns one.
func (e *reading) call(call ssa.CallInstruction, f *frame) []query {
	common := call.Common()
	if s, ok := e.stepOf(common, f); ok {
		if s.recv == nil {
			return []query{s.lib.step(s, query{})}
		}
		var out []query
		for _, q := range e.queries(s.recv, f) {
			out = merge(out, s.lib.step(s, q))
		}
		return out
	}
	if v, ok := call.(*ssa.Call); ok {
		if qs, ok := e.returned(v, 0, f); ok {
			return qs
		}
		return e.handedOn(v, v.Type(), v, f)
	}
	return nil
}

// handedOn is the result of a function that can't be read: one that takes a
// chain and returns one goes on with it.
func (e *reading) handedOn(call *ssa.Call, result types.Type, v ssa.Value, f *frame) []query {
	var given []ssa.Value
	for _, a := range call.Call.Args {
		if isLibrary(result) && types.Identical(a.Type(), result) {
			given = append(given, a)
		}
	}
	if len(given) != 1 {
		return []query{e.start(v, true)}
	}
	var out []query
	for _, q := range e.queries(given[0], f) {
		if len(q.list[table]) == 0 && q.model.typ == nil {
			q = e.start(v, true) // it may have been chosen there
		}
		if n := len(q.list[where]); n == 0 || !q.list[where][n-1].maybe {
			q = q.add(where, something())
		}
		out = merge(out, q)
	}
	return out
}

// returned reads a function of the package that returns a builder.
func (e *reading) returned(call *ssa.Call, index int, f *frame) ([]query, bool) {
	fn := call.Call.StaticCallee()
	if fn == nil || fn.Pkg != e.Pkg || fn.Blocks == nil || f.depth() >= maxFrames {
		return nil, false
	}
	in := &frame{fn: fn, args: call.Call.Args, up: f}
	var out []query
	for _, b := range fn.Blocks {
		ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return)
		if !ok || index >= len(ret.Results) || isNil(ret.Results[index]) {
			continue
		}
		out = merge(out, e.queries(ret.Results[index], in)...)
	}
	return out, len(out) > 0
}

func isNil(v ssa.Value) bool {
	c, ok := v.(*ssa.Const)
	return ok && c.Value == nil
}

// argument returns what a call passes for a parameter.
func (f *frame) argument(p *ssa.Parameter) (arg ssa.Value, up *frame, ok bool) {
	if f == nil {
		return nil, nil, false
	}
	for i, q := range f.fn.Params {
		if p == q && i < len(f.args) {
			return f.args[i], f.up, true
		}
	}
	return nil, nil, false
}

// A step is one call of a library in a chain.
type step struct {
	*reading
	lib   library
	frame *frame
	recv  ssa.Value // nil for the functions of the library
	on    string    // the receiver's type, as in the library
	name  string
	args  []ssa.Value // without the receiver
}

// A library knows what its calls add to a query.
type library interface {
	// step applies one call.
	step(s step, q query) query
	// start is the query of a value of a type of the library that is no call of
	// it; hidden: something else than the fresh value that it may look like.
	start(e *reading, v ssa.Value, on string, hidden bool) query
	// mutates: the call changes its receiver, as well as returning it.
	mutates(s step) bool
}

var libraries = map[string]library{
	"github.com/Masterminds/squirrel": squirrel{},
	"github.com/uptrace/bun":          bun{},
	goquPath:                          goqu{},
	goquPath + "/exec":                goqu{},
	gopgPath:                          gopg{},
	gopgPath + "/orm":                 gopg{},
	"gorm.io/gorm":                    gorm{},
	"gorm.io/gorm/clause":             gorm{},
}

// stepOf recognises a call of a library.
func (e *reading) stepOf(common *ssa.CallCommon, f *frame) (step, bool) {
	s := step{reading: e, frame: f, args: common.Args}
	var fn *types.Func
	if common.IsInvoke() {
		fn, s.recv = common.Method, common.Value
	} else if static := common.StaticCallee(); static != nil {
		fn, _ = static.Object().(*types.Func)
	}
	if fn == nil || fn.Pkg() == nil {
		return s, false
	}
	if s.lib = libraries[fn.Pkg().Path()]; s.lib == nil {
		return s, false
	}
	if recv := fn.Signature().Recv(); recv != nil {
		_, s.on = typeOf(recv.Type())
		if !common.IsInvoke() {
			s.recv, s.args = common.Args[0], common.Args[1:]
		}
	}
	s.name = fn.Name()
	return s, true
}

// start is the beginning of a chain that is no call of a library.
func (e *reading) start(v ssa.Value, hidden bool) query {
	pkg, on := typeOf(v.Type())
	if lib := libraries[pkg]; lib != nil {
		return lib.start(e, v, on, hidden)
	}
	return query{open: true}
}

// typeOf names a type, or what it points to.
func typeOf(t types.Type) (pkg, name string) {
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		t = p.Elem()
	}
	if n, ok := types.Unalias(t).(*types.Named); ok && n.Obj().Pkg() != nil {
		return n.Obj().Pkg().Path(), n.Obj().Name()
	}
	return "", ""
}

// mutated adds what the program calls on a builder for the change alone, as in
//
//	q := db.NewSelect()
//	if open {
//		q.Where("closed_at IS NULL")
//	}
func (e *reading) mutated(v *ssa.Call, f *frame, qs []query) []query {
	if made, ok := e.stepOf(&v.Call, f); !ok || !made.lib.mutates(made) || v.Referrers() == nil {
		return qs
	}
	for _, instr := range *v.Referrers() {
		call, ok := instr.(*ssa.Call)
		if !ok || ssa.Instruction(call) == e.end {
			continue
		}
		s, ok := e.stepOf(&call.Call, f)
		switch {
		case ok && s.recv == ssa.Value(v):
			if len(*call.Referrers()) > 0 || !e.precedes(call) || !s.lib.mutates(s) {
				continue
			}
			for i, q := range qs {
				next := s.lib.step(s, q)
				if !e.surely(call) {
					next = meet(q, next)
				}
				qs = append(qs[:i:i], append([]query{next}, qs[i+1:]...)...)
			}
		case !ok && len(call.Call.Args) > 0 && handsOn(&call.Call, v) && e.precedes(call) && !isLibrary(call.Type()):
			for i, q := range qs {
				qs = append(qs[:i:i], append([]query{q.add(where, something())}, qs[i+1:]...)...)
			}
		}
	}
	return qs
}

// handsOn reports whether a call takes a builder as an argument.
func handsOn(call *ssa.CallCommon, v ssa.Value) bool {
	for _, a := range call.Args {
		if a == v {
			return true
		}
	}
	return false
}

func isLibrary(t types.Type) bool {
	pkg, _ := typeOf(t)
	return libraries[pkg] != nil
}

// precedes reports whether a call may run before the statement is complete.
func (e *reading) precedes(call *ssa.Call) bool {
	if e.end == nil || call.Parent() != e.end.Parent() {
		return true
	}
	if call.Block() != e.end.Block() {
		return !e.end.Block().Dominates(call.Block())
	}
	for _, instr := range call.Block().Instrs {
		switch instr {
		case ssa.Instruction(call):
			return true
		case e.end:
			return false
		}
	}
	return true
}

// surely reports whether a call runs on every path to the end.
func (e *reading) surely(call *ssa.Call) bool {
	return e.end == nil || call.Parent() != e.end.Parent() || call.Block().Dominates(e.end.Block())
}
