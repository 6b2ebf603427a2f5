package dbapi

import (
	"go/types"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/packages"
)

// TestCatalogue resolves every line of the catalogue in the real libraries: a
// method that does not exist, or takes something else than the line says, would
// be silence where there should be a finding.
func TestCatalogue(t *testing.T) {
	c, err := parse(catalogueText)
	if err != nil {
		t.Fatal(err)
	}
	paths := c.Packages()
	for name, m := range c.methods {
		if path := packageOf(name); m.Effect == Proceed && !slices.Contains(paths, path) {
			paths = append(paths, path)
		}
	}
	pkgs, err := packages.Load(&packages.Config{
		Mode: packages.NeedName | packages.NeedTypes | packages.NeedImports | packages.NeedDeps, Dir: "../../../testdata/src",
	}, paths...)
	if err != nil {
		t.Fatal(err)
	}
	funcs := map[string]*types.Func{}
	kinds := map[string]types.Type{}
	for _, p := range pkgs {
		for _, e := range p.Errors {
			t.Error(e)
		}
		if p.Types != nil {
			collect(p.Types, funcs, kinds)
		}
	}
	for name, m := range c.methods {
		fn := funcs[name]
		if fn == nil {
			t.Errorf("%s: no such function", name)
			continue
		}
		for _, err := range mismatches(c, fn, m) {
			t.Errorf("%s: %s", name, err)
		}
	}
	for name, kind := range c.types {
		typ := kinds[name]
		if typ == nil {
			t.Errorf("type %s: no such type", name)
			continue
		}
		if got := c.KindOf(typ); got != kind {
			t.Errorf("type %s: kind %s, want %s", name, got, kind)
		}
	}
}

func collect(pkg *types.Package, funcs map[string]*types.Func, kinds map[string]types.Type) {
	for _, name := range pkg.Scope().Names() {
		switch obj := pkg.Scope().Lookup(name).(type) {
		case *types.Func:
			funcs[obj.FullName()] = obj
		case *types.TypeName:
			for _, t := range []types.Type{obj.Type(), types.NewPointer(obj.Type())} {
				kinds[typeName(t)] = t
				set := types.NewMethodSet(t)
				for i := range set.Len() {
					fn := set.At(i).Obj().(*types.Func)
					funcs[fn.FullName()] = fn
				}
			}
			if iface, ok := obj.Type().Underlying().(*types.Interface); ok {
				for i := range iface.NumMethods() {
					funcs[iface.Method(i).FullName()] = iface.Method(i)
				}
			}
		}
	}
}

// mismatches compares the arguments of a line with a signature.
func mismatches(c *Catalogue, fn *types.Func, m Method) []string {
	var out []string
	params := fn.Signature().Params()
	check := func(what string, i int, ok func(types.Type) bool) {
		if i >= 0 && (i >= params.Len() || !ok(params.At(i).Type())) {
			out = append(out, what+" is not argument "+string(rune('0'+i)))
		}
	}
	isString := func(t types.Type) bool {
		b, ok := t.Underlying().(*types.Basic)
		return ok && b.Kind() == types.String
	}
	isFunc := func(t types.Type) bool { _, ok := t.Underlying().(*types.Signature); return ok }
	isKind := func(k Kind) func(types.Type) bool {
		return func(t types.Type) bool { return c.KindOf(t) == k }
	}
	check("text", m.Text, isString)
	check("dsn", m.DSN, isString)
	check("args", m.Args, func(t types.Type) bool {
		_, slice := t.Underlying().(*types.Slice)
		return slice || strings.HasPrefix(fn.Name(), "Named") // sqlx takes one struct or map
	})
	check("batch", m.Batch, isKind(Batch))
	check("stmt", m.Stmt, isKind(Stmt))
	check("fn", m.Fn, isFunc)
	check("table", m.Table, func(t types.Type) bool { return strings.HasSuffix(t.String(), ".Identifier") })
	if m.Effect == Send && m.Text < 0 || m.Effect == SendBatch && m.Batch < 0 || m.Effect == Copy && m.Table < 0 {
		out = append(out, "lacks the argument that its effect needs")
	}
	return out
}

func TestParseErrors(t *testing.T) {
	for text, want := range map[string]string{
		"a.F sendd text=1":                   `catalogue.txt:1: unknown effect "sendd"`,
		"a.F send txt=1":                     `catalogue.txt:1: bad option "txt=1"`,
		"# x\ntype *a.T pol":                 `catalogue.txt:2: unknown kind "pol"`,
		"a.F send text=1\na.F send text=2\n": "catalogue.txt:2: a.F is listed twice",
		"type *a.T":                          "catalogue.txt:1: want: type <name> <kind> [chain]",
		"a.F":                                "catalogue.txt:1: want: <function> <effect> [key=value ...]",
	} {
		if _, err := parse(text); err == nil || err.Error() != want {
			t.Errorf("parse(%q) = %v, want %s", text, err, want)
		}
	}
}
