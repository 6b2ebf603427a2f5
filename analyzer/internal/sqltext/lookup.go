package sqltext

import (
	"go/constant"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// A keyed is an entry of a map.
type keyed struct{ key, val ssa.Value }

// maxEntries bounds the maps that are looked into.
const maxEntries = 256

// entries lists what is put into a map, if all of it is seen.
func (r *Resolver) entries(m ssa.Value) ([]keyed, bool) {
	from := origin(m)
	if !isMap(m.Type()) {
		return nil, false
	}
	var updates []*ssa.MapUpdate
	if g, ok := from.(*ssa.Global); ok {
		vals, known := r.places().ofGlobal(g)
		if g.Pkg != r.Pkg || !known || len(vals) != 1 {
			return nil, false
		}
		updates = append(updates, r.places().maps[g]...)
		from = vals[0]
	}
	made, ok := from.(*ssa.MakeMap)
	if !ok || !keptInVariables(made) {
		return nil, false
	}
	updates = append(updates, r.places().maps[made]...)
	if len(updates) == 0 || len(updates) > maxEntries {
		return nil, false
	}
	var out []keyed
	for _, u := range updates {
		out = append(out, keyed{u.Key, u.Value})
	}
	return out, true
}

func isMap(t types.Type) bool {
	_, ok := t.Underlying().(*types.Map)
	return ok
}

// keptInVariables reports whether a map is only used where its updates are seen.
func keptInVariables(m *ssa.MakeMap) bool {
	for _, instr := range *m.Referrers() {
		switch instr := instr.(type) {
		case *ssa.MapUpdate, *ssa.Lookup, *ssa.Range, *ssa.DebugRef:
		case *ssa.Store:
			if _, ok := instr.Addr.(*ssa.Global); ok || onlyStored(instr.Addr) != nil {
				continue
			}
			return false
		case *ssa.Call:
			if b, ok := instr.Call.Value.(*ssa.Builtin); !ok || b.Name() != "len" {
				return false
			}
		default:
			return false
		}
	}
	return true
}

// lookup resolves a read of a map: the entry of a constant key, or any.
func (r *Resolver) lookup(v *ssa.Lookup) Text {
	m, ok := v.X.Type().Underlying().(*types.Map)
	if !ok || !isText(m.Elem()) {
		return r.hole(v)
	}
	entries, whole := r.entries(v.X)
	if !whole {
		return r.hole(v)
	}
	key, isConst := v.Index.(*ssa.Const)
	var vals []ssa.Value
	for _, e := range entries {
		if k, ok := e.key.(*ssa.Const); ok && isConst && k.Value != nil && key.Value != nil &&
			k.Value.Kind() == key.Value.Kind() && constant.Compare(k.Value, token.EQL, key.Value) {
			return r.foreign(r.Resolve(e.val))
		}
		vals = append(vals, e.val)
	}
	return r.choice(vals, v)
}

// ranged resolves the key or value of a range over a map.
func (r *Resolver) ranged(rng *ssa.Range, v *ssa.Extract) Text {
	if !isText(v.Type()) || !isMap(rng.X.Type()) {
		return r.hole(v)
	}
	entries, whole := r.entries(rng.X)
	if !whole {
		return r.hole(v)
	}
	var vals []ssa.Value
	for _, e := range entries {
		if v.Index == 1 {
			vals = append(vals, e.key)
		} else {
			vals = append(vals, e.val)
		}
	}
	t := r.choice(vals, v)
	t.Each = true
	return t
}

// choice is one of several values.
func (r *Resolver) choice(vals []ssa.Value, at ssa.Value) Text {
	var texts []string
	for _, v := range vals {
		c, ok := v.(*ssa.Const)
		if !ok {
			break
		}
		texts = append(texts, constString(c))
	}
	if len(texts) == len(vals) {
		return oneOf(texts)
	}
	var t Text
	for _, v := range vals {
		t = r.union(t, r.foreign(r.Resolve(v)))
	}
	if len(t.Templates) == 0 {
		return r.hole(at)
	}
	return t
}
