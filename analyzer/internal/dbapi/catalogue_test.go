package dbapi

import (
	"go/types"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"golang.org/x/tools/go/packages"

	"github.com/tenantvet/tenantvet/analyzer/internal/dbapi/catalogue"
	"github.com/tenantvet/tenantvet/analyzer/internal/fullname"
)

// A surface is what the real libraries export.
type surface struct {
	funcs map[string]*types.Func // by their name in the catalogue
	types map[string]types.Type
	pkgs  []*types.Package
}

// libraries loads the packages of the catalogue.
var libraries = sync.OnceValues(func() (surface, error) {
	// Of these, only what the catalogue names concerns handles.
	others := []string{catalogue.DriverPackage, "net/http"}
	s := surface{funcs: map[string]*types.Func{}, types: map[string]types.Type{}}
	for dir, paths := range map[string][]string{
		"src":      append(Default().Packages(), others...),
		"requests": {"github.com/gin-gonic/gin", "github.com/gofiber/fiber/v2"}, // no handles at all
	} {
		pkgs, err := packages.Load(&packages.Config{
			Mode: packages.NeedName | packages.NeedTypes | packages.NeedImports | packages.NeedDeps, Dir: "../../../testdata/" + dir,
		}, paths...)
		if err != nil {
			return s, err
		}
		for _, p := range pkgs {
			for _, e := range p.Errors {
				return s, e
			}
			collect(p.Types, s.funcs, s.types)
			if dir == "src" && !slices.Contains(others, p.PkgPath) {
				s.pkgs = append(s.pkgs, p.Types)
			}
		}
	}
	return s, nil
})

func realLibraries(t *testing.T) surface {
	t.Helper()
	s, err := libraries()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestCatalogue resolves every line of the catalogue in the real libraries: a
// method that does not exist, or takes something else than the line says, would
// be silence where there should be a finding.
func TestCatalogue(t *testing.T) {
	c, real := Default(), realLibraries(t)
	for name, m := range c.methods {
		fn := real.funcs[name]
		if fn == nil {
			t.Errorf("%s: no such function", name)
			continue
		}
		for _, err := range mismatches(c, fn, m) {
			t.Errorf("%s: %s", name, err)
		}
	}
	for name := range c.quiet {
		if real.funcs[name] == nil {
			t.Errorf("quiet %s: no such function", name)
		}
	}
	for name, kind := range c.types {
		typ := real.types[name]
		if typ == nil {
			t.Errorf("type %s: no such type", name)
			continue
		}
		if got := c.KindOf(typ); got != kind {
			t.Errorf("type %s: kind %s, want %s", name, got, kind)
		}
	}
	for name := range c.hooks {
		if real.types[name] == nil {
			t.Errorf("type %s: no such type", name)
		}
	}
	for name := range c.results {
		if real.types[name] == nil {
			t.Errorf("result %s: no such type", name)
		}
	}
}

// TestComplete holds that the catalogue knows, of each library, every exported
// method of a handle, every function that takes or returns one, and every other
// method that returns what only a statement can: what is listed nowhere would be
// silence as well.
func TestComplete(t *testing.T) {
	c, real := Default(), realLibraries(t)
	seen := map[string]bool{}
	for _, pkg := range real.pkgs {
		for _, name := range pkg.Scope().Names() {
			obj := pkg.Scope().Lookup(name)
			if !obj.Exported() {
				continue
			}
			for _, fn := range concerning(c, obj) {
				if key := keyOf(fn); !seen[key] && !c.knows(fn) {
					seen[key] = true
					t.Errorf("%s is not in the catalogue: %s", key, fn.Signature())
				}
			}
		}
	}
}

// knows reports whether a function is listed, or recognised by its signature.
func (c *Catalogue) knows(fn *types.Func) bool {
	if _, ok := c.Method(fn); ok || c.Quiet(fn) {
		return true
	}
	recv := fn.Signature().Recv()
	if recv == nil || !types.IsInterface(recv.Type()) {
		return false
	}
	_, ok := c.Shape(fn.Signature())
	return ok
}

// concerning lists the exported functions behind an object that have to do
// with handles.
func concerning(c *Catalogue, obj types.Object) []*types.Func {
	var out []*types.Func
	switch obj := obj.(type) {
	case *types.Func:
		if touches(c, obj.Signature().Params()) || touches(c, obj.Signature().Results()) {
			out = append(out, obj)
		}
	case *types.TypeName:
		handle := c.KindOf(obj.Type()) != NoHandle || c.KindOf(types.NewPointer(obj.Type())) != NoHandle
		for _, fn := range methodsOf(obj.Type()) {
			res := fn.Signature().Results()
			if fn.Exported() && (handle || res.Len() > 0 && c.sends(res.At(0).Type()) && !ofResult(c, fn)) {
				out = append(out, fn)
			}
		}
	}
	return out
}

// ofResult reports whether a method belongs to what a statement returned.
func ofResult(c *Catalogue, fn *types.Func) bool {
	name := fullname.OfType(fn.Signature().Recv().Type())
	return c.results[name] != "" || c.results["*"+name] != "" || strings.HasSuffix(name, "ResultReader") || strings.HasSuffix(name, "Rows")
}

func touches(c *Catalogue, tuple *types.Tuple) bool {
	for i := range tuple.Len() {
		t := tuple.At(i).Type()
		if sl, ok := t.(*types.Slice); ok {
			t = sl.Elem()
		}
		if fn, ok := t.Underlying().(*types.Signature); ok && touches(c, fn.Params()) {
			return true
		}
		if k := c.KindOf(t); k != NoHandle {
			return true
		}
	}
	return false
}

func collect(pkg *types.Package, funcs map[string]*types.Func, kinds map[string]types.Type) {
	for _, name := range pkg.Scope().Names() {
		switch obj := pkg.Scope().Lookup(name).(type) {
		case *types.Func:
			funcs[keyOf(obj)] = obj
		case *types.TypeName:
			for _, t := range []types.Type{obj.Type(), types.NewPointer(obj.Type())} {
				kinds[fullname.OfType(t)] = t
				set := types.NewMethodSet(t)
				for i := range set.Len() {
					fn := set.At(i).Obj().(*types.Func)
					funcs[keyOf(fn)] = fn
				}
			}
			if iface, ok := obj.Type().Underlying().(*types.Interface); ok {
				for i := range iface.NumMethods() {
					funcs[keyOf(iface.Method(i))] = iface.Method(i)
				}
			}
		}
	}
}

// mismatches adds to the check of what users declare what a line of our own
// must have.
func mismatches(c *Catalogue, fn *types.Func, m Method) []string {
	out := c.mismatches(fn, m)
	params := fn.Signature().Params()
	text := m.Text >= 0 || m.Name >= 0 || m.Unread
	if m.Effect == Send && !text || m.Effect == Prepare && m.Text < 0 || m.Effect == Queue && !text && m.Stmt < 0 ||
		m.Effect == SendBatch && m.Batch < 0 || m.Effect == Copy && m.Table < 0 ||
		(m.Effect == BeginFunc || m.Effect == AcquireFunc || m.Effect == Raw) && m.Fn < 0 {
		out = append(out, "lacks the argument that its effect needs")
	}
	if m.DB >= 0 && m.DB < params.Len() {
		if t := params.At(m.DB).Type(); c.KindOf(t) == NoHandle && !types.IsInterface(t) {
			out = append(out, "db is no handle")
		}
	}
	if m.Fn >= 0 && m.Effect != Raw && m.Fn < params.Len() {
		given := params.At(m.Fn).Type().Underlying().(*types.Signature).Params()
		if m.Handle < given.Len() && c.KindOf(given.At(m.Handle).Type()) == NoHandle {
			out = append(out, "its callback gets no handle there")
		}
	}
	if recv := fn.Signature().Recv(); recv == nil && m.DB < 0 && m.Effect != Open && m.Effect != Untold {
		out = append(out, "has neither receiver nor db")
	}
	return out
}

// TestParse reads the short forms.
func TestParse(t *testing.T) {
	c := newCatalogue()
	err := c.parse("x.txt", `
package a.org/b

type *T pool chain
type *C hooks
(*T).F,G send text=1 args=2
H,I open dsn=0
quiet (T).Q
`)
	if err != nil {
		t.Fatal(err)
	}
	c.listPackages()
	send := newMethod(Send)
	send.Text, send.Args = 1, 2
	open := newMethod(Open)
	open.DSN = 0
	want := &Catalogue{
		methods: map[string]Method{"(*a.org/b.T).F": send, "(*a.org/b.T).G": send, "a.org/b.H": open, "a.org/b.I": open},
		types:   map[string]Kind{"*a.org/b.T": Pool}, chains: map[string]bool{"*a.org/b.T": true}, hooks: map[string]bool{"*a.org/b.C": true},
		quiet: map[string]bool{"(a.org/b.T).Q": true}, results: map[string]resultKind{}, packages: []string{"a.org/b"}, owners: map[string]bool{"a.org/b": true},
	}
	if !reflect.DeepEqual(c, want) {
		t.Errorf("got  %+v\nwant %+v", c, want)
	}
}

func TestParseErrors(t *testing.T) {
	for text, want := range map[string]string{
		"a.F sendd text=1":                   `x.txt:1: unknown effect "sendd"`,
		"a.F send txt=1":                     `x.txt:1: bad option "txt=1"`,
		"a.F send text=-1":                   `x.txt:1: bad option "text=-1"`,
		"# x\ntype *a.T pol":                 `x.txt:2: unknown kind "pol"`,
		"a.F send text=1\na.F send text=2\n": "x.txt:2: a.F is listed twice",
		"package a\nF,F send text=1":         "x.txt:2: a.F is listed twice",
		"a.F send text=1\nquiet a.F":         "x.txt:2: a.F is listed twice",
		"type *a.T pool\ntype *a.T pool":     "x.txt:2: type *a.T is listed twice",
		"type *a.T":                          "x.txt:1: want: type <name> <kind> [chain]",
		"type":                               "x.txt:1: want: type <name> <kind> [chain]",
		"a.F":                                "x.txt:1: want: <function> <effect> [key=value ...]",
		"quiet a.F b.F":                      "x.txt:1: want: quiet <function>",
		"result *a.T":                        "x.txt:1: want: result <type> <kind>",
		"result *a.T roes":                   `x.txt:1: unknown kind of result "roes"`,
		"package":                            "x.txt:1: want: package <import path>",
	} {
		if err := newCatalogue().parse("x.txt", text); err == nil || err.Error() != want {
			t.Errorf("parse(%q) = %v, want %s", text, err, want)
		}
	}
}

// TestLibraries holds the names that are read before anything else to the whole
// catalogue: a library that is missing there would never be analysed.
func TestLibraries(t *testing.T) {
	if got, want := catalogue.Libraries(), Default().Packages(); !slices.Equal(got, want) {
		t.Errorf("libraries:\n%q\nwant:\n%q", got, want)
	}
}
