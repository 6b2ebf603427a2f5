package sqltext

import (
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"sort"
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/go/ssa"
	"golang.org/x/tools/go/ssa/ssautil"

	"github.com/tenantvet/tenantvet/sqlcheck"
)

// build compiles one file.
func build(t *testing.T, name string, src any) (*ssa.Package, *token.FileSet, *ast.File) {
	t.Helper()
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, name, src, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	pkg, _, err := ssautil.BuildPackage(&types.Config{Importer: importer.ForCompiler(fset, "source", nil)}, fset,
		types.NewPackage("shapes", "shapes"), []*ast.File{file}, ssa.BuilderMode(0))
	if err != nil {
		t.Fatal(err)
	}
	return pkg, fset, file
}

// functionsOf lists the functions of a package in the order of the source.
func functionsOf(pkg *ssa.Package) []*ssa.Function {
	var out []*ssa.Function
	for _, m := range pkg.Members {
		if fn, ok := m.(*ssa.Function); ok {
			out = append(out, fn)
		}
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Pos() < out[j].Pos() })
	return out
}

// sent calls f for each call of send, literals included.
func sent(fn *ssa.Function, f func(*ssa.Call)) {
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			call, ok := instr.(*ssa.Call)
			if ok && call.Call.StaticCallee() != nil && call.Call.StaticCallee().Name() == "send" {
				f(call)
			}
		}
	}
	for _, anon := range fn.AnonFuncs {
		sent(anon, f)
	}
}

var trustNames = map[sqlcheck.Trust]string{
	sqlcheck.Free: "free", sqlcheck.Inert: "inert", sqlcheck.Constant: "constant", sqlcheck.Escaped: "escaped",
	sqlcheck.QuotedIdentifier: "identifier", sqlcheck.QuotedLiteral: "literal", sqlcheck.EscapedName: "name",
}

// show prints a text as the comments of the corpus do: of many alternatives
// the first, how many follow, and the last.
func show(t Text) string {
	var ways []string
	for _, tpl := range t.Templates {
		var b strings.Builder
		text := ""
		flush := func() {
			if text != "" {
				fmt.Fprintf(&b, "%q", text)
			}
			text = ""
		}
		for _, p := range tpl.Parts {
			if p.Hole == nil {
				text += p.Text
				continue
			}
			flush()
			fmt.Fprintf(&b, "⟨%s⟩", trustNames[p.Hole.Trust])
		}
		flush()
		ways = append(ways, b.String())
	}
	if n := len(ways); n > 4 {
		ways = []string{ways[0], fmt.Sprint(n - 2), ways[n-1]}
	}
	out := strings.Join(ways, " | ")
	if t.Unresolved {
		out += " | ?"
	}
	if t.Cause != "" {
		out += " : " + t.Cause
	}
	return out
}

// TestShapes: the text of each call is what the comment beside it says.
func TestShapes(t *testing.T) {
	pkg, fset, file := build(t, "testdata/shapes.go", nil)
	want := map[int]string{}
	for _, g := range file.Comments {
		for _, c := range g.List {
			want[fset.Position(c.Pos()).Line] = strings.TrimPrefix(c.Text, "// ")
		}
	}
	r := NewResolver(Source{Pkg: pkg, Functions: functionsOf(pkg)})
	n := 0
	for _, fn := range functionsOf(pkg) {
		sent(fn, func(call *ssa.Call) {
			n++
			line := fset.Position(call.Pos()).Line
			if got := show(r.Text(call.Call.Args[0], call.Block())); got != want[line] {
				t.Errorf("shapes.go:%d:\n got %s\nwant %s", line, got, want[line])
			}
		})
	}
	if n < 49 {
		t.Errorf("only %d calls were looked at", n)
	}
}

// TestMonsters: texts that are put together in thousands of steps end in
// bounded time.
func TestMonsters(t *testing.T) {
	var branches, builders, nested, calls strings.Builder
	branches.WriteString("func branches(n int) { q := \"a\"\n")
	builders.WriteString("func builders(n int) { var b strings.Builder\n")
	for i := range 2000 {
		fmt.Fprintf(&branches, "if n == %d { q += \" AND %d\" }\n", i, i)
		fmt.Fprintf(&builders, "if n == %d { b.WriteString(\" AND %d\") }\n", i, i)
	}
	branches.WriteString("send(q) }\n")
	builders.WriteString("send(b.String()) }\n")
	nested.WriteString("func nested(n int) { q := \"a\"\n")
	for i := range 100 {
		fmt.Fprintf(&nested, "for i%d := range n { if i%d > 2 { q += \"b\" }\n", i, i)
	}
	nested.WriteString(strings.Repeat("q += \"c\" }\n", 100) + "send(q) }\n")
	for i := range 300 {
		fmt.Fprintf(&calls, "func c%d(s string) string { if s == \"\" { return c%d(s + \"x\") }; return c%d(\"y\" + s) + s }\n", i, i+1, i+1)
	}
	calls.WriteString("func c300(s string) string { return s }\nfunc calls() { send(c0(\"z\")) }\n")
	src := "package shapes\nimport \"strings\"\nfunc send(string) {}\n" + branches.String() + builders.String() + nested.String() + calls.String()
	pkg, _, _ := build(t, "monsters.go", src)
	r := NewResolver(Source{Pkg: pkg, Functions: functionsOf(pkg)})
	for _, fn := range functionsOf(pkg) {
		sent(fn, func(call *ssa.Call) {
			start := time.Now()
			text := r.Text(call.Call.Args[0], call.Block())
			if took := time.Since(start); took > 20*time.Second {
				t.Errorf("%s took %s", fn.Name(), took)
			}
			if len(text.Templates) == 0 && !text.Unresolved {
				t.Errorf("%s: neither a text nor unknown", fn.Name())
			}
			if len(text.Templates) > maxAlternatives {
				t.Errorf("%s: %d alternatives", fn.Name(), len(text.Templates))
			}
		})
	}
}
