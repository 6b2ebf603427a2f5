// Package envread finds the functions that read the environment or a
// configuration store by a name that they are given: an environment
// variable's name in a program is only a mention until one of them gets it.
package envread

import (
	"fmt"
	"go/ast"
	"go/types"
	"reflect"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/types/typeutil"
)

// A Reader is a fact: the function reads the variable named by one of its parameters.
type Reader struct {
	Params []int // without the receiver
}

// AFact marks Reader as a fact of a function.
func (*Reader) AFact() {}

func (r *Reader) String() string { return fmt.Sprintf("reads environment by %v", r.Params) }

// readers are the functions of libraries that read by name.
var readers = map[string]int{
	"os.Getenv":      0,
	"os.LookupEnv":   0,
	"syscall.Getenv": 0,
	"os.ExpandEnv":   0,
	"(*github.com/spf13/viper.Viper).GetString":     0,
	"(*github.com/spf13/viper.Viper).Get":           0,
	"(*github.com/spf13/viper.Viper).BindEnv":       0,
	"github.com/spf13/viper.GetString":              0,
	"github.com/spf13/viper.Get":                    0,
	"github.com/spf13/viper.BindEnv":                0,
	"(*github.com/knadh/koanf/v2.Koanf).String":     0,
	"(*github.com/knadh/koanf/v2.Koanf).MustString": 0,
}

// An Index knows the readers that a package can call.
type Index struct {
	pass  *analysis.Pass
	local map[*types.Func]*Reader
}

// NewAnalyzer returns the analyzer that finds the readers of a package.
func NewAnalyzer() *analysis.Analyzer {
	return &analysis.Analyzer{
		Name:       "tenantenv",
		Doc:        "tenantenv: find functions that read the environment by a given name",
		FactTypes:  []analysis.Fact{(*Reader)(nil)},
		ResultType: reflect.TypeFor[*Index](),
		Run:        run,
	}
}

func run(pass *analysis.Pass) (any, error) {
	x := &Index{pass: pass, local: map[*types.Func]*Reader{}}
	for range 3 { // wrappers of wrappers, in any order
		changed := false
		for _, f := range pass.Files {
			for _, decl := range f.Decls {
				if fd, ok := decl.(*ast.FuncDecl); ok && fd.Body != nil {
					changed = x.declared(fd) || changed
				}
			}
		}
		if !changed {
			break
		}
	}
	for fn, r := range x.local {
		pass.ExportObjectFact(fn, r)
	}
	return x, nil
}

// declared finds out whether a function hands a parameter to a reader.
func (x *Index) declared(fd *ast.FuncDecl) bool {
	fn, ok := x.pass.TypesInfo.Defs[fd.Name].(*types.Func)
	if !ok || x.local[fn] != nil {
		return false
	}
	sig := fn.Signature()
	var params []int
	ast.Inspect(fd.Body, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		for _, i := range x.Names(call) {
			id, isIdent := ast.Unparen(call.Args[i]).(*ast.Ident)
			if !isIdent {
				continue
			}
			for p := range sig.Params().Len() {
				if x.pass.TypesInfo.Uses[id] == sig.Params().At(p) {
					params = append(params, p)
				}
			}
		}
		return true
	})
	if len(params) == 0 {
		return false
	}
	x.local[fn] = &Reader{Params: params[:1]}
	return true
}

// Names returns the arguments of a call that name what it reads.
func (x *Index) Names(call *ast.CallExpr) []int {
	fn, ok := typeutil.Callee(x.pass.TypesInfo, call).(*types.Func)
	if !ok {
		return nil
	}
	fn = fn.Origin()
	var params []int
	if i, ok := readers[fn.FullName()]; ok {
		params = []int{i}
	} else if r := x.local[fn]; r != nil {
		params = r.Params
	} else {
		var r Reader
		if fn.Pkg() != nil && fn.Pkg() != x.pass.Pkg && x.pass.ImportObjectFact(fn, &r) {
			params = r.Params
		}
	}
	var out []int
	for _, i := range params {
		if i < len(call.Args) {
			out = append(out, i)
		}
	}
	return out
}
