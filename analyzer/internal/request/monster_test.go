package request

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
)

// load reads one file whose function set sets the tenant.
func load(t *testing.T, src string) Options {
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
	opt := Options{
		Pkg: pkg, Set: map[ssa.CallInstruction][]Setting{},
		Local:    func(path string) bool { return path == "p" },
		Import:   func(*types.Func) *Summary { return nil },
		Verified: func(*types.Func) bool { return false },
		SQL:      func(*types.Func) bool { return false },
		Handle:   func(types.Type) bool { return false },
		Posn:     func(pos token.Pos) string { return fset.Position(pos).String() },
	}
	for _, m := range pkg.Members {
		fn, ok := m.(*ssa.Function)
		if !ok || fn.Name() == "init" {
			continue
		}
		opt.Functions = append(opt.Functions, fn)
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				if call, isCall := instr.(*ssa.Call); isCall && call.Call.StaticCallee() != nil && call.Call.StaticCallee().Name() == "set" {
					opt.Set[call] = []Setting{{"app.tenant_id", call.Call.Args[0]}}
				}
			}
		}
	}
	return opt
}

// TestMonsters: generated functions of a size that nobody writes end in bounded
// time and without a crash. What is small enough in them is found.
func TestMonsters(t *testing.T) {
	var diamonds, checks, variables, structs strings.Builder
	for i := range 2000 {
		fmt.Fprintf(&diamonds, "if len(r.Host) == %d { v = v + v } else { v = v + other }\n", i)
		fmt.Fprintf(&checks, "if v == name%d(r) { return }\n", i%7)
		fmt.Fprintf(&variables, "v%d := v; if len(v) > %d { v = v%d }; f(&v)\n", i, i, i)
		fmt.Fprintf(&structs, "s.n = &node{v: s.v}; s = s.n\n")
	}
	var names strings.Builder
	for i := range 7 {
		fmt.Fprintf(&names, "func name%d(r *http.Request) string { if r.Host == name%d(r) { return r.Host }; return name%d(r) }\n", i, (i+1)%7, (i+3)%7)
	}
	head := "package p\nimport \"net/http\"\ntype node struct { v string; n *node }\nfunc set(string) {}\nfunc f(*string) {}\n" + names.String() +
		"func F(r *http.Request, other string) {\nv := r.Header.Get(\"T\")\ns := &node{v: v}\n"
	for name, body := range map[string]string{
		"diamonds": diamonds.String(), "checks": checks.String(), "variables": variables.String(), "structs": structs.String() + "set(s.v)\n",
		"nested": strings.Repeat("func() {\n", 200) + "set(v)\n" + strings.Repeat("}()\n", 200),
	} {
		t.Run(name, func(t *testing.T) {
			opt := load(t, head+body+"_, _ = s, other\nset(r.Header.Get(\"X\"))\nset(v)\n}\n")
			start := time.Now()
			a := Analyze(opt)
			if took := time.Since(start); took > time.Minute {
				t.Errorf("took %s", took)
			}
			if len(a.Findings) == 0 {
				t.Error("the header that is set at the end is not found")
			}
		})
	}
}
