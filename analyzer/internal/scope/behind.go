package scope

import (
	"cmp"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// A Behind is the type of what a function puts behind an interface that leaves it
// as a result, or in one: New(pool) Orders returns a *pgOrders.
type Behind struct {
	Slot int
	Path string // fields that lead from the result to it
	Type string // package path, dot, name
}

func (b Behind) String() string {
	return Carrier{Slot: b.Slot, Path: b.Path}.place() + " is a " + b.Type
}

// behind lists what is behind interfaces in a result, by the path there.
func (s *Summary) behind(slot int) map[string]string { return typesBehind(s.Behind, slot) }

func typesBehind(all []Behind, slot int) map[string]string {
	var out map[string]string
	for _, b := range all {
		if b.Slot == slot {
			if out == nil {
				out = map[string]string{}
			}
			out[b.Path] = b.Type
		}
	}
	return out
}

// behindOf lists the types behind interfaces in a result.
func (w *flow) behindOf(slot int, path string, t types.Type, objs []*Object, depth int) []Behind {
	var out []Behind
	for _, o := range objs {
		if o.Root == Param || depth > 3 {
			continue // the caller knows
		}
		if w.obligesType(t) {
			name := w.typeName(w.concrete(o))
			out = append(out, Behind{slot, path, name})
		}
		for _, at := range sortedKeys(o.behind) {
			if at != "" {
				out = append(out, Behind{slot, path + at, o.behind[at]})
			}
		}
		alloc, ok := o.Value.(*ssa.Alloc)
		if !ok || o.Root != Created || o.Path != "" {
			continue
		}
		for _, field := range structFields(alloc.Type()) {
			if typ := field.Type(); mayCarry(typ) && (types.IsInterface(typ) || w.mayHold(typ)) {
				out = append(out, w.behindOf(slot, path+"."+field.Name(), typ, w.fieldOfLiteral(o, alloc, field), depth+1)...)
			}
		}
	}
	return out
}

// obligesType reports whether a type is an interface with a method that may send
// statements; see obliges.
func (w *flow) obligesType(t types.Type) bool {
	iface, ok := t.Underlying().(*types.Interface)
	if !ok || !w.own(t) {
		return false
	}
	for i := range iface.NumMethods() {
		if TakesContext(iface.Method(i)) {
			return true
		}
	}
	return false
}

// own reports whether a named type is of the module.
func (p *packageEngine) own(t types.Type) bool {
	n, ok := types.Unalias(t).(*types.Named)
	return ok && n.Obj().Pkg() != nil && p.Local(n.Obj().Pkg().Path())
}

// typeName names a type of the module, "" for any other.
func (p *packageEngine) typeName(t types.Type) string {
	if t == nil || !p.own(elem(t)) || types.IsInterface(t) {
		return ""
	}
	n := types.Unalias(elem(t)).(*types.Named)
	if n.TypeArgs().Len() > 0 || n.Obj().Parent() != n.Obj().Pkg().Scope() {
		return ""
	}
	return n.Obj().Pkg().Path() + "." + n.Obj().Name()
}

// typeNamed returns the type of a name, nil if the package doesn't see it.
func (p *packageEngine) typeNamed(name string) types.Type {
	if t, ok := p.typeMemo[name]; ok {
		return t
	}
	var found types.Type
	seen := map[*types.Package]bool{}
	var look func(pkg *types.Package)
	look = func(pkg *types.Package) {
		if seen[pkg] || found != nil || pkg != p.Pkg.Pkg && !p.Local(pkg.Path()) {
			return
		}
		seen[pkg] = true
		if rest := len(pkg.Path()); len(name) > rest && name[:rest] == pkg.Path() && name[rest] == '.' {
			if tn, ok := pkg.Scope().Lookup(name[rest+1:]).(*types.TypeName); ok {
				found = tn.Type()
				return
			}
		}
		for _, imp := range pkg.Imports() {
			look(imp)
		}
	}
	look(p.Pkg.Pkg)
	p.typeMemo[name] = found
	return found
}

// oneType keeps the places of which there is one type.
func oneType(all []Behind) []Behind {
	slices.SortFunc(all, func(x, y Behind) int {
		return cmp.Or(cmp.Compare(x.Slot, y.Slot), cmp.Compare(x.Path, y.Path), cmp.Compare(x.Type, y.Type))
	})
	all = slices.Compact(all)
	var out []Behind
	for i, b := range all {
		same := func(j int) bool { return j >= 0 && j < len(all) && all[j].Slot == b.Slot && all[j].Path == b.Path }
		if b.Type != "" && !same(i-1) && !same(i+1) {
			out = append(out, b)
		}
	}
	return out
}
