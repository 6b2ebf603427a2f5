package scope

import (
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/dbapi"
	"github.com/tenantvet/tenantvet/analyzer/internal/lazyssa"
)

// load resolves a read through an address.
func (f *frame) load(v *ssa.UnOp) []*Object {
	if v.Op != token.MUL {
		return []*Object{f.elsewhere(v, "escaped-handle")}
	}
	switch addr := v.X.(type) {
	case *ssa.Alloc:
		if f.holdsStruct(addr) {
			return f.resolve(addr) // the struct itself, by value
		}
		if val := lazyssa.StoredBefore(v); val != nil {
			return f.resolve(val)
		}
		return f.variable(addr)
	case *ssa.FreeVar:
		if val := lazyssa.StoredBefore(v); val != nil {
			return f.resolve(val)
		}
		if f.parent != nil {
			if b := binding(addr); b != nil {
				return f.parent.deref(b)
			}
		}
	case *ssa.FieldAddr, *ssa.Global:
		return f.resolve(addr)
	case *ssa.IndexAddr:
		return []*Object{f.elsewhere(v, "escaped-handle")}
	default:
		// A pointer to a struct or to a handle: the same thing for us.
		return f.refine(f.resolve(addr), v.Type())
	}
	return []*Object{f.elsewhere(v, "escaped-handle")}
}

// deref resolves a read, from a literal, of a variable captured by address.
func (f *frame) deref(addr ssa.Value) []*Object {
	switch addr := addr.(type) {
	case *ssa.Alloc:
		if f.holdsStruct(addr) {
			return f.resolve(addr)
		}
		return f.variable(addr)
	case *ssa.FreeVar:
		if b := binding(addr); f.parent != nil && b != nil {
			return f.parent.deref(b)
		}
	}
	return []*Object{f.elsewhere(addr, "escaped-handle")}
}

// holdsStruct reports whether a variable is a struct that may hold handles in
// its fields. A struct that is a handle, such as bun.Tx, is as any other value.
func (f *frame) holdsStruct(alloc *ssa.Alloc) bool {
	t := elem(alloc.Type())
	_, isStruct := t.Underlying().(*types.Struct)
	return isStruct && f.kindOf(t) == dbapi.NoHandle
}

// variable resolves a local variable to everything that is stored to it, here
// and in the literals that capture it.
func (f *frame) variable(alloc *ssa.Alloc) []*Object {
	if f.busy[alloc] {
		return nil
	}
	f.busy[alloc] = true
	defer delete(f.busy, alloc)
	vals, whole := lazyssa.Stored(alloc)
	if !whole && len(vals) == 0 {
		return []*Object{f.elsewhere(alloc, "escaped-handle")}
	}
	var objs []*Object
	for _, val := range vals {
		if g := f.frameOf(parentOf(val)); g != nil {
			objs = add(objs, g.resolve(val)...)
		} else if c, isConst := val.(*ssa.Const); !isConst || c.Value != nil {
			objs = add(objs, f.inLiteral(val)...)
		}
	}
	return objs
}

// inLiteral resolves a value that a literal stores into a variable of the
// function around it (`err := InTx(func() error { tx = ...; return nil })`).
func (f *frame) inLiteral(val ssa.Value) []*Object {
	g := f.inner(parentOf(val))
	if g == nil {
		return []*Object{f.elsewhere(val, "escaped-handle")}
	}
	return g.resolve(val)
}

// inner is the frame of a literal in f, at whatever depth, nil for other functions.
func (f *frame) inner(fn *ssa.Function) *frame {
	switch {
	case fn == nil || fn.Parent() == nil:
		return nil
	case fn.Parent() == f.fn && f.depth() < maxDepth:
		return f.child(fn)
	case fn.Parent() == f.fn:
		return nil
	}
	g := f.inner(fn.Parent())
	if g == nil || g.depth() >= maxDepth {
		return nil
	}
	return g.child(fn)
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

func binding(fv *ssa.FreeVar) ssa.Value { return lazyssa.Captured(fv) }

// field resolves a field of objects.
func (f *frame) field(objs []*Object, field *types.Var, of types.Type) []*Object {
	var out []*Object
	for _, o := range objs {
		key := opened{o, field}
		if f.opening[key] {
			continue
		}
		f.opening[key] = true
		out = add(out, f.fieldOf(o, field, of)...)
		delete(f.opening, key)
	}
	return out
}

func (f *frame) fieldOf(o *Object, field *types.Var, of types.Type) []*Object {
	name := "." + field.Name()
	if in, ok := f.inHolder(o, func(o *Object) []*Object { return f.field([]*Object{o}, field, of) }); ok {
		return in
	}
	if d := f.declaredField(o, field, of); d != nil {
		return []*Object{d}
	}
	kind := f.kindOf(field.Type())
	if o.Kind != dbapi.NoHandle && field.Embedded() && (kind == o.Kind || f.api.IsPart(field)) {
		return []*Object{o} // sqlx.Tx embeds the *sql.Tx that it is
	}
	if f.api.IsScoped(of) {
		return []*Object{o} // whatever it holds is what it is declared to be
	}
	later := o.later[name]
	if fields, ok := o.fields[name]; ok {
		return add(later, fields...)
	}
	if alloc, ok := o.Value.(*ssa.Alloc); ok && o.Root == Created && o.Path == "" && !o.isDeclared() {
		return add(later, f.fieldOfLiteral(o, alloc, field)...)
	}
	if len(later) > 0 {
		return later
	}
	if countFields(o.Path) >= maxPath {
		return []*Object{f.in.intern(Object{Root: Elsewhere, Value: o.Value, Type: field.Type(), Kind: kind, Cause: "escaped-handle"}, o.Path)}
	}
	if key := f.keptField(of, field); key != "" && o.Root == Elsewhere && o.Value != nil {
		return []*Object{f.outOf(key, o.Value, field.Type())}
	}
	n := Object{Root: o.Root, Index: o.Index, Value: o.Value, Path: o.Path + name, Type: field.Type(), Kind: kind, Cause: o.Cause, frame: o.frame}
	if o.Root == Created {
		// Part of something that was built where it can't be seen.
		n.Root, n.Cause = Elsewhere, "escaped-handle"
	}
	if rest := nested(o.fields, name); rest != nil {
		n.fields = rest
	}
	n.behind = nested(o.behind, name)
	obj := f.declared(f.in.intern(n, f.salt()), field, o)
	if obj.wired == nil {
		if len(o.wired) > 0 {
			obj.wired = f.field(o.wired, field, of)
		} else if o.Root == Param || o.Root == Global {
			f.current.wired = true
			obj.wired = f.wiring.of(field)
		}
	}
	if f.Declared(field) && !f.provenByWiring(obj.wired) {
		f.declaredUse[field] = true
	}
	return []*Object{obj}
}

// fieldOfLiteral resolves a field of a struct that this function builds.
func (f *frame) fieldOfLiteral(o *Object, alloc *ssa.Alloc, field *types.Var) []*Object {
	g := o.frame
	if g == nil {
		g = f
	}
	var objs []*Object
	var copies, stores []*ssa.Store
	for _, instr := range *alloc.Referrers() {
		switch instr := instr.(type) {
		case *ssa.FieldAddr:
			if fieldAt(instr) != field {
				continue
			}
			for _, use := range *instr.Referrers() {
				if store, isStore := use.(*ssa.Store); isStore && store.Addr == instr {
					stores = append(stores, store)
					objs = add(objs, g.resolve(store.Val)...)
				}
			}
		case *ssa.Store:
			if instr.Addr == alloc { // copied from another struct
				copies = append(copies, instr)
			}
		}
	}
	for _, c := range copies {
		if !slices.ContainsFunc(stores, func(s *ssa.Store) bool { return replaced(alloc, c, s) }) {
			objs = add(objs, g.field(g.resolve(c.Val), field, alloc.Type())...)
		}
	}
	if len(copies)+len(stores) == 0 {
		if _, isStruct := field.Type().Underlying().(*types.Struct); isStruct {
			return []*Object{f.elsewhere(alloc, "escaped-handle")}
		}
		return nil // the zero value
	}
	return objs
}

// nested returns what is known about a field of a built value, and what is in it,
// of what is known about the value.
func nested[T any](known map[string]T, name string) map[string]T {
	var out map[string]T
	for path, what := range known {
		if rest, ok := strings.CutPrefix(path, name); ok && (rest == "" || rest[0] == '.') {
			if out == nil {
				out = map[string]T{}
			}
			out[rest] = what
		}
	}
	return out
}

func countFields(path string) int {
	n := 0
	for _, c := range path {
		if c == '.' {
			n++
		}
	}
	return n
}

// fieldAt returns the field that an address is of.
func fieldAt(fa *ssa.FieldAddr) *types.Var {
	st, ok := elem(fa.X.Type()).Underlying().(*types.Struct)
	if !ok {
		return nil
	}
	return st.Field(fa.Field)
}

// structFields lists the fields of a struct, or of what a pointer points to.
func structFields(t types.Type) []*types.Var {
	st, ok := elem(t).Underlying().(*types.Struct)
	if !ok {
		return nil
	}
	fields := make([]*types.Var, st.NumFields())
	for i := range fields {
		fields[i] = st.Field(i)
	}
	return fields
}
