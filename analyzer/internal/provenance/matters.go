package provenance

import (
	"go/ast"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/tenantvet/tenantvet/analyzer/internal/envread"
	"github.com/tenantvet/tenantvet/internal/credential"
)

func dirOf(pass *analysis.Pass) string {
	return filepath.Dir(pass.Fset.Position(pass.Files[0].FileStart).Filename)
}

// matters reports whether a package is worth its SSA form: something in it may
// be a credential or name one, or what it imports holds one.
func matters(pass *analysis.Pass) bool {
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
	found := false
	for _, file := range pass.Files {
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.Comment:
				found = found || strings.HasPrefix(n.Text, "//go:embed ")
			case ast.Expr:
				if text, ok := envread.Constant(pass.TypesInfo, n); ok && credential.HasToken(text) {
					found = true
				}
			case *ast.Field:
				found = found || n.Tag != nil && credential.HasToken(n.Tag.Value)
			}
			return !found
		})
	}
	return found || composesLogin(pass)
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
