package request

import (
	"go/types"
	"testing"

	"golang.org/x/tools/go/packages"

	"github.com/tenantvet/tenantvet/analyzer/internal/fullname"
)

// TestCatalogue resolves every line of the catalogue in the real libraries: a
// function that does not exist, or takes less than the line says, would be
// silence where there should be a finding.
func TestCatalogue(t *testing.T) {
	c, err := parse(catalogueText)
	if err != nil {
		t.Fatal(err)
	}
	wanted := map[string]bool{}
	for name := range c.funcs {
		wanted[packageOf(name)] = true
	}
	for _, name := range c.packages {
		wanted[name] = true
	}
	var paths []string
	for path := range wanted {
		paths = append(paths, path)
	}
	pkgs, err := packages.Load(&packages.Config{
		Mode: packages.NeedName | packages.NeedTypes | packages.NeedImports | packages.NeedDeps, Dir: "../../../testdata/requests",
	}, paths...)
	if err != nil {
		t.Fatal(err)
	}
	funcs, fields, named := map[string]*types.Func{}, map[string]bool{}, map[string]bool{}
	for _, p := range pkgs {
		for _, e := range p.Errors {
			t.Error(e)
		}
		if p.Types != nil {
			collect(p.Types, funcs, fields, named)
		}
	}
	for name, e := range c.funcs {
		fn := funcs[name]
		if fn == nil {
			t.Errorf("%s: no such function", name)
			continue
		}
		for _, n := range append([]int{e.name, e.out, e.key, e.value, e.option, e.keyfunc}, e.from...) {
			if n >= fn.Signature().Params().Len() || n == receiver && fn.Signature().Recv() == nil {
				t.Errorf("%s has no argument %d", name, n)
			}
		}
		if e.name >= 0 && !types.Identical(fn.Signature().Params().At(e.name).Type().Underlying(), types.Typ[types.String]) {
			t.Errorf("%s: argument %d names nothing", name, e.name)
		}
	}
	for name := range c.fields {
		if !fields[name] {
			t.Errorf("field %s: no such field", name)
		}
	}
	for name := range c.requests {
		if !named[name] {
			t.Errorf("type %s: no such type", name)
		}
	}
}

func collect(pkg *types.Package, funcs map[string]*types.Func, fields, named map[string]bool) {
	for _, name := range pkg.Scope().Names() {
		switch obj := pkg.Scope().Lookup(name).(type) {
		case *types.Func:
			funcs[fullName(obj)] = obj
		case *types.TypeName:
			for _, t := range []types.Type{obj.Type(), types.NewPointer(obj.Type())} {
				named[fullname.OfType(t)] = true
				set := types.NewMethodSet(t)
				for i := range set.Len() {
					fn := set.At(i).Obj().(*types.Func)
					funcs[fullName(fn)] = fn
				}
			}
			switch u := obj.Type().Underlying().(type) {
			case *types.Interface:
				for i := range u.NumMethods() {
					funcs[fullName(u.Method(i))] = u.Method(i)
				}
			case *types.Struct:
				for i := range u.NumFields() {
					fields[pkg.Path()+"."+name+"."+u.Field(i).Name()] = true
				}
			}
		}
	}
}

func TestParseErrors(t *testing.T) {
	for text, want := range map[string]string{
		"a.F sourcee kind=body":             `catalogue.txt:1: unknown role "sourcee"`,
		"a.F source":                        "catalogue.txt:1: a source has a kind",
		"a.F source kind=bodies":            `catalogue.txt:1: bad option "kind=bodies"`,
		"a.F pass form=1":                   `catalogue.txt:1: bad option "form=1"`,
		"a.F pass name=1,2":                 `catalogue.txt:1: bad option "name=1,2"`,
		"# x\na.F pass from=x":              `catalogue.txt:2: bad option "from=x"`,
		"a.F pass\na.F pass":                "catalogue.txt:2: a.F is listed twice",
		"a.F":                               "catalogue.txt:1: want: <function> <role> [key=value ...]",
		"type a.T":                          "catalogue.txt:1: want: type <name> request",
		"field a.T.F":                       "catalogue.txt:1: want: field <struct>.<field> kind=<k>",
		"field a.T.F kind=x":                `catalogue.txt:1: bad option "kind=x"`,
		"type a.T request\ntype a.T body":   "catalogue.txt:2: want: type <name> request",
		"a.F source kind=header name=0 o=1": `catalogue.txt:1: bad option "o=1"`,
	} {
		if _, err := parse(text); err == nil || err.Error() != want {
			t.Errorf("parse(%q) = %v, want %s", text, err, want)
		}
	}
}
