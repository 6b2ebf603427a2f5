package job

import (
	"go/types"
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
	if len(c.methods) == 0 || len(c.funcs) == 0 {
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
	for name := range c.funcs {
		fn, _ := lookup(t, name).(*types.Func)
		if fn == nil {
			t.Errorf("%s: no such function", name)
			continue
		}
		if given, ok := fn.Signature().Params().At(0).Type().(*types.Signature); !ok || !takesJob(given, packageOf(name)) {
			t.Errorf("%s: its first argument takes no job", name)
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
	return pkgs[0].Types.Scope().Lookup(name[len(path)+1:])
}

// takesJob reports whether a parameter is what jobOf recognises as one.
func takesJob(sig *types.Signature, pkg string) bool {
	for i := range sig.Params().Len() {
		ptr, ok := sig.Params().At(i).Type().(*types.Pointer)
		if !ok {
			continue
		}
		if n, ok := ptr.Elem().(*types.Named); ok && n.Obj().Pkg().Path() == pkg && n.TypeArgs().Len() == 1 {
			return true
		}
	}
	return false
}

func TestParseErrors(t *testing.T) {
	for _, text := range []string{"method a.T", "func F", "type a.T", "func a/b.F x", "method T M"} {
		if _, err := parse("# x\n" + text); err == nil || err.Error() != "workers.txt:2: want: method <interface> <name>, or func <function>" {
			t.Errorf("parse(%q) = %v", text, err)
		}
	}
}
