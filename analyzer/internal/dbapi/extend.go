package dbapi

import (
	"fmt"
	"go/types"
	"maps"
	"strings"

	"github.com/tenantvet/tenantvet/analyzer/internal/fullname"
)

// A Declaration is a line that a user adds to the catalogue: a type with its
// kind, or a function with its method.
type Declaration struct {
	Type   string
	Kind   Kind
	Scoped bool // values of the type carry the tenant's context
	Func   string
	Method Method
}

// NewMethod returns a method of a named effect without arguments.
func NewMethod(effect Effect) Method { return newMethod(effect) }

// KindNamed returns the kind of that name, NoHandle if there is none.
func KindNamed(name string) Kind {
	for i, n := range kindNames {
		if n == name {
			return Kind(i)
		}
	}
	return NoHandle
}

// Extend returns the catalogue with what users declare, which comes before what
// is built in.
func (c *Catalogue) Extend(decls []Declaration) *Catalogue {
	if len(decls) == 0 {
		return c
	}
	out := *c
	out.methods, out.types, out.quiet, out.scoped = maps.Clone(c.methods), maps.Clone(c.types), maps.Clone(c.quiet), map[string]bool{}
	for _, d := range decls {
		switch {
		case d.Func != "":
			out.methods[d.Func] = d.Method
			delete(out.quiet, d.Func)
		case d.Scoped:
			out.scoped[strings.TrimPrefix(d.Type, "*")] = true
			fallthrough
		default:
			out.types[d.Type] = d.Kind
		}
	}
	out.listPackages()
	return &out
}

// IsScoped reports whether the values of a type are declared to carry the
// tenant's context.
func (c *Catalogue) IsScoped(t types.Type) bool {
	return t != nil && len(c.scoped) > 0 && c.scoped[strings.TrimPrefix(fullname.OfType(t), "*")]
}

// Check resolves a declaration in the package that it names, and returns what
// is wrong with it, or "".
func (c *Catalogue) Check(d Declaration, pkg *types.Package) string {
	if d.Type != "" {
		if _, ok := pkg.Scope().Lookup(lastName(d.Type)).(*types.TypeName); !ok {
			return "no such type" + near(lastName(d.Type), pkg.Scope().Names())
		}
		return ""
	}
	fn, wrong := lookup(d.Func, pkg)
	if wrong != "" {
		return wrong
	}
	if list := c.mismatches(fn, d.Method); len(list) > 0 {
		return fmt.Sprintf("%s; its type is %s", strings.Join(list, ", "), types.TypeString(fn.Type(), (*types.Package).Name))
	}
	return ""
}

// lookup finds a function or method by its full name.
func lookup(name string, pkg *types.Package) (*types.Func, string) {
	recv, method, isMethod := strings.Cut(name, ").")
	if !isMethod {
		if fn, ok := pkg.Scope().Lookup(lastName(name)).(*types.Func); ok {
			return fn, ""
		}
		return nil, "no such function" + near(lastName(name), pkg.Scope().Names())
	}
	tn, ok := pkg.Scope().Lookup(lastName(recv)).(*types.TypeName)
	if !ok {
		return nil, "no such type" + near(lastName(recv), pkg.Scope().Names())
	}
	var names []string
	for _, fn := range methodsOf(tn.Type()) {
		if fn.Name() != method {
			names = append(names, fn.Name())
			continue
		}
		if full := keyOf(fn); full != name {
			return nil, "it is " + full
		}
		return fn, ""
	}
	return nil, "no such method" + near(method, names)
}

// methodsOf lists the methods of a type and of pointers to it.
func methodsOf(t types.Type) []*types.Func {
	var out []*types.Func
	if iface, ok := t.Underlying().(*types.Interface); ok {
		for i := range iface.NumMethods() {
			out = append(out, iface.Method(i))
		}
		return out
	}
	set := types.NewMethodSet(types.NewPointer(t))
	for i := range set.Len() {
		out = append(out, set.At(i).Obj().(*types.Func))
	}
	return out
}

func lastName(name string) string { return name[strings.LastIndexByte(name, '.')+1:] }

// near suggests the name that differs in case only, or begins alike.
func near(name string, names []string) string {
	for _, n := range names {
		if strings.EqualFold(n, name) {
			return fmt.Sprintf("; did you mean %s?", n)
		}
	}
	for _, n := range names {
		if len(name) > 3 && len(n) > 3 && strings.HasPrefix(n, name[:3]) {
			return fmt.Sprintf("; did you mean %s?", n)
		}
	}
	return ""
}

// mismatches compares the arguments of a method with a signature.
func (c *Catalogue) mismatches(fn *types.Func, m Method) []string {
	var out []string
	params := fn.Signature().Params()
	check := func(what string, i int, ok func(types.Type) bool) {
		if i >= params.Len() || i >= 0 && !ok(params.At(i).Type()) {
			out = append(out, fmt.Sprintf("%s is not argument %d", what, i))
		}
	}
	isString := func(t types.Type) bool {
		b, ok := t.Underlying().(*types.Basic)
		return ok && b.Kind() == types.String || isEmptyInterface(t) // go-pg takes any
	}
	isFunc := func(t types.Type) bool { _, ok := t.Underlying().(*types.Signature); return ok }
	isKind := func(k Kind) func(types.Type) bool {
		return func(t types.Type) bool { return c.KindOf(t) == k || k == Stmt && isEmptyInterface(t) }
	}
	check("the text", m.Text, isString)
	check("the name", m.Name, isString)
	check("the connection string", m.DSN, isString)
	check("the list of values", m.Args, func(t types.Type) bool {
		_, slice := t.Underlying().(*types.Slice)
		_, isMap := t.Underlying().(*types.Map)
		return slice || isMap || isEmptyInterface(t) // sqlx and ent take one struct, map or slice
	})
	check("the batch", m.Batch, isKind(Batch))
	check("the statement", m.Stmt, isKind(Stmt))
	check("the function that is called", m.Fn, isFunc)
	check("the table", m.Table, isIdentifier)
	check("the handle", m.DB, func(types.Type) bool { return true })
	if m.Fn >= 0 && m.Effect != Raw && m.Fn < params.Len() && isFunc(params.At(m.Fn).Type()) {
		if given := params.At(m.Fn).Type().Underlying().(*types.Signature).Params(); m.Handle >= given.Len() {
			out = append(out, fmt.Sprintf("that function has no parameter %d", m.Handle))
		}
	}
	switch m.Effect {
	case Begin, Acquire, Open, Same, Derive, Hijack, Prepare, Rebind, Untold:
		if fn.Signature().Results().Len() == 0 && m.Effect != Prepare {
			out = append(out, "it has no result")
		}
	}
	return out
}

func isEmptyInterface(t types.Type) bool {
	iface, ok := t.Underlying().(*types.Interface)
	return ok && iface.Empty()
}
