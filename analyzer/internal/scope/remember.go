package scope

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/dbapi"
)

// Some hooks remember for which tenant a connection was prepared last, in a map or
// in what the connection keeps for its users, and spare themselves the statement
// where that is the tenant at hand. On that branch the context is set: the same
// value was bound to it when it was remembered.

// remembering is what a hook is seen to remember.
type remembering struct {
	conn *Object
	// names are the settings to which each value is bound.
	names map[ssa.Value][]string
}

// remembers looks through a hook for settings whose values it remembers.
func (f *frame) remembers(conn *Object) *remembering {
	r := &remembering{conn: conn, names: map[ssa.Value][]string{}}
	w := &flow{frame: f}
	var kept []ssa.Value
	for _, b := range f.fn.Blocks {
		for _, instr := range b.Instrs {
			switch instr := instr.(type) {
			case *ssa.MapUpdate:
				kept = append(kept, plain(instr.Value))
			case *ssa.Store:
				if _, ok := instr.Addr.(*ssa.FieldAddr); ok {
					kept = append(kept, plain(instr.Val))
				}
			case ssa.CallInstruction:
				if fn := instr.Common().StaticCallee(); fn != nil && fn.String() == "(*sync.Map).Store" {
					kept = append(kept, plain(instr.Common().Args[2]))
				}
				w.bindsTo(instr, r)
			}
		}
	}
	for v := range r.names {
		if !slices.ContainsFunc(kept, func(k ssa.Value) bool { return sameValue(k, v, 0) }) {
			delete(r.names, v)
		}
	}
	if len(r.names) == 0 {
		return nil
	}
	return r
}

// bindsTo notes the values that a call binds to settings of the connection.
func (w *flow) bindsTo(call ssa.CallInstruction, r *remembering) {
	if _, isBuiltin := call.Common().Value.(*ssa.Builtin); isBuiltin {
		return
	}
	t := w.targetOf(call)
	switch {
	case t.method.Effect == dbapi.Send && slices.Contains(w.resolve(t.handle()), r.conn):
		s := w.statement(call, t.args, t.method)
		for _, c := range w.changes(s) {
			if v := bound(s, c.Value.Param); v != nil && c.Certain && !c.Reset && !c.local {
				r.names[plain(v)] = append(r.names[plain(v)], c.name)
			}
		}
	case t.summary != nil:
		for _, eff := range t.summary.Sets {
			if !eff.Session || eff.Level != Set || !slices.Contains(w.placed(t.all, eff.Place), r.conn) {
				continue
			}
			for i, a := range t.all {
				if i != eff.Param && isTenantLike(a.Type()) {
					r.names[plain(a)] = append(r.names[plain(a)], eff.Setting)
				}
			}
		}
	}
}

// isTenantLike tells values that can name a tenant from the rest of a call's arguments.
func isTenantLike(t types.Type) bool {
	switch t.Underlying().(type) {
	case *types.Basic, *types.Array:
		return true
	}
	return false
}

// recall sets on the connection what a branch finds remembered.
func (r *remembering) recall(e *env, cond ssa.Value, holds bool) {
	if not, ok := cond.(*ssa.UnOp); ok && not.Op == token.NOT {
		cond, holds = not.X, !holds
	}
	op, ok := cond.(*ssa.BinOp)
	if !ok || !(op.Op == token.EQL && holds || op.Op == token.NEQ && !holds) {
		return
	}
	for v, names := range r.names {
		if !(sameValue(plain(op.X), v, 0) && isRead(op.Y)) && !(sameValue(plain(op.Y), v, 0) && isRead(op.X)) {
			continue
		}
		s := e.get(r.conn).clone()
		for _, name := range names {
			s.set(name, Entry{Level: Set})
			s.dirty(name, nil)
		}
		e.put(r.conn, s)
	}
}

// isRead reports whether a value is read from where something was remembered.
func isRead(v ssa.Value) bool {
	switch v := v.(type) {
	case *ssa.Lookup:
		return true
	case *ssa.Extract:
		return isRead(v.Tuple)
	case *ssa.TypeAssert:
		return isRead(v.X)
	case *ssa.ChangeType:
		return isRead(v.X)
	case *ssa.Convert:
		return isRead(v.X)
	case *ssa.MakeInterface:
		return isRead(v.X)
	case *ssa.UnOp:
		_, field := v.X.(*ssa.FieldAddr)
		return field && v.Op == token.MUL
	case *ssa.Call:
		fn := v.Call.StaticCallee()
		return fn != nil && fn.String() == "(*sync.Map).Load"
	}
	return false
}

// plain is a value without what only changes its type.
func plain(v ssa.Value) ssa.Value {
	for {
		switch x := v.(type) {
		case *ssa.MakeInterface:
			v = x.X
		case *ssa.ChangeType:
			v = x.X
		case *ssa.Convert:
			v = x.X
		default:
			return v
		}
	}
}

// sameValue reports whether two values are the same, or what a method without
// arguments such as String makes of the same.
func sameValue(a, b ssa.Value, depth int) bool {
	a, b = plain(a), plain(b)
	if a == b {
		return true
	}
	x, isCall := a.(*ssa.Call)
	y, both := b.(*ssa.Call)
	if !isCall || !both || depth > 2 {
		return false
	}
	fn := x.Call.StaticCallee()
	return fn != nil && fn == y.Call.StaticCallee() && fn.Signature.Recv() != nil && len(x.Call.Args) == 1 && sameValue(x.Call.Args[0], y.Call.Args[0], depth+1)
}
