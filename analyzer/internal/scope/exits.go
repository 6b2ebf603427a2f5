package scope

import (
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/dbapi"
)

// returned records an exit.
func (w *flow) returned(e *env, ret *ssa.Return) {
	if w.emit != nil {
		w.atExit(e, ret)
		w.keeps(e, ret)
	}
	w.exits = append(w.exits, exit{ret, e.clone()})
}

// atExit emits the session context on handles that end here.
func (w *flow) atExit(e *env, ret *ssa.Return) {
	for o, s := range e.states {
		if len(s.Dirty) == 0 || o.Kind == dbapi.Pool {
			continue
		}
		if w.parent != nil && !w.ownOfLiteral(o) {
			continue // it belongs to the code around the literal
		}
		switch {
		case o.Kind == dbapi.Tx:
			// A transaction ends; the session goes on.
		case o.Root != Created, w.inside(o, ret), w.resetLater(o, e, ret):
			continue // the caller's connection, or the caller gets the means to reset it
		}
		w.leaks(e, o)
	}
}

// ownOfLiteral reports whether a literal begins a transaction and keeps it to
// itself, as the handlers that middleware returns do: the code around it has no
// name for the transaction.
func (w *flow) ownOfLiteral(o *Object) bool {
	v := o.Value
	if o.Kind != dbapi.Tx || o.Root != Created || o.Path != "" || v == nil || v.Parent() != w.fn {
		return false
	}
	return !storedOutside(v)
}

// storedOutside reports whether a literal assigns a value to a variable of the
// code around it.
func storedOutside(v ssa.Value) bool {
	refs := v.Referrers()
	return refs != nil && slices.ContainsFunc(*refs, func(instr ssa.Instruction) bool {
		switch instr := instr.(type) {
		case *ssa.Extract:
			return storedOutside(instr)
		case *ssa.Store:
			_, captured := instr.Addr.(*ssa.FreeVar)
			return captured
		}
		return false
	})
}

// inside reports whether a handle leaves inside a value, whose methods may
// take care of it.
func (w *flow) inside(o *Object, ret *ssa.Return) bool {
	for _, r := range ret.Results {
		if !mayCarry(r.Type()) {
			continue
		}
		for _, container := range w.resolve(r) {
			if container != o && w.holds(container, o, 0) {
				return true
			}
		}
	}
	return false
}

// holds reports whether a struct that the function built has o in a field.
func (w *flow) holds(container, o *Object, depth int) bool {
	if alloc, ok := container.Value.(*ssa.Alloc); ok && container.Root == Created && depth < 3 {
		for _, field := range structFields(alloc.Type()) {
			if !mayCarry(field.Type()) {
				continue
			}
			for _, in := range w.field([]*Object{container}, field, alloc.Type()) {
				if in == o || w.holds(in, o, depth+1) {
					return true
				}
			}
		}
	}
	for _, in := range container.fields {
		if slices.Contains(in, o) {
			return true
		}
	}
	return false
}

// resetLater reports whether the function returns a literal that takes the
// session's settings back: a release function.
func (w *flow) resetLater(o *Object, e *env, ret *ssa.Return) bool {
	for _, r := range ret.Results {
		if !isFunc(r.Type()) {
			continue
		}
		c := w.function(r)
		if c.literal == nil || w.running[c.literal] {
			continue
		}
		w.running[c.literal] = true
		exits := c.made.child(c.literal).run(e, nil)
		delete(w.running, c.literal)
		clean := len(exits) > 0
		for _, x := range exits {
			clean = clean && len(x.env.get(o).Dirty) == 0
		}
		if clean {
			return true
		}
	}
	return false
}
