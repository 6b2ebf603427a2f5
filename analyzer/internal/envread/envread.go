// Package envread finds the functions that read the environment or a
// configuration store by a name that they are given: an environment
// variable's name in a program is only a mention until one of them gets it.
package envread

import (
	"fmt"
	"go/ast"
	"go/types"
	"reflect"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/types/typeutil"
)

// A Reader is a fact: the function reads the variable named by one of its
// parameters, with a prefix that it puts before the name.
type Reader struct {
	Param  int // without the receiver
	Prefix string
	// Store: the name is a key of a configuration store, which makes
	// SUPABASE_DB_URL of supabase.db_url.
	Store bool
	// Rest: the parameters after Param name variables as well.
	Rest bool
	// Binds: it does not return the value but has it arrive elsewhere.
	Binds bool
}

// AFact marks Reader as a fact of a function.
func (*Reader) AFact() {}

func (r *Reader) String() string { return fmt.Sprintf("reads environment by %s%d", r.Prefix, r.Param) }

// Variable is the variable that the function reads for a name.
func (r *Reader) Variable(name string) string {
	name = r.Prefix + name
	if r.Store {
		return strings.ToUpper(strings.NewReplacer(".", "_", "-", "_").Replace(name))
	}
	return name
}

// Args lists the arguments of a call with n arguments that name variables.
func (r *Reader) Args(n int) []int {
	var out []int
	for i := r.Param; i < n && (i == r.Param || r.Rest); i++ {
		out = append(out, i)
	}
	return out
}

// readers are the functions of libraries that read by name.
var readers = map[string]Reader{
	"os.Getenv":      {},
	"os.LookupEnv":   {},
	"syscall.Getenv": {},

	"github.com/spf13/viper.Get":                           {Store: true},
	"github.com/spf13/viper.GetString":                     {Store: true},
	"github.com/spf13/viper.BindEnv":                       {Store: true, Rest: true, Binds: true},
	"github.com/spf13/viper.MustBindEnv":                   {Store: true, Rest: true, Binds: true},
	"(*github.com/spf13/viper.Viper).Get":                  {Store: true},
	"(*github.com/spf13/viper.Viper).GetString":            {Store: true},
	"(*github.com/spf13/viper.Viper).BindEnv":              {Store: true, Rest: true, Binds: true},
	"(*github.com/spf13/viper.Viper).MustBindEnv":          {Store: true, Rest: true, Binds: true},
	"(*github.com/knadh/koanf.Koanf).String":               {Store: true},
	"(*github.com/knadh/koanf.Koanf).MustString":           {Store: true},
	"(*github.com/knadh/koanf.Koanf).Bytes":                {Store: true},
	"(*github.com/knadh/koanf/v2.Koanf).String":            {Store: true},
	"(*github.com/knadh/koanf/v2.Koanf).MustString":        {Store: true},
	"(*github.com/knadh/koanf/v2.Koanf).Bytes":             {Store: true},
	"github.com/urfave/cli/v3.EnvVar":                      {Binds: true},
	"github.com/urfave/cli/v3.EnvVars":                     {Rest: true, Binds: true},
	"(*github.com/alecthomas/kingpin/v2.FlagClause).Envar": {Binds: true},
	"(*github.com/alecthomas/kingpin/v2.ArgClause).Envar":  {Binds: true},
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
	if !ok || x.local[fn] != nil || onlyLooks(fn.Signature()) {
		return false
	}
	var found *Reader
	ast.Inspect(fd.Body, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok || found != nil {
			return found == nil
		}
		callee, _ := typeutil.Callee(x.pass.TypesInfo, call).(*types.Func)
		r := x.Reader(callee)
		if r == nil {
			return true
		}
		for _, i := range r.Args(len(call.Args)) {
			if p, prefix, ok := x.parameter(fn.Signature(), call.Args[i]); ok {
				found = &Reader{Param: p, Prefix: r.Prefix + prefix, Store: r.Store, Binds: r.Binds}
				return false
			}
		}
		return true
	})
	if found == nil {
		return false
	}
	x.local[fn] = found
	return true
}

// onlyLooks reports whether a function has no way to hand on what it reads: it
// checks that a variable is set.
func onlyLooks(sig *types.Signature) bool {
	if sig.Recv() != nil {
		return false
	}
	for i := range sig.Results().Len() {
		switch t := sig.Results().At(i).Type().Underlying().(type) {
		case *types.Basic:
			if t.Info()&types.IsBoolean == 0 {
				return false
			}
		default:
			if !types.Identical(sig.Results().At(i).Type(), types.Universe.Lookup("error").Type()) {
				return false
			}
		}
	}
	for i := range sig.Params().Len() {
		switch sig.Params().At(i).Type().Underlying().(type) {
		case *types.Pointer, *types.Map, *types.Signature, *types.Interface, *types.Chan:
			return false
		}
	}
	return true
}

// parameter finds the parameter that an argument is, alone or behind a constant
// prefix.
func (x *Index) parameter(sig *types.Signature, arg ast.Expr) (index int, prefix string, ok bool) {
	switch arg := ast.Unparen(arg).(type) {
	case *ast.Ident:
		for p := range sig.Params().Len() {
			if x.pass.TypesInfo.Uses[arg] == sig.Params().At(p) {
				return p, "", true
			}
		}
	case *ast.BinaryExpr:
		if prefix, isConst := Constant(x.pass.TypesInfo, arg.X); isConst {
			index, rest, ok := x.parameter(sig, arg.Y)
			return index, prefix + rest, ok
		}
	case *ast.CallExpr: // strings.ToUpper(name), strings.TrimSpace(name)
		if callee, _ := typeutil.Callee(x.pass.TypesInfo, arg).(*types.Func); callee != nil && callee.Pkg() != nil && callee.Pkg().Path() == "strings" && len(arg.Args) > 0 {
			return x.parameter(sig, arg.Args[0])
		}
	}
	return 0, "", false
}

// Reader says how a function reads by name, nil if it doesn't.
func (x *Index) Reader(fn *types.Func) *Reader {
	if fn == nil {
		return nil
	}
	fn = fn.Origin()
	if r, ok := readers[fn.FullName()]; ok {
		return &r
	}
	if r := x.local[fn]; r != nil {
		return r
	}
	var r Reader
	if fn.Pkg() != nil && fn.Pkg() != x.pass.Pkg && x.pass.ImportObjectFact(fn, &r) {
		return &r
	}
	return nil
}
