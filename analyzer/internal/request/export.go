package request

import (
	"cmp"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// exportResults completes the summaries with what functions return, for importing
// packages: within the package it is found out when it is asked for.
func (p *engine) exportResults() {
	for _, fn := range p.Functions {
		obj, ok := fn.Object().(*types.Func)
		if !ok || p.summaries[obj] == nil {
			continue
		}
		p.budget = budget
		s := *p.summaries[obj]
		results := fn.Signature.Results()
		for i := range results.Len() {
			t := results.At(i).Type()
			if isError(t) || isContext(t) {
				continue
			}
			for _, path := range resultPaths(t) {
				if origins := p.results(fn, i, path); telling(origins) && len(s.Results) < maxEntries {
					s.Results = append(s.Results, Result{Index: i, Path: path, Origins: origins})
				}
			}
		}
		p.summaries[obj] = &s
	}
}

// telling reports whether origins are more than what is assumed without them.
func telling(origins []Origin) bool {
	return slices.ContainsFunc(origins, func(o Origin) bool { return o.Kind != Caller && o.Kind != Opaque })
}

// resultPaths are the parts of a type that are told apart: its fields, or it
// as a whole.
func resultPaths(t types.Type) []string {
	if paths := fieldPaths(t); len(paths) > 0 {
		return paths
	}
	if b, ok := t.Underlying().(*types.Basic); ok && b.Kind() == types.Bool {
		return nil
	}
	return []string{""}
}

// maxFields bounds the fields of a struct that are told apart.
const maxFields = 12

// fieldPaths lists the fields of a struct, or of what a pointer points to.
func fieldPaths(t types.Type) []string {
	if ptr, ok := t.Underlying().(*types.Pointer); ok {
		t = ptr.Elem()
	}
	st, ok := t.Underlying().(*types.Struct)
	if !ok {
		return nil
	}
	var out []string
	for i := range min(st.NumFields(), maxFields) {
		f := st.Field(i)
		if b, isBasic := f.Type().Underlying().(*types.Basic); isBasic && b.Kind() == types.Bool {
			continue
		}
		out = append(out, "."+f.Name())
	}
	return out
}

func compareUses(a, b KeyUse) int {
	return cmp.Or(cmp.Compare(a.Key, b.Key), cmp.Compare(a.Path, b.Path), cmp.Compare(a.Setting, b.Setting))
}

func compareSinks(a, b Sink) int {
	return cmp.Or(cmp.Compare(a.Param, b.Param), cmp.Compare(a.Path, b.Path), cmp.Compare(a.Setting, b.Setting))
}

func comparePuts(a, b Put) int {
	return cmp.Or(cmp.Compare(a.Key, b.Key), cmp.Compare(a.KeyParam, b.KeyParam), cmp.Compare(a.Path, b.Path),
		cmp.Compare(a.Param, b.Param), cmp.Compare(a.From, b.From))
}

func compareInjects(a, b Inject) int {
	return cmp.Or(cmp.Compare(a.Key, b.Key), cmp.Compare(a.Path, b.Path), compareOrigins(a.Origin, b.Origin))
}

// declared returns the object of a function of the program, nil for a literal.
func declared(fn *ssa.Function) *types.Func {
	if o := fn.Origin(); o != nil {
		fn = o
	}
	obj, _ := fn.Object().(*types.Func)
	return obj
}
