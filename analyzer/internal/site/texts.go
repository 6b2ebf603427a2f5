package site

import (
	"go/ast"
	"go/token"
	"go/types"
	"regexp"

	"golang.org/x/tools/go/analysis"

	"github.com/tenantvet/tenantvet/analyzer/internal/lazyssa"
	"github.com/tenantvet/tenantvet/analyzer/internal/sqltext"
)

// textsOf returns the resolver of a package's texts.
func textsOf(pass *analysis.Pass, src *lazyssa.SSA, tenancy Tenancy, readFile func(string) ([]byte, error)) *sqltext.Resolver {
	if readFile == nil {
		readFile = pass.ReadFile
	}
	return sqltext.NewResolver(sqltext.Source{
		HasTable: tenancy.hasTable(),
		Pkg:      src.Package(), Functions: src.Functions(), Files: src.Files, Fset: pass.Fset, ReadFile: readFile,
		Import: func(obj types.Object) *sqltext.Fact {
			var f sqltext.Fact
			if obj.Pkg() != pass.Pkg && pass.ImportObjectFact(obj, &f) {
				return &f
			}
			return nil
		},
	})
}

// exportTexts tells importing packages which texts this one has for them.
func exportTexts(pass *analysis.Pass, texts *sqltext.Resolver) {
	for obj, fact := range texts.Facts() {
		pass.ExportObjectFact(obj, fact)
	}
}

// sqlWords are in most SQL texts, and in few others. A package without any is
// not worth its SSA form.
var sqlWords = regexp.MustCompile(`(?i)\b(select|insert into|update|delete from|from|where|join|order by|set|values)\s`)

// holdsTexts reports whether a package that sends no SQL may hold some, or say
// which tables its models are.
func holdsTexts(files []*ast.File) bool {
	found := false
	for _, f := range files {
		ast.Inspect(f, func(n ast.Node) bool {
			if decl, ok := n.(*ast.FuncDecl); ok && decl.Recv != nil && decl.Name.Name == "TableName" {
				found = true
			}
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING && sqlWords.MatchString(lit.Value) {
				found = true
			}
			return !found
		})
	}
	return found
}
