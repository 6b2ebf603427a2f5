package scope

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/dbapi"
)

// A Login is who a handle is to the server, where that decides more than any
// context: a role that the policies don't bind sees every tenant's rows.
type Login struct {
	// What the handle was opened with, and where that enters the program.
	What, Posn string
	// Owner is the role, where it bypasses what it owns and nobody forces it.
	Owner string
	// Declared: the configuration says that the handle is privileged.
	Declared bool
}

func (l *Login) String() string {
	switch {
	case l.Declared:
		return "privileged"
	case l.Owner != "":
		return "owner " + l.Owner
	}
	return l.What
}

// bypasses reports whether no policy binds the login.
func (l *Login) bypasses() bool { return l != nil && l.Owner == "" }

// An Opening is what is known about the login of a handle that is opened.
type Opening struct {
	Login *Login
	// Params are the parameters that decide it.
	Params []int
}

// logsIn notes the login of a pool or connection that a call opens.
func (f *frame) logsIn(o *Object, call *ssa.Call) {
	opening := f.OpenedWith(call)
	if opening.Login == nil && len(opening.Params) == 0 {
		return
	}
	for _, a := range call.Call.Args {
		if f.api.HasHooks(a.Type()) && f.stepsDown(f.resolve(a)) {
			return
		}
	}
	o.login, o.loginParams = opening.Login, opening.Params
}

// logsInAs notes the login of a pool that a called function opens with the
// call's arguments.
func (f *frame) logsInAs(o *Object, args []ssa.Value, params []int) {
	for _, p := range params {
		if p >= len(args) {
			continue
		}
		opening := f.LoginOf(args[p])
		if o.login == nil {
			o.login = opening.Login
		}
		o.loginParams = append(o.loginParams, opening.Params...)
	}
}

// stepsDown reports whether each new connection of a pool switches to another
// role, or may: a hook that can't be seen is no proof of a bypass.
func (f *frame) stepsDown(config []*Object) bool {
	for _, b := range f.fn.Blocks {
		for _, instr := range b.Instrs {
			st, ok := instr.(*ssa.Store)
			if !ok {
				continue
			}
			fa, ok := st.Addr.(*ssa.FieldAddr)
			if !ok || !f.api.HasHooks(fa.X.Type()) || !meet(f.resolve(fa.X), config) {
				continue
			}
			if name := fieldName(fa); name != "AfterConnect" && !isHookField(name) {
				continue
			}
			exits, o := f.runHook(f.function(st.Val), nil)
			if o == nil {
				return true
			}
			steps := len(exits) > 0
			for _, x := range exits {
				steps = steps && (!accepts(x) || lowered(x.env.get(o)))
			}
			if steps {
				return true
			}
		}
	}
	return false
}

// lowered reports whether a handle has switched to another role than its login's.
func lowered(s State) bool {
	for _, name := range []string{"role", "session_authorization"} {
		if entry, has := s.Settings[name]; has && entry.Level >= Unchecked && s.Broken != "bypassrole" {
			return true
		}
	}
	return false
}

// Login returns the login of a handle that is known, and the call in this
// package that opened it or got it, NoPos if none did.
func (h Handle) Login() (*Login, token.Pos) {
	if lowered(h.State) {
		return nil, token.NoPos
	}
	return h.Object.loginBehind(map[*Object]bool{})
}

// loginBehind follows a handle to what it was made on, and a field to what the
// package stores there: a login counts if it is that of each.
func (o *Object) loginBehind(seen map[*Object]bool) (*Login, token.Pos) {
	if o.login != nil {
		return o.login, o.openedAt()
	}
	if seen[o] {
		return nil, token.NoPos
	}
	seen[o] = true
	behind := o.made()
	if len(behind) == 0 {
		behind = o.wired
	}
	var login *Login
	var at token.Pos
	for _, p := range behind {
		l, pos := p.loginBehind(seen)
		if l == nil {
			return nil, token.NoPos
		}
		if login == nil {
			login, at = l, pos
		}
	}
	return login, at
}

// made are the handles that a handle was made on, here or in a called function.
func (o *Object) made() []*Object {
	if len(o.Parent) > 0 {
		return o.Parent
	}
	return o.on
}

func (o *Object) openedAt() token.Pos {
	if call, ok := o.Value.(ssa.CallInstruction); ok && o.Root == Created {
		return call.Common().Pos()
	}
	return token.NoPos
}

// declaredField, declaredGlobal and declaredResult make the handles that the
// configuration declares privileged, whatever is stored in them.

func (f *frame) declaredField(o *Object, field *types.Var, of types.Type) *Object {
	if o.login != nil && o.login.Declared { // what is in a wrapper
		return f.privileged(o.Value, o.Index, field.Type(), o.Path+"."+field.Name())
	}
	if of == nil {
		return nil
	}
	named, ok := types.Unalias(elem(of)).(*types.Named)
	if !ok || field.Pkg() == nil || !f.PrivilegedHandle(field.Pkg().Path(), named.Obj().Name()+"."+field.Name()) {
		return nil
	}
	return f.privileged(o.Value, o.Index, field.Type(), o.Path+"."+field.Name())
}

func (f *frame) declaredGlobal(g *ssa.Global) *Object {
	if g.Pkg == nil || !f.PrivilegedHandle(g.Pkg.Pkg.Path(), g.Name()) {
		return nil
	}
	return f.privileged(g, 0, elem(g.Type()), "")
}

func (f *frame) declaredResult(call *ssa.Call, fn *types.Func, index int, typ types.Type) *Object {
	if fn == nil || fn.Pkg() == nil || !mayCarry(typ) {
		return nil
	}
	name := fn.Name()
	if recv := fn.Signature().Recv(); recv != nil {
		named, ok := types.Unalias(elem(recv.Type())).(*types.Named)
		if !ok {
			return nil
		}
		name = named.Obj().Name() + "." + name
	}
	if !f.PrivilegedHandle(fn.Pkg().Path(), name) {
		return nil
	}
	return f.privileged(call, index, typ, "")
}

func (f *frame) privileged(v ssa.Value, index int, typ types.Type, path string) *Object {
	o := f.in.intern(Object{Root: Created, Value: v, Index: index, Path: path, Type: typ, Kind: f.kindOf(typ)}, f.salt()+"#declared")
	if o.Kind == dbapi.NoHandle {
		o.Kind = dbapi.Querier // a wrapper is as privileged as what is in it
	}
	o.frame, o.login = f, &Login{Declared: true}
	return o
}
