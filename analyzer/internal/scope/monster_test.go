package scope

import (
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/go/ssa"
	"golang.org/x/tools/go/ssa/ssautil"

	"github.com/tenantvet/tenantvet/analyzer/internal/dbapi"
	"github.com/tenantvet/tenantvet/analyzer/internal/sqltext"
)

// analyze analyses one file that may import database/sql.
func analyze(t *testing.T, src string) *Result {
	t.Helper()
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "p.go", src, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	pkg, _, err := ssautil.BuildPackage(&types.Config{Importer: importer.ForCompiler(fset, "source", nil)}, fset,
		types.NewPackage("p", "p"), []*ast.File{file}, ssa.BuilderMode(0))
	if err != nil {
		t.Fatal(err)
	}
	var funcs []*ssa.Function
	for _, m := range pkg.Members {
		if fn, ok := m.(*ssa.Function); ok && fn.Name() != "init" {
			funcs = append(funcs, fn)
		}
	}
	return Analyze(Options{
		Pkg: pkg, Functions: funcs, API: dbapi.Default(), Texts: sqltext.NewResolver(sqltext.Source{Pkg: pkg, Functions: funcs}),
		Local:  func(string) bool { return true },
		Import: func(*types.Func) *Summary { return nil },
		Tenant: func(name string) bool { return name == "app.tenant_id" },
		Bypass: func(string, string) bool { return false },
		Setter: func(string) bool { return true },

		OpenedWith:       func(ssa.CallInstruction) Opening { return Opening{} },
		LoginOf:          func(ssa.Value) Opening { return Opening{} },
		ImportVariable:   func(*types.Var) *Variable { return nil },
		GlobalLogin:      func(*ssa.Global) *Login { return nil },
		PrivilegedHandle: func(string, string) bool { return false },

		Relevant: func(ev *Event) (Wants, bool) {
			for _, text := range ev.Texts {
				for _, st := range text.Facts.Statements {
					for _, r := range st.Relations {
						return Wants{Relation: r.Name.Name, Operation: "SELECT"}, true
					}
				}
			}
			return Wants{}, false
		},
		Posn: func(pos token.Pos) string { return fset.Position(pos).String() },
	})
}

// TestMonsters: generated functions of a size that nobody writes end in
// bounded time, with a verdict or over budget, and without a crash.
func TestMonsters(t *testing.T) {
	const setContext = "SELECT set_config('app.tenant_id', $1, true)"
	var branches strings.Builder
	for i := range 3000 {
		fmt.Fprintf(&branches, "if len(id) == %d { if _, err := tx.Exec(%q, id); err != nil { return err } }\n", i, setContext)
	}
	var transactions strings.Builder
	for i := range 1500 {
		fmt.Fprintf(&transactions, "tx%d, err := db.Begin(); if err != nil { return err }; if _, err = tx%d.Exec(\"DELETE FROM orders\"); err != nil { return err }\n", i, i)
	}
	var loops strings.Builder
	for i := range 60 {
		fmt.Fprintf(&loops, "for i%d := range len(id) { _ = i%d\n", i, i)
	}
	fmt.Fprintf(&loops, "if _, err := tx.Exec(%q, id); err != nil { return err }\n", setContext)
	loops.WriteString(strings.Repeat("}\n", 60))
	literals := "f := func() error { _, err := tx.Exec(\"DELETE FROM orders\"); return err }\n" +
		strings.Repeat("f = func(g func() error) func() error { return func() error { return g() } }(f)\n", 200) + "if err := f(); err != nil { return err }\n"
	for name, body := range map[string]string{"branches": branches.String(), "transactions": transactions.String(), "loops": loops.String(), "literals": literals} {
		t.Run(name, func(t *testing.T) {
			src := "package p\nimport \"database/sql\"\nfunc F(db *sql.DB, tx *sql.Tx, id string) error {\n" + body +
				"_, last := tx.Exec(\"DELETE FROM orders\")\nreturn last\n}\n"
			start := time.Now()
			res := analyze(t, src)
			if took := time.Since(start); took > time.Minute {
				t.Errorf("took %s", took)
			}
			if len(res.Events) == 0 && len(res.OverBudget) == 0 {
				t.Error("neither a site nor over budget: the function was dropped in silence")
			}
		})
	}
}
