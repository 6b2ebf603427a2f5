package dbapi

import (
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"testing"
)

// A method of a newer pool must not be taken for one that sends nothing.
func TestUnlisted(t *testing.T) {
	const src = `package pgxpool

import "context"

type Pool struct{}

func (*Pool) QueryAll(ctx context.Context, q any) error { return nil }
func (*Pool) Run(text string) error                     { return nil }
func (*Pool) Query(ctx context.Context, sql string, args ...any) (any, error) { return nil, nil }
func (*Pool) Size() int                                 { return 0 }
func (*Pool) internal(ctx context.Context)              {}

type Other struct{}

func (*Other) Run(ctx context.Context) error { return nil }
`
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "pool.go", src, 0)
	if err != nil {
		t.Fatal(err)
	}
	pkg, err := (&types.Config{Importer: importer.ForCompiler(fset, "source", nil)}).Check("github.com/jackc/pgx/v5/pgxpool", fset, []*ast.File{file}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for method, want := range map[string]bool{
		"Pool.QueryAll": true, "Pool.Run": true, "Pool.Query": false, "Pool.Size": false, "Pool.internal": false, "Other.Run": false,
	} {
		var found *types.Func
		for _, name := range []string{"Pool", "Other"} {
			for m := range pkg.Scope().Lookup(name).Type().(*types.Named).Methods() {
				if name+"."+m.Name() == method {
					found = m
				}
			}
		}
		if got := Default().Unlisted(found); got != want {
			t.Errorf("%s is unlisted: %v, want %v", method, got, want)
		}
	}
}
