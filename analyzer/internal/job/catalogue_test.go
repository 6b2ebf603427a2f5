package job

import (
	"go/types"
	"maps"
	"strings"
	"testing"

	"golang.org/x/tools/go/packages"
)

// TestCatalogue resolves every line in the real libraries: one that says what is
// not so would be silence where there should be a finding.
func TestCatalogue(t *testing.T) {
	c, err := parse(workersText)
	if err != nil {
		t.Fatal(err)
	}
	if len(c.methods) == 0 || len(c.funcs) == 0 || len(c.bytes) == 0 || len(c.activities) == 0 || len(c.workflows) == 0 || len(c.contexts) == 0 {
		t.Fatal("the catalogue is empty")
	}
	for method, iface := range c.methods {
		obj, _ := lookup(t, iface).(*types.TypeName)
		if obj == nil {
			t.Errorf("%s: no such type", iface)
			continue
		}
		name := method[len(packageOf(iface))+1:]
		fn, _, _ := types.LookupFieldOrMethod(obj.Type(), false, obj.Pkg(), name)
		if fn == nil || !takesJob(fn.Type().(*types.Signature), packageOf(iface)) {
			t.Errorf("%s.%s: no such method, or none that takes a job", iface, name)
		}
	}
	for name, arg := range c.funcs {
		fn, _ := lookup(t, name).(*types.Func)
		if fn == nil || arg >= fn.Signature().Params().Len() {
			t.Errorf("%s: no such function, or none with that argument", name)
			continue
		}
		given := fn.Signature().Params().At(arg).Type().Underlying()
		if iface, ok := given.(*types.Interface); ok && iface.NumMethods() == 1 {
			given = iface.Method(0).Signature()
		}
		if sig, ok := given.(*types.Signature); !ok || !takesJob(sig, packageOf(name)) {
			t.Errorf("%s: argument %d takes no job", name, arg)
		}
	}
	for name := range c.bytes {
		if fn, _ := lookup(t, name).(*types.Func); fn == nil || fn.Signature().Results().At(0).Type().String() != "[]byte" {
			t.Errorf("%s: no such method, or one that returns no bytes", name)
		}
	}
	for name := range c.contexts {
		if obj, ok := lookup(t, name).(*types.TypeName); !ok || !types.IsInterface(obj.Type()) {
			t.Errorf("%s: no such interface", name)
		}
	}
	given := maps.Clone(c.activities)
	maps.Copy(given, c.workflows)
	for name, arg := range given {
		if fn, _ := lookup(t, name).(*types.Func); fn == nil || !types.IsInterface(fn.Signature().Params().At(arg).Type()) {
			t.Errorf("%s: no such function, or one whose argument %d is not any", name, arg)
		}
	}
}

func lookup(t *testing.T, name string) types.Object {
	t.Helper()
	path := packageOf(name)
	pkgs, err := packages.Load(&packages.Config{
		Mode: packages.NeedName | packages.NeedTypes | packages.NeedImports | packages.NeedDeps, Dir: "../../../testdata/jobs",
	}, path)
	if err != nil || len(pkgs) != 1 || pkgs[0].Types == nil {
		t.Fatalf("%s: %v", path, err)
	}
	name, method, isMethod := strings.Cut(strings.TrimLeft(name, "(*")[len(path)+1:], ").")
	obj := pkgs[0].Types.Scope().Lookup(name)
	if !isMethod || obj == nil {
		return obj
	}
	found, _, _ := types.LookupFieldOrMethod(obj.Type(), true, obj.Pkg(), method)
	return found
}

// takesJob reports whether a parameter is what jobOf recognises as one.
func takesJob(sig *types.Signature, pkg string) bool {
	for i := range sig.Params().Len() {
		ptr, ok := sig.Params().At(i).Type().(*types.Pointer)
		if !ok {
			continue
		}
		if n, ok := ptr.Elem().(*types.Named); ok && n.Obj().Pkg().Path() == pkg && (n.TypeArgs().Len() == 1 || hasBytes(n)) {
			return true
		}
	}
	return false
}

func TestParseErrors(t *testing.T) {
	for _, text := range []string{"method a.T", "func F", "type a.T", "func a/b.F x", "method T M", "bytes", "bytes a.F 1", "activity a.F -1", "workflow a.F", "context", "method"} {
		if _, err := parse("# x\n" + text); err == nil || !strings.HasPrefix(err.Error(), "workers.txt:2: want: method <interface> <name>, func, activity or workflow") {
			t.Errorf("parse(%q) = %v", text, err)
		}
	}
}
