package textpos_test

import (
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"

	"github.com/tenantvet/tenantvet/analyzer/internal/textpos"
	"github.com/tenantvet/tenantvet/sqlcheck"
)

const header = `package p

import (
	"embed"
	"fmt"
	"strings"
)

type DB struct{}

func (DB) Exec(q string, args ...any)  {}
func (DB) Prepare(q string) (s Stmt)   { return }

type Stmt struct{}

func (Stmt) Exec(args ...any) {}

var (
	_ = fmt.Sprint
	_ strings.Builder
	_ embed.FS
)

`

// Each program sends a text in the call of Exec that stands last; « and » mark
// what is to be found for the word, nothing where it must not be.
var cases = []struct {
	name, program, text, word string
}{
	{"literal", `func f(db DB) { db.Exec("«SET x» = 1") }`, "SET x = 1", "SET x"},
	{"raw, several lines", "func f(db DB) { db.Exec(`\n\t-- why\n\t«SET x» = 1`) }", "\n\t-- why\n\tSET x = 1", "SET x"},
	{"raw with carriage returns", "func f(db DB) { db.Exec(`\r\n\t-- why\r\n\t«SET\r\nx» = 1`) }", "\n\t-- why\n\tSET\nx = 1", "SET\nx"},
	{"escapes", `func f(db DB) { db.Exec("\t\"\x41\u00e4\101\\ «SET x» = 1") }`, "\t\"AäA\\ SET x = 1", "SET x"},
	{"escapes in the word", `func f(db DB) { db.Exec("é «\u00e4\x62\"c»d") }`, "é äb\"cd", "äb\"c"},
	{"sum", `func f(db DB) { db.Exec("SELECT 1; " +
		"«SET x» = 1") }`, "SELECT 1; SET x = 1", "SET x"},
	{"word across a sum", `func f(db DB) { db.Exec("SELECT 1; «SET» " + "x = 1") }`, "SELECT 1; SET x = 1", "SET x"},
	{"constant", `const q = "«SET x» = 1"
		func f(db DB) { db.Exec(q) }`, "SET x = 1", "SET x"},
	{"constant of constants", `const name = "x"
		const q = ("«SET» " + name) + " = 1"
		func f(db DB) { db.Exec(string(q)) }`, "SET x = 1", "SET x"},
	{"name in a constant", `const name = "«x»"
		const q = "SET " + name + " = 1"
		func f(db DB) { db.Exec(q) }`, "SET x = 1", "x"},
	{"variable", `func f(db DB) { q := "«SET x» = 1"; db.Exec(q) }`, "SET x = 1", "SET x"},
	{"one of two", `func f(db DB, b bool) { q := "SET y = 1"; if b { q = "«SET x» = 1" }; db.Exec(q) }`, "SET x = 1", "SET x"},
	{"twice the same", `func f(db DB, b bool) { q := "SET x = 1"; if b { q = "SET x = 1" }; db.Exec(q) }`, "SET x = 1", "SET x"},
	{"appended", `func f(db DB) { q := "SELECT 1;"; q += " «SET x» = 1"; db.Exec(q) }`, "SELECT 1; SET x = 1", "SET x"},
	{"package variable", `var q = "«SET x» = 1"
		func f(db DB) { db.Exec(q) }`, "SET x = 1", "SET x"},
	{"around a value", `func f(db DB, v string) { db.Exec("«SET x» = '" + v + "'") }`, "SET x = '⟨…⟩'", "SET x"},
	{"after a value", `func f(db DB, v string) { db.Exec("SET y = '" + v + "'; " + "«SET x» = 1") }`, "SET y = '⟨…⟩'; SET x = 1", "SET x"},
	{"in a value", `func f(db DB, v string) { db.Exec("SET " + v + " = 1") }`, "SET ⟨…⟩ = 1", "⟨…⟩"},
	{"format", `func f(db DB, v string) { db.Exec(fmt.Sprintf("SELECT 'a%%b'; «SET x» = '%s'", v)) }`, "SELECT 'a%b'; SET x = '⟨…⟩'", "SET x"},
	{"format with flags", `func f(db DB, v int) { db.Exec(fmt.Sprintf("SELECT %-3[1]d; «SET x» = 1", v)) }`, "SELECT ⟨…⟩; SET x = 1", "SET x"},
	{"name in a format", `func f(db DB, v string) { table := "«orders»"; db.Exec(fmt.Sprintf("SELECT %s FROM %s", v, table)) }`, "SELECT ⟨…⟩ FROM orders", "orders"},
	{"builder", `func f(db DB) {
		var b strings.Builder
		b.WriteString("SELECT id ")
		fmt.Fprintf(&b, "FROM «orders» WHERE x = %d", 1)
		db.Exec(b.String())
	}`, "SELECT id FROM orders WHERE x = ⟨…⟩", "orders"},
	{"trimmed", "func f(db DB) { db.Exec(strings.TrimSpace(`\n  «SET x» = 1\n`)) }", "SET x = 1", "SET x"},
	{"join", `func f(db DB) { db.Exec(strings.Join([]string{"SELECT id", "FROM «orders»"}, " ")) }`, "SELECT id FROM orders", "orders"},
	{"list ranged over", `func f(db DB) { for _, q := range []string{"SET y = 1", "«SET x» = 1"} { db.Exec(q) } }`, "SET x = 1", "SET x"},
	{"table of structs", `var steps = []struct{ sql string }{{sql: "SET y = 1"}, {sql: "«SET x» = 1"}}
		func f(db DB) { for _, s := range steps { db.Exec(s.sql) } }`, "SET x = 1", "SET x"},
	{"map", `var queries = map[string]string{"a": "«SET x» = 1"}
		func f(db DB) { db.Exec(queries["a"]) }`, "SET x = 1", "SET x"},
	{"field", `type store struct{ q string }
		func open() store { return store{q: "«SET x» = 1"} }
		func f(db DB, s store) { db.Exec(s.q) }`, "SET x = 1", "SET x"},
	{"function", `func q(v string) string { return "«SET x» = '" + v + "'" }
		func f(db DB) { db.Exec(q("1")) }`, "SET x = '⟨…⟩'", "SET x"},
	{"literal function", `func f(db DB) { q := func() string { return "«SET x» = 1" }; db.Exec(q()) }`, "SET x = 1", "SET x"},
	{"prepared", `func f(db DB) { s := db.Prepare("«SET x» = 1"); s.Exec(1) }`, "SET x = 1", "SET x"},
	{"embedded", `//go:embed x.sql
		var q string
		func f(db DB) { db.Exec(q) }`, "SELECT 1;\n  SET x = 1;\n", "SET x"},
	{"embedded file system", `//go:embed *.sql
		var files embed.FS
		func f(db DB) { b, _ := files.ReadFile("x.sql"); db.Exec(string(b)) }`, "SELECT 1;\n  SET x = 1;\n", "SET x"},
	{"somewhere in the function", `func f(db DB) { q := any("«SET x» = 1").(fmt.Stringer); db.Exec(q.String()) }`, "SET x = 1", "SET x"},
	// A word that happens to stand in the function is not the text's.
	{"elsewhere", `func log(string) {}
		func f(db DB, q string) { log("orders"); log("SELECT 2 FROM orders"); db.Exec(q) }`, "SELECT id FROM orders", "orders"},
	{"another function's", `func g() string { return "SET x = 1" }
		func f(db DB, q string) { db.Exec(q) }`, "SET x = 1", "SET x"},
	{"a handle's other texts", `func f(db DB, q string) { db.Exec("SET x = 1; SELECT"); db.Exec(q) }`, "SET x = 1", "SET x"},
}

func TestFind(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "x.sql"), []byte("SELECT 1;\n  SET x = 1;\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	fset := token.NewFileSet()
	imp := importer.ForCompiler(fset, "source", nil)
	for i, tt := range cases {
		t.Run(tt.name, func(t *testing.T) {
			src := header + tt.program
			from := strings.Index(src, "«")
			src = strings.Replace(src, "«", "", 1)
			to := strings.Index(src, "»")
			src = strings.Replace(src, "»", "", 1)
			name := filepath.Join(dir, fmt.Sprintf("case%d.go", i))
			if err := os.WriteFile(name, []byte(src), 0o666); err != nil {
				t.Fatal(err)
			}
			pass, call := load(t, fset, imp, name, src)
			tmpl := template(tt.text)
			at := strings.Index(tt.text, tt.word)
			place, ok := textpos.New(pass).Find(call, tmpl, at, at+len(tt.word))
			switch {
			case strings.HasPrefix(tt.name, "embedded"):
				if want := filepath.Join(dir, "x.sql") + ":2:3"; place.Posn != want {
					t.Errorf("found at %q, want %q", place.Posn, want)
				}
			case from < 0:
				if ok {
					t.Errorf("found at %v, want nothing", fset.Position(place.Pos))
				}
			case !ok:
				t.Errorf("not found")
			default:
				f := fset.File(place.Pos)
				if a, b := f.Offset(place.Pos), f.Offset(place.End); a != from || b != to {
					t.Errorf("found %q, want %q", src[a:b], src[from:to])
				}
			}
		})
	}
}

// template reads ⟨…⟩ as a hole.
func template(text string) sqlcheck.Template {
	var t sqlcheck.Template
	for i, part := range strings.Split(text, "⟨…⟩") {
		if i > 0 {
			t.Parts = append(t.Parts, sqlcheck.Part{Hole: &sqlcheck.Hole{}})
		}
		if part != "" {
			t.Parts = append(t.Parts, sqlcheck.Part{Text: part})
		}
	}
	return t
}

// load type-checks a program and finds its last call of Exec.
func load(t *testing.T, fset *token.FileSet, imp types.Importer, name, src string) (*analysis.Pass, *ast.CallExpr) {
	t.Helper()
	file, err := parser.ParseFile(fset, name, src, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	info := &types.Info{
		Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{},
		Selections: map[*ast.SelectorExpr]*types.Selection{},
	}
	conf := types.Config{Importer: imp, Error: func(error) {}}
	pkg, _ := conf.Check("p", fset, []*ast.File{file}, info)
	var call *ast.CallExpr
	ast.Inspect(file, func(n ast.Node) bool {
		if c, ok := n.(*ast.CallExpr); ok {
			if sel, ok := c.Fun.(*ast.SelectorExpr); ok && sel.Sel.Name == "Exec" {
				call = c
			}
		}
		return true
	})
	return &analysis.Pass{Fset: fset, Files: []*ast.File{file}, Pkg: pkg, TypesInfo: info}, call
}
