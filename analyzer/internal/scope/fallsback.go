package scope

import (
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/dbapi"
)

// A function that looks the transaction up in a registry and returns the pool where
// there is none leaves it to whether somebody began one, which its callers can't tell.
// What has to change is that function, once, and not each of the statements that it
// serves.

// FallsBack is the cause of the verdict on statements over such a pool.
const FallsBack = "falls-back"

// fallsBackAt returns the objects among a function's results that are pools which
// stand in for what other paths look up in a registry, with where they are returned.
func (w *flow) fallsBackAt(slot int, exits []exit) map[*Object]string {
	if w.kindOf(w.fn.Signature.Results().At(slot).Type()) != dbapi.Querier {
		return nil
	}
	var found []*Object
	for _, x := range exits {
		if failsAt(x) || slot >= len(x.ret.Results) {
			continue
		}
		for _, o := range w.resolve(x.ret.Results[slot]) {
			if o.inScope() {
				found = add(found, o)
			}
		}
	}
	if len(found) == 0 {
		return nil
	}
	out := map[*Object]string{}
	for _, x := range exits {
		if failsAt(x) || slot >= len(x.ret.Results) {
			continue
		}
		for _, o := range w.resolve(x.ret.Results[slot]) {
			if o.IsPool() && w.judge.Verdict(Handle{Object: o, State: w.effective(x.env, o)}).Kind == Unscoped {
				at := w.posn(x.ret.Pos())
				w.fallsAt[at], out[o] = x.ret, at
			}
		}
	}
	if len(out) > 0 && slices.ContainsFunc(found, w.namedByRequests) {
		for o := range out {
			out[o] = "" // what requests come with names a transaction
		}
	}
	return out
}

// namedByRequests reports whether the contexts of requests surely carry what names a
// handle in its registry.
func (f *frame) namedByRequests(o *Object) bool {
	var names []ssa.Value
	switch v := o.Value.(type) {
	case *ssa.Lookup:
		names = append(names, v.Index)
	case *ssa.Call:
		for _, a := range v.Call.Args {
			if !carriesValues(a.Type()) && f.isValue(a.Type()) {
				names = append(names, a)
			}
		}
	}
	return slices.ContainsFunc(names, func(v ssa.Value) bool {
		return slices.ContainsFunc(f.resolve(plain(v)), func(o *Object) bool {
			key := carrierKey(o)
			return key != "" && f.judge.Requested(key, true) == InjectsScoped
		})
	})
}

// reserved takes the pools among carriers for what they are: there in case that nothing
// is looked up.
func (w *flow) reserved(slot int, o *Object, falls map[*Object]string) (carriers []Carrier, ok bool) {
	at, ok := falls[o]
	if !ok || at == "" {
		return nil, ok
	}
	return []Carrier{{Slot: slot, From: Place{Param: -1}, Kind: dbapi.Pool, Pooled: true, Cause: FallsBack, Falls: at}}, true
}
