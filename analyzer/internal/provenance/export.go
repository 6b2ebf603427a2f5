package provenance

import (
	"go/types"
	"slices"
)

// export tells importing packages what functions, fields and variables hold.
func (t *tracer) export() {
	for _, fn := range t.src.Functions() {
		obj, ok := fn.Object().(*types.Func)
		if !ok || t.files.test(fn.Pos()) {
			continue
		}
		if h := t.holdsOf(obj.Origin()); h != nil {
			t.pass.ExportObjectFact(obj.Origin(), h)
		}
	}
	var vars []*types.Var
	for v := range t.stores {
		vars = append(vars, v)
	}
	for v := range t.given {
		if !slices.Contains(vars, v) {
			vars = append(vars, v)
		}
	}
	for _, v := range vars {
		if v.Pkg() != t.pass.Pkg {
			continue
		}
		if h := t.variable(v).held(0); len(h.Origins) > 0 {
			t.pass.ExportObjectFact(v, &Holds{Values: []Held{h}})
		}
	}
}
