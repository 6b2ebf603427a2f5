package querybuilder_test

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"golang.org/x/tools/go/packages"
	"golang.org/x/tools/go/ssa"
	"golang.org/x/tools/go/ssa/ssautil"

	"github.com/tenantvet/tenantvet/analyzer/internal/dbapi"
	"github.com/tenantvet/tenantvet/analyzer/internal/sqltext"
	"github.com/tenantvet/tenantvet/sqlcheck"
)

// TestMain fetches what the corpora import.
func TestMain(m *testing.M) {
	cmd := exec.Command("go", "mod", "download")
	cmd.Dir = "../../../testdata/src"
	if out, err := cmd.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "go mod download in testdata/src: %v\n%s", err, out)
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// TestCorpus compares what the calls of the corpora send with the comments
// above them:
//
//	// sql: SELECT id FROM orders WHERE tenant_id = ?
//
// Each text must be one that the parser takes.
func TestCorpus(t *testing.T) {
	for _, name := range []string{"squirrel", "gorm", "bundb", "goqudb", "gopgdb"} {
		t.Run(name, func(t *testing.T) {
			pkg, fset, files := load(t, name)
			want := comments(fset, files)
			got := sent(pkg, fset)
			for line, sql := range want {
				if got[line] != sql {
					t.Errorf("%s.go:%d: sends\n\t%s\nwant\n\t%s", name, line, got[line], sql)
				}
			}
		})
	}
}

func load(t *testing.T, name string) (*ssa.Package, *token.FileSet, []*ast.File) {
	t.Helper()
	dir, err := filepath.Abs("../../../testdata/src")
	if err != nil {
		t.Fatal(err)
	}
	pkgs, err := packages.Load(&packages.Config{
		Mode: packages.NeedName | packages.NeedTypes | packages.NeedSyntax | packages.NeedTypesInfo | packages.NeedImports | packages.NeedDeps | packages.NeedFiles, Dir: dir,
	}, "./"+name)
	if err != nil {
		t.Fatal(err)
	}
	if packages.PrintErrors(pkgs) > 0 {
		t.Fatal("the corpus does not load")
	}
	prog, ssas := ssautil.Packages(pkgs, 0)
	_ = prog
	ssas[0].Build()
	return ssas[0], pkgs[0].Fset, pkgs[0].Syntax
}

// comments maps the line under a "sql:" comment to what it says.
func comments(fset *token.FileSet, files []*ast.File) map[int]string {
	out := map[int]string{}
	for _, f := range files {
		for _, g := range f.Comments {
			last := g.List[len(g.List)-1]
			if sql, ok := strings.CutPrefix(last.Text, "// sql: "); ok {
				out[fset.Position(last.End()).Line+1] = sql
			}
		}
	}
	return out
}

// sent maps lines to what their calls send.
func sent(pkg *ssa.Package, fset *token.FileSet) map[int]string {
	texts := sqltext.NewResolver(sqltext.Source{Pkg: pkg})
	api := dbapi.Default()
	lines := map[int]string{}
	for fn := range ssautil.AllFunctions(pkg.Prog) {
		if fn.Pkg != pkg {
			continue
		}
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				call, ok := instr.(ssa.CallInstruction)
				if !ok {
					continue
				}
				if ts, ok := statements(api, texts, call); ok {
					lines[statementLine(fset, call)] = strings.Join(ts, " | ")
				}
			}
		}
	}
	return lines
}

func statements(api *dbapi.Catalogue, texts *sqltext.Resolver, call ssa.CallInstruction) ([]string, bool) {
	common := call.Common()
	var fn *types.Func
	args := common.Args
	if common.IsInvoke() {
		fn = common.Method
	} else if static := common.StaticCallee(); static != nil {
		fn, _ = static.Object().(*types.Func)
		if fn != nil && fn.Signature().Recv() != nil {
			args = args[1:]
		}
	}
	if fn == nil {
		return nil, false
	}
	m, _ := api.Method(fn)
	var templates []sqlcheck.Template
	switch m.Effect {
	case dbapi.SendBuilt:
		templates = texts.Built(call)
	case dbapi.Send:
		templates = texts.Text(args[m.Text], call.Block()).Templates
	default:
		return nil, false
	}
	var out []string
	for _, tpl := range templates {
		sql := tpl.String()
		if f := sqlcheck.Analyze(tpl); f.Err != nil && f.Err.Cause == sqlcheck.Rejected {
			sql += " -- " + f.Err.Message
		}
		out = append(out, sql)
	}
	sort.Strings(out)
	return out, true
}

// statementLine is the line on which the statement with a call begins.
func statementLine(fset *token.FileSet, call ssa.CallInstruction) int {
	pos := call.Common().Pos()
	best := fset.Position(pos).Line
	ast.Inspect(call.Parent().Syntax(), func(n ast.Node) bool {
		if st, ok := n.(ast.Stmt); ok && st.Pos() <= pos && pos < st.End() {
			if _, block := st.(*ast.BlockStmt); !block {
				best = fset.Position(st.Pos()).Line
			}
		}
		return true
	})
	return best
}
