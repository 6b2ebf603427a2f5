package provenance

import (
	"go/ast"
	"go/constant"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/tenantvet/tenantvet/internal/credential"
)

func dirOf(pass *analysis.Pass) string {
	return filepath.Dir(pass.Fset.Position(pass.Files[0].FileStart).Filename)
}

// matters reports whether a package is worth its SSA form: something in it may
// be a credential or name one, or what it imports holds one.
func matters(pass *analysis.Pass, files []*ast.File) bool {
	for _, f := range pass.AllObjectFacts() {
		switch fact := f.Fact.(type) {
		case *Reaches:
			return true
		case *Holds:
			if slices.ContainsFunc(fact.Values, func(v Held) bool { return len(v.Origins) > 0 }) {
				return true
			}
		}
	}
	for _, f := range pass.AllPackageFacts() {
		if _, ok := f.Fact.(*Links); ok {
			return true
		}
	}
	return holdsToken(pass) || embedsOrBinds(files) || composesLogin(pass)
}

// holdsToken reports whether some constant of a package may be a credential or
// name one. The types of all expressions are there already, in one table.
func holdsToken(pass *analysis.Pass) bool {
	for _, tv := range pass.TypesInfo.Types {
		if tv.Value != nil && tv.Value.Kind() == constant.String && credential.HasToken(constant.StringVal(tv.Value)) {
			return true
		}
	}
	return false
}

// embedsOrBinds reports whether a package embeds files, or has a field whose tag
// names a credential.
func embedsOrBinds(files []*ast.File) bool {
	for _, file := range files {
		for _, group := range file.Comments {
			for _, c := range group.List {
				if strings.HasPrefix(c.Text, "//go:embed ") {
					return true
				}
			}
		}
	}
	found := false
	for _, file := range files {
		ast.Inspect(file, func(n ast.Node) bool {
			if field, ok := n.(*ast.Field); ok && field.Tag != nil {
				found = found || credential.HasToken(field.Tag.Value)
			}
			return !found
		})
	}
	return found
}

// composesLogin reports whether a package puts a connection together from parts
// that are no credential by themselves.
func composesLogin(pass *analysis.Pass) bool {
	for id, obj := range pass.TypesInfo.Uses {
		switch id.Name {
		case "UserPassword", "ConnConfig", "WithUser":
			if obj.Pkg() != nil && obj.Pkg() != pass.Pkg {
				return true
			}
		}
	}
	return false
}
