package sqltext

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/lazyssa"
)

// An index says what a package stores in its variables, fields and maps. Only
// this package can assign its unexported fields and variables.
type index struct {
	globals map[*ssa.Global]*stores
	fields  map[*types.Var]*stores
	elems   map[*ssa.Global][]*ssa.IndexAddr // of arrays
	maps    map[ssa.Value][]*ssa.MapUpdate   // by where the map is made or kept
	// reflected are the types that go where reflection may fill them.
	reflected map[types.Type]bool
}

// stores are the values that are assigned to a place; open when there may be
// others.
type stores struct {
	vals []ssa.Value
	in   []*ssa.Function
	open bool
}

// places returns the index, made when it is first asked for.
func (r *Resolver) places() *index {
	if r.index != nil {
		return r.index
	}
	x := &index{
		globals: map[*ssa.Global]*stores{}, elems: map[*ssa.Global][]*ssa.IndexAddr{}, fields: map[*types.Var]*stores{}, maps: map[ssa.Value][]*ssa.MapUpdate{},
		reflected: map[types.Type]bool{},
	}
	r.index = x
	for _, fn := range r.Functions {
		x.function(fn)
	}
	return x
}

func (x *index) function(fn *ssa.Function) {
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			x.instruction(instr)
		}
	}
	for _, anon := range fn.AnonFuncs {
		x.function(anon)
	}
}

func (x *index) instruction(instr ssa.Instruction) {
	var ops [8]*ssa.Value
	for _, op := range instr.Operands(ops[:0]) {
		switch v := (*op).(type) {
		case *ssa.Global:
			x.usesGlobal(instr, v)
		case *ssa.Function:
			for _, t := range v.TypeArgs() {
				x.reflect(t) // as pgx.RowToStructByName[row] does
			}
		}
	}
	switch instr := instr.(type) {
	case *ssa.FieldAddr:
		x.usesField(instr)
	case *ssa.MapUpdate:
		m := origin(instr.Map)
		x.maps[m] = append(x.maps[m], instr)
	case *ssa.MakeInterface:
		if p, ok := instr.X.Type().Underlying().(*types.Pointer); ok {
			x.reflect(p.Elem())
		}
	}
}

// reflect notes the structs that can be reached from a value of a type.
func (x *index) reflect(t types.Type) {
	t = types.Unalias(t)
	if x.reflected[t] {
		return
	}
	x.reflected[t] = true
	switch u := t.Underlying().(type) {
	case *types.Struct:
		for f := range u.Fields() {
			x.reflect(f.Type())
		}
	case *types.Pointer:
		x.reflect(u.Elem())
	case *types.Slice:
		x.reflect(u.Elem())
	case *types.Array:
		x.reflect(u.Elem())
	case *types.Map:
		x.reflect(u.Elem())
	}
}

func (x *index) usesGlobal(instr ssa.Instruction, g *ssa.Global) {
	s := x.globals[g]
	if s == nil {
		s = &stores{}
		x.globals[g] = s
	}
	switch instr := instr.(type) {
	case *ssa.Store:
		if instr.Addr != ssa.Value(g) {
			s.open = true
			return
		}
		s.vals = append(s.vals, instr.Val)
		s.in = append(s.in, instr.Parent())
	case *ssa.IndexAddr:
		x.elems[g] = append(x.elems[g], instr)
	case *ssa.UnOp, *ssa.FieldAddr, *ssa.DebugRef:
	default:
		s.open = true
	}
}

// opened reports whether a variable may be changed where it isn't seen.
func (x *index) opened(g *ssa.Global) bool {
	s := x.globals[g]
	return s == nil || s.open || len(s.vals) > 0
}

func (x *index) usesField(fa *ssa.FieldAddr) {
	f := fieldAt(fa)
	if f == nil {
		return
	}
	s := x.fields[f]
	if s == nil {
		s = &stores{}
		x.fields[f] = s
	}
	for _, use := range *fa.Referrers() {
		switch use := use.(type) {
		case *ssa.Store:
			if use.Addr != ssa.Value(fa) {
				s.open = true
				continue
			}
			s.vals = append(s.vals, use.Val)
			s.in = append(s.in, use.Parent())
		case *ssa.UnOp, *ssa.DebugRef, *ssa.FieldAddr, *ssa.IndexAddr:
		default:
			s.open = true
		}
	}
}

// fieldAt is the field that an address is of, as it is declared.
func fieldAt(fa *ssa.FieldAddr) *types.Var {
	if st, ok := elemOf(fa.X.Type()).Underlying().(*types.Struct); ok {
		return st.Field(fa.Field).Origin()
	}
	return nil
}

// ofGlobal lists what a variable of this package may hold, if that is known:
// others may assign an exported one, unless nobody in its own package does
// after it is declared.
func (x *index) ofGlobal(g *ssa.Global) ([]ssa.Value, bool) {
	s := x.globals[g]
	if s == nil || s.open || len(s.vals) == 0 || len(s.vals) > maxStores {
		return nil, false
	}
	if token.IsExported(g.Name()) && (len(s.vals) > 1 || s.in[0].Name() != "init") {
		return nil, false
	}
	return s.vals, true
}

// ofField lists what a field may hold, if all places that assign it are seen.
func (x *index) ofField(f *types.Var) ([]ssa.Value, bool) {
	if f == nil {
		return nil, false
	}
	s := x.fields[f]
	if s == nil || s.open || len(s.vals) == 0 || len(s.vals) > maxStores {
		return nil, false
	}
	return s.vals, true
}

// global resolves a package variable.
func (r *Resolver) global(g *ssa.Global, at ssa.Value) Text {
	if g.Pkg != r.Pkg {
		if obj := g.Object(); obj != nil && r.Import != nil {
			if fact := r.Import(obj); fact != nil {
				if t, ok := r.recalled(fact, 0, nil); ok {
					return t
				}
			}
		}
		return r.hole(at)
	}
	if !isText(elemOf(g.Type())) {
		return r.hole(at)
	}
	if vals, ok := r.places().ofGlobal(g); ok {
		return r.foreign(r.anyOf(g, vals))
	}
	if s := r.places().globals[g]; s == nil || len(s.vals) == 0 && !s.open {
		if t, ok := r.embeddedIn(g); ok {
			return t
		}
	}
	return r.hole(at)
}

// fieldOf resolves a read of a field: what this function has put there, in a
// struct of its own, or else what the package puts there anywhere.
func (r *Resolver) fieldOf(fa *ssa.FieldAddr, at *ssa.UnOp) Text {
	if val := lazyssa.StoredBefore(at); val != nil {
		return r.at(val, at.Block())
	}
	for _, use := range *fa.Referrers() {
		if _, ok := use.(*ssa.Store); ok {
			return r.field(fieldAt(fa), at)
		}
	}
	if base, ok := r.ownStruct(fa.X); ok {
		if vals := fieldStores(base, fa.Field); len(vals) == 1 {
			if parentOf(vals[0]) == fa.Parent() || isConst(vals[0]) {
				return r.Resolve(vals[0])
			}
			return r.foreign(r.Resolve(vals[0]))
		}
	}
	return r.field(fieldAt(fa), at)
}

// ownStruct is the struct that a pointer leads to, if it is made in this
// package, assigned field by field, and goes nowhere that changes it.
func (r *Resolver) ownStruct(v ssa.Value) (ssa.Value, bool) {
	for range 4 {
		switch x := v.(type) {
		case *ssa.Alloc:
			return x, len(wholeStores(x)) == 0
		case *ssa.Global:
			s := r.places().globals[x]
			return x, x.Pkg == r.Pkg && s != nil && !s.open && len(s.vals) == 0
		case *ssa.UnOp:
			g, ok := x.X.(*ssa.Global)
			if !ok || g.Pkg != r.Pkg {
				if only := onlyStored(x.X); only != nil {
					v = only
					continue
				}
				return nil, false
			}
			vals, known := r.places().ofGlobal(g)
			if !known || len(vals) != 1 {
				return nil, false
			}
			v = vals[0]
		default:
			return nil, false
		}
	}
	return nil, false
}

func wholeStores(alloc *ssa.Alloc) (vals []ssa.Value) {
	for _, instr := range *alloc.Referrers() {
		if st, ok := instr.(*ssa.Store); ok && st.Addr == ssa.Value(alloc) {
			vals = append(vals, st.Val)
		}
	}
	return vals
}

// fieldStores lists what is stored to a field of one struct.
func fieldStores(base ssa.Value, field int) (vals []ssa.Value) {
	refs := base.Referrers()
	if refs == nil {
		return nil
	}
	for _, instr := range *refs {
		fa, ok := instr.(*ssa.FieldAddr)
		if !ok || fa.Field != field {
			continue
		}
		for _, use := range *fa.Referrers() {
			if st, isStore := use.(*ssa.Store); isStore && st.Addr == ssa.Value(fa) {
				vals = append(vals, st.Val)
			}
		}
	}
	return vals
}

// field resolves a field to everything that this package puts there, if only
// this package can: the field, or its struct's type, is unexported.
func (r *Resolver) field(f *types.Var, at ssa.Value) Text {
	if f == nil || !isText(f.Type()) || f.Pkg() != r.Pkg.Pkg {
		return r.hole(at)
	}
	f = f.Origin()
	if f.Exported() && r.exposed(structOf(at)) {
		return r.hole(at)
	}
	vals, ok := r.places().ofField(f)
	if !ok {
		return r.hole(at)
	}
	return r.foreign(r.anyOf(f, vals))
}

// structOf is the type of the struct that a value is a field of.
func structOf(v ssa.Value) types.Type {
	switch v := v.(type) {
	case *ssa.UnOp:
		if fa, ok := v.X.(*ssa.FieldAddr); ok {
			return types.Unalias(elemOf(fa.X.Type()))
		}
	case *ssa.Field:
		return types.Unalias(v.X.Type())
	}
	return nil
}

// exposed reports whether other packages, or reflection, may fill the exported
// fields of a type.
func (r *Resolver) exposed(t types.Type) bool {
	if t == nil || r.places().reflected[t] {
		return true
	}
	n, ok := t.(*types.Named)
	return ok && n.Obj().Exported()
}

// origin is where a value comes from: through variables that are assigned once.
func origin(v ssa.Value) ssa.Value {
	for range 8 {
		switch x := v.(type) {
		case *ssa.UnOp:
			if g, ok := x.X.(*ssa.Global); ok && x.Op == token.MUL {
				return g
			}
			only := onlyStored(x.X)
			if only == nil {
				return v
			}
			v = only
		case *ssa.FreeVar:
			b := lazyssa.Captured(x)
			if b == nil {
				return v
			}
			v = b
		case *ssa.ChangeType:
			v = x.X
		case *ssa.MakeInterface:
			v = x.X
		default:
			return v
		}
	}
	return v
}

func parentOf(v ssa.Value) *ssa.Function {
	switch v := v.(type) {
	case *ssa.Parameter:
		return v.Parent()
	case *ssa.FreeVar:
		return v.Parent()
	case ssa.Instruction:
		return v.Parent()
	}
	return nil
}

func isConst(v ssa.Value) bool {
	_, ok := v.(*ssa.Const)
	return ok
}

// rootOf is the declared function around a literal.
func rootOf(fn *ssa.Function) *ssa.Function {
	for fn != nil && fn.Parent() != nil {
		fn = fn.Parent()
	}
	return fn
}
