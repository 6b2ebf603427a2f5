package route

import (
	"go/types"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/packages"

	"github.com/tenantvet/tenantvet/analyzer/internal/fullname"
	"github.com/tenantvet/tenantvet/analyzer/internal/interceptor"
)

// library loads the packages of the catalogue.
func library(t *testing.T, c *catalogue) (funcs map[string]*types.Func, methods map[string][]*types.Func, fields map[string]bool) {
	t.Helper()
	pkgs, err := packages.Load(&packages.Config{
		Mode: packages.NeedName | packages.NeedTypes | packages.NeedImports | packages.NeedDeps, Dir: "../../../testdata/requests",
	}, c.packages...)
	if err != nil {
		t.Fatal(err)
	}
	funcs, methods, fields = map[string]*types.Func{}, map[string][]*types.Func{}, map[string]bool{}
	for _, p := range pkgs {
		for _, e := range p.Errors {
			t.Error(e)
		}
		for _, name := range p.Types.Scope().Names() {
			switch obj := p.Types.Scope().Lookup(name).(type) {
			case *types.Func:
				funcs[obj.FullName()] = obj
			case *types.TypeName:
				if st, ok := obj.Type().Underlying().(*types.Struct); ok {
					for f := range st.Fields() {
						fields[p.PkgPath+"."+name+"."+f.Name()] = true
					}
				}
				for _, typ := range []types.Type{obj.Type(), types.NewPointer(obj.Type())} {
					set := types.NewMethodSet(typ)
					for i := range set.Len() {
						fn := set.At(i).Obj().(*types.Func)
						funcs[fn.FullName()] = fn
						methods[fullname.OfType(typ)] = append(methods[fullname.OfType(typ)], fn)
					}
				}
			}
		}
	}
	return funcs, methods, fields
}

// TestCatalogue resolves every line in the real libraries: a line that says what
// is not so would be a route that nobody sees, or sees where it isn't.
func TestCatalogue(t *testing.T) {
	c, err := parse(catalogueText)
	if err != nil {
		t.Fatal(err)
	}
	funcs, methods, fields := library(t, c)
	for name, e := range c.funcs {
		fn := funcs[name]
		if fn == nil {
			t.Errorf("%s: no such function", name)
			continue
		}
		params := fn.Signature().Params()
		is := func(what string, n int, ok func(types.Type) bool) {
			if n != none && (n >= params.Len() || !ok(params.At(n).Type())) {
				t.Errorf("%s: argument %d is no %s", name, n, what)
			}
		}
		is("path", e.path, func(typ types.Type) bool { return types.Identical(typ, types.Typ[types.String]) })
		is("handler", e.handler, func(typ types.Type) bool { return isHandler(typ) || c.isRouter(typ) })
		is("list of handlers", e.chain, isHandler)
		is("middleware", e.mws, func(typ types.Type) bool {
			sig, isFunc := typ.(*types.Signature)
			return isHandler(typ) || e.when == byPath || takesHandler(typ) || isFunc && makesHandler(sig)
		})
		is("list of options", e.opts, func(typ types.Type) bool {
			s, ok := typ.(*types.Slice)
			return ok && interceptor.IsLayer(s.Elem())
		})
		is("function that takes a router", e.calls, func(typ types.Type) bool {
			sig, ok := typ.(*types.Signature)
			return ok && sig.Params().Len() == 1 && c.isRouter(sig.Params().At(0).Type())
		})
		switch res := fn.Signature().Results(); e.role {
		case makes, groups, same:
			if res.Len() != 1 || !c.isRouter(res.At(0).Type()) {
				t.Errorf("%s returns no router", name)
			}
		}
	}
	for name := range c.types {
		if len(methods[name]) == 0 {
			t.Errorf("type %s: no such type, or one without methods", name)
		}
	}
	for name := range c.fields {
		if !fields[name] {
			t.Errorf("field %s: no such field", name)
		}
	}
}

// takesHandler reports whether a type is a list of what takes handlers, by the
// interface of a function type as well.
func takesHandler(t types.Type) bool {
	s, ok := t.(*types.Slice)
	return ok && isHandler(s.Elem().Underlying())
}

// TestNothingIsLeftOut looks at the methods of routers that take handlers: each
// is in the catalogue, or it is said why not.
func TestNothingIsLeftOut(t *testing.T) {
	c := apis()
	_, methods, _ := library(t, c)
	why := map[string]string{
		"NotFound":                "is for requests that no route is for",
		"MethodNotAllowed":        "the same",
		"NoRoute":                 "the same",
		"NoMethod":                "the same",
		"RouteNotFound":           "the same",
		"ServeHTTP":               "is what a server calls",
		"Static":                  "serves files",
		"StaticFS":                "serves files",
		"File":                    "serves files",
		"FileFS":                  "serves files",
		"Test":                    "is for tests",
		"Walk":                    "goes through the routes that there are",
		"HandleContext":           "runs a request again",
		"GetHandler":              "returns a route's handler",
		"BuildVarsFunc":           "is about the names in paths",
		"MatcherFunc":             "decides which requests a route is for",
		"DefaultHTTPErrorHandler": "writes errors",
		"ErrorHandler":            "writes errors",
		"NewContext":              "makes the context of a request",
		"AcquireContext":          "the same",
		"ReleaseContext":          "the same",
		"Middlewares":             "returns those that there are",
		"Match":                   "finds the route of a request",
		"Handler":                 "finds the handler of a request",
		"URI":                     "writes the path of a handler",
		"URL":                     "the same",
	}
	for name := range c.types {
		for _, fn := range methods[name] {
			if !fn.Exported() || c.entry(fn).role != noRole || why[fn.Name()] != "" {
				continue
			}
			params := fn.Signature().Params()
			for i := range params.Len() {
				if typ := params.At(i).Type(); isHandler(typ) || takesHandler(typ) || c.isRouter(typ) {
					t.Errorf("%s takes handlers and is not in the catalogue", fn.FullName())
				}
			}
		}
	}
}

func TestParseErrors(t *testing.T) {
	for text, want := range map[string]string{
		"a.F":                          "catalogue.txt:1: want: <function> <role> [key=value ...]",
		"# x\na.F mounted":             `catalogue.txt:2: unknown role "mounted"`,
		"a.F use":                      "catalogue.txt:1: a.F: an argument is missing",
		"a.F use mws=0 when=never":     `catalogue.txt:1: bad option "when=never"`,
		"a.F group mw=0":               `catalogue.txt:1: bad option "mw=0"`,
		"a.F option mws=0 kind=bidi":   `catalogue.txt:1: bad option "kind=bidi"`,
		"a.F option mws=0 opts=1":      "catalogue.txt:1: a.F: an argument is missing",
		"a.F handle handler=0 chain=1": "catalogue.txt:1: a.F: an argument is missing",
		"a.F new\na.{E,F} same":        "catalogue.txt:2: a.F is listed twice",
	} {
		if _, err := parse(text); err == nil || err.Error() != want {
			t.Errorf("parse(%q) = %v, want %s", text, err, want)
		}
	}
}

func TestExpand(t *testing.T) {
	if got := expand("(*a.T).{F,G}x"); !slices.Equal(got, []string{"(*a.T).Fx", "(*a.T).Gx"}) {
		t.Error(got)
	}
	if got := strings.Join(expand("a.F"), ","); got != "a.F" {
		t.Error(got)
	}
}
