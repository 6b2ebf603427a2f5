package scope

import (
	"cmp"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// What a function does in a tenant's scope needs nothing from its caller, but a
// login that the policies bind. Summaries say so apart from their needs.

// tenants lists the handles of the caller's over which the function runs
// statements on tenant relations, in whatever scope.
func (b *builder) tenants(f *frame, events []*Event) {
	for _, ev := range events {
		if ev.Need != nil || !ev.IsStatement() {
			continue
		}
		wants, ok := f.Relevant(ev)
		if !ok {
			continue
		}
		for _, h := range ev.Handles {
			if lowered(h.State) {
				continue
			}
			for _, o := range h.roots(map[*Object]bool{}) {
				b.reads = append(b.reads, Need{Place: o.Place(), Wants: wants, Posn: f.posn(ev.Pos), Privileged: f.PrivilegedPackage})
			}
		}
	}
}

// roots are the parameters that a handle was made on.
func (o *Object) roots(seen map[*Object]bool) []*Object {
	if seen[o] {
		return nil
	}
	seen[o] = true
	if o.Root == Param && countFields(o.Path) <= maxPath {
		return []*Object{o}
	}
	var out []*Object
	for _, p := range o.made() {
		out = add(out, p.roots(seen)...)
	}
	return out
}

// OfReceiver lists the fields of the function's receiver that a handle is in, or
// was made on, by their paths.
func (h Handle) OfReceiver() []string {
	var out []string
	for _, o := range h.roots(map[*Object]bool{}) {
		if p, ok := o.Value.(*ssa.Parameter); ok && o.Index == 0 && p.Parent().Signature.Recv() != nil {
			out = append(out, o.Path)
		}
	}
	return out
}

// readsOver applies what a called function does over the handles that it gets.
func (w *flow) readsOver(e *env, call ssa.CallInstruction, at token.Pos, fn *types.Func, n *Need, objs []*Object) {
	if w.emit == nil {
		return
	}
	for _, o := range objs {
		h := Handle{Object: o, State: w.effective(e, o)}
		if login, _ := h.Login(); login != nil {
			w.emit(&Event{Call: call, Pos: at, Need: n, Callee: fn, Handles: []Handle{h}, OverLogin: true})
			continue
		}
		if len(n.Chain) >= maxChain || lowered(h.State) {
			continue
		}
		for _, root := range o.roots(map[*Object]bool{}) {
			further := *n
			further.Place = root.Place()
			further.Chain = append([]Step{{Posn: w.posn(at), Message: calls(call)}}, n.Chain...)
			w.build.reads = append(w.build.reads, further)
		}
	}
}

// firstReads keeps one a place: the one with the shortest chain, and of those
// the first in the source. What must arrive scoped is judged as that.
func firstReads(reads, needs []Need) []Need {
	reads = slices.DeleteFunc(reads, func(r Need) bool {
		return slices.ContainsFunc(needs, func(n Need) bool { return !n.MustTx && n.Put == "" && n.Place == r.Place })
	})
	slices.SortStableFunc(reads, func(x, y Need) int {
		return cmp.Or(comparePlaces(x.Place, y.Place), compareBool(x.Privileged, y.Privileged),
			cmp.Compare(len(x.Chain), len(y.Chain)), cmp.Compare(x.Posn, y.Posn), cmp.Compare(x.Relation, y.Relation))
	})
	return tidy(reads, func(x, y Need) int { return comparePlaces(x.Place, y.Place) })
}
