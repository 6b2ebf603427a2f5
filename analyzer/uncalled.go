package analyzer

import (
	"go/types"
	"maps"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/site"
)

// Generated code in particular has more queries than a program sends. A function that
// nothing in the whole module refers to sends none, so that nobody decides on its
// handle. Which names the packages refer to is told here; the command line, which sees
// all packages, draws the conclusion.

// uses lists the functions and methods that a package refers to by their bare names:
// what is called through an interface, or a type parameter, has no other. Tests don't
// count, as their queries don't.
func uses(pass *analysis.Pass) []string {
	names := map[string]bool{}
	for id, obj := range pass.TypesInfo.Uses {
		if fn, ok := obj.(*types.Func); ok && !strings.HasSuffix(pass.Fset.Position(id.Pos()).Filename, "_test.go") {
			names[fn.Name()] = true
		}
	}
	return slices.Sorted(maps.Keys(names))
}

// isForeign reports whether a library may call a site's function without its name being
// in the program: it is a method of an interface that some package knows which this one
// imports.
func isForeign(s *site.Site) bool {
	var in *ssa.Function
	if in = s.In; s.Call != nil {
		in = s.Call.Parent()
	}
	for in != nil && in.Parent() != nil {
		in = in.Parent()
	}
	if in == nil {
		return true
	}
	fn, ok := in.Object().(*types.Func)
	if !ok {
		return true
	}
	if fn.Signature().Recv() == nil {
		return fn.Name() == "init" || fn.Name() == "main"
	}
	return inInterface(fn.Name(), fn.Pkg(), map[*types.Package]bool{})
}

// inInterface reports whether an interface in the imports of a package has a method of
// a name.
func inInterface(name string, pkg *types.Package, seen map[*types.Package]bool) bool {
	for _, imp := range pkg.Imports() {
		if seen[imp] {
			continue
		}
		seen[imp] = true
		for _, of := range imp.Scope().Names() {
			tn, ok := imp.Scope().Lookup(of).(*types.TypeName)
			if !ok || !tn.Exported() {
				continue
			}
			if iface, ok := tn.Type().Underlying().(*types.Interface); ok && hasMethod(iface, name) {
				return true
			}
		}
		if inInterface(name, imp, seen) {
			return true
		}
	}
	return false
}

func hasMethod(iface *types.Interface, name string) bool {
	for i := range iface.NumMethods() {
		if iface.Method(i).Name() == name {
			return true
		}
	}
	return false
}
