package route

import (
	"go/constant"
	"go/token"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/lazyssa"
)

// Interceptors that let several methods by keep their names in maps and lists, which
// count where they are written out in the package and nothing changes them.

// listed decides whether a map has the name, and what for.
func (w *way) listed(l *ssa.Lookup) (val, known bool) {
	entries, ok := w.entries(l.X)
	if !ok {
		return false, false
	}
	for name, e := range entries {
		w.name(name)
		is, ok := w.method.is(name)
		if !ok {
			return false, false
		}
		if is && !l.CommaOk {
			return w.truth(e)
		}
		val = val || is
	}
	return val, true
}

// entries are those of a map that a literal makes, of constants, be it kept in a
// variable of the package that nothing else is stored in.
func (w *way) entries(m ssa.Value) (map[string]ssa.Value, bool) {
	if load, ok := m.(*ssa.UnOp); ok {
		if m = w.kept(load); m == nil {
			return nil, false
		}
	}
	made, ok := m.(*ssa.MakeMap)
	if !ok {
		return nil, false
	}
	out := map[string]ssa.Value{}
	for _, use := range *made.Referrers() {
		switch use := use.(type) {
		case *ssa.MapUpdate:
			name, ok := constText(use.Key)
			if !ok || use.Map != made {
				return nil, false
			}
			out[name] = use.Value
		case *ssa.Store, *ssa.Lookup, *ssa.DebugRef:
		default:
			return nil, false
		}
	}
	return out, true
}

// kept is what a variable has that is given something once: one of the package, or one
// of the function around, of which literals take entries and do nothing else.
func (w *way) kept(load *ssa.UnOp) ssa.Value {
	if g, ok := load.X.(*ssa.Global); ok {
		return w.initial(g)
	}
	vals := storedIn(load.X)
	if len(vals) != 1 {
		return nil
	}
	lookedUp := func(v ssa.Value) bool {
		return !slices.ContainsFunc(*v.Referrers(), func(use ssa.Instruction) bool {
			switch use.(type) {
			case *ssa.Lookup, *ssa.DebugRef:
				return false
			}
			return true
		})
	}
	for _, addr := range addresses(variable(load.X)) {
		for _, use := range *addr.Referrers() {
			if l, ok := use.(*ssa.UnOp); ok && !lookedUp(l) {
				return nil
			}
		}
	}
	return vals[0]
}

// addresses are a variable and those by which literals have it.
func addresses(alloc *ssa.Alloc) []ssa.Value {
	out := []ssa.Value{alloc}
	for i := 0; i < len(out); i++ {
		for _, use := range *out[i].Referrers() {
			if mc, ok := use.(*ssa.MakeClosure); ok {
				for j, b := range mc.Bindings {
					if b == out[i] {
						out = append(out, mc.Fn.(*ssa.Function).FreeVars[j])
					}
				}
			}
		}
	}
	return out
}

// initial is what a variable of the package is given where it is declared, nil if it
// is given something elsewhere, or its entries are changed.
func (w *way) initial(g *ssa.Global) (val ssa.Value) {
	if g.Pkg != w.Pkg || g.Object() == nil || g.Object().Exported() {
		return nil
	}
	stores := 0
	var visit func(fn *ssa.Function)
	visit = func(fn *ssa.Function) {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				switch instr := instr.(type) {
				case *ssa.Store:
					if instr.Addr == g {
						stores++
						val = instr.Val
					}
				case *ssa.MapUpdate:
					if load, ok := instr.Map.(*ssa.UnOp); ok && load.X == g {
						stores = 2
					}
				}
			}
		}
		for _, anon := range fn.AnonFuncs {
			visit(anon)
		}
	}
	for _, fn := range w.Functions {
		visit(fn)
	}
	if stores != 1 || val == nil || val.Parent().Name() != "init" {
		return nil
	}
	return val
}

// among decides whether the name is in a list of constants.
func (w *way) among(list, name ssa.Value) (val, known bool) {
	texts, ok := w.texts(list)
	if !ok || !w.isName(name) {
		return false, false
	}
	return w.any(texts, "", "", w.method.is)
}

// texts are the constants of a list that is written out.
func (w *way) texts(list ssa.Value) ([]string, bool) {
	if load, ok := list.(*ssa.UnOp); ok {
		if g, ok := load.X.(*ssa.Global); ok {
			list = w.initial(g)
		} else if vals := storedIn(load.X); len(vals) == 1 {
			list = vals[0]
		}
	}
	elems, ok := lazyssa.Variadic(list)
	if !ok {
		return nil, false
	}
	var out []string
	for _, e := range elems {
		text, ok := constText(e)
		if !ok {
			return nil, false
		}
		out = append(out, text)
	}
	return out, true
}

// any decides whether one of several texts is what the name has.
func (w *way) any(texts []string, before, after string, has func(string) (bool, bool)) (val, known bool) {
	known = true
	for _, text := range texts {
		w.name(before + text + after)
		is, ok := has(text)
		if is && ok {
			val = true
		}
		known = known && ok
	}
	return val, known || val
}

// ranged are the texts of the list that a loop goes through, of which a value is one.
func (w *way) ranged(v ssa.Value) ([]string, bool) {
	load, ok := v.(*ssa.UnOp)
	if !ok {
		return nil, false
	}
	elem, ok := load.X.(*ssa.IndexAddr)
	if !ok || !counts(elem.Index) {
		return nil, false
	}
	return w.texts(elem.X)
}

// counts reports whether an index is that of a loop over all elements.
func counts(index ssa.Value) bool {
	if add, ok := index.(*ssa.BinOp); ok && add.Op == token.ADD {
		index = add.X
	}
	_, ok := index.(*ssa.Phi)
	return ok
}

// found reports whether a loop over a list, which goes on as long as a condition
// holds, comes to an element that the name has, and leaves there.
func (w *way) found(more *ssa.BinOp) bool {
	branch, ok := last(more.Block()).(*ssa.If)
	if !ok || branch.Cond != more || !counts(more.X) {
		return false
	}
	body := more.Block().Succs[0]
	has, ok := last(body).(*ssa.If)
	if !ok || lazyssa.Reaches(body.Succs[0], more.Block()) {
		return false
	}
	var elem ssa.Value
	switch c := has.Cond.(type) {
	case *ssa.BinOp:
		if elem = c.Y; c.Op != token.EQL {
			return false
		}
		if w.isName(elem) {
			elem = c.X
		}
	case *ssa.Call:
		if len(c.Call.Args) != 2 {
			return false
		}
		elem = c.Call.Args[1]
	default:
		return false
	}
	if load, ok := elem.(*ssa.UnOp); !ok {
		return false
	} else if at, ok := load.X.(*ssa.IndexAddr); !ok || at.Index != more.X {
		return false
	}
	val, known := w.truth(has.Cond)
	return val && known
}

func constText(v ssa.Value) (string, bool) {
	c, ok := v.(*ssa.Const)
	if !ok || c.Value == nil || c.Value.Kind() != constant.String {
		return "", false
	}
	return constant.StringVal(c.Value), true
}
