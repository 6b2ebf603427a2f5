// Package lazyssa builds SSA on demand: most packages of a build never touch a
// database, and building SSA is the most expensive part of looking at one.
package lazyssa

import (
	"go/ast"
	"go/types"
	"reflect"
	"sync"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"
)

// An SSA is the SSA form of a package, once somebody asks for it.
type SSA struct {
	pass  *analysis.Pass
	once  sync.Once
	pkg   *ssa.Package
	funcs []*ssa.Function
}

// NewAnalyzer returns the analyzer whose result is the SSA of a package, not
// built yet, so that those who need it share one.
func NewAnalyzer() *analysis.Analyzer {
	return &analysis.Analyzer{
		Name:       "tenantssa",
		Doc:        "tenantssa: build the SSA form of a package once somebody asks for it",
		ResultType: reflect.TypeFor[*SSA](),
		Run:        func(pass *analysis.Pass) (any, error) { return &SSA{pass: pass}, nil },
	}
}

// Package builds and returns the package.
func (s *SSA) Package() *ssa.Package {
	s.once.Do(s.build)
	return s.pkg
}

// Functions returns the declared functions and methods with a body in source
// order, without function literals.
func (s *SSA) Functions() []*ssa.Function {
	s.once.Do(s.build)
	return s.funcs
}

func (s *SSA) build() {
	prog := ssa.NewProgram(s.pass.Fset, ssa.BuilderMode(0))
	prog.SetNoReturn(neverReturns)
	for _, p := range s.pass.Pkg.Imports() {
		prog.CreatePackage(p, nil, nil, true)
	}
	s.pkg = prog.CreatePackage(s.pass.Pkg, s.pass.Files, s.pass.TypesInfo, false)
	s.pkg.Build()
	for _, file := range s.pass.Files {
		for _, decl := range file.Decls {
			decl, ok := decl.(*ast.FuncDecl)
			if !ok || decl.Body == nil {
				continue
			}
			fn, _ := s.pass.TypesInfo.Defs[decl.Name].(*types.Func)
			if fn == nil {
				continue
			}
			if f := prog.FuncValue(fn); f != nil && f.Blocks != nil {
				s.funcs = append(s.funcs, f)
			}
		}
	}
	// Package variables are initialised in the synthetic init function, and
	// function literals in them are its children.
	if init := s.pkg.Func("init"); init != nil && init.Blocks != nil {
		s.funcs = append(s.funcs, init)
	}
}

// neverReturns lists the functions that end the process or the goroutine. An
// error check that ends in one of them ends its path. (ctrlflow would find
// wrappers as well, but at the price of facts for every package of the build.)
func neverReturns(fn *types.Func) bool {
	switch fn.FullName() {
	case "os.Exit", "runtime.Goexit", "syscall.Exit",
		"log.Fatal", "log.Fatalf", "log.Fatalln", "log.Panic", "log.Panicf", "log.Panicln",
		"(*log.Logger).Fatal", "(*log.Logger).Fatalf", "(*log.Logger).Fatalln",
		"(*log.Logger).Panic", "(*log.Logger).Panicf", "(*log.Logger).Panicln",
		"(*testing.common).Fatal", "(*testing.common).Fatalf", "(*testing.common).FailNow",
		"(*github.com/sirupsen/logrus.Logger).Fatal", "(*github.com/sirupsen/logrus.Logger).Fatalf",
		"github.com/sirupsen/logrus.Fatal", "github.com/sirupsen/logrus.Fatalf",
		"(*go.uber.org/zap.Logger).Fatal", "(*go.uber.org/zap.SugaredLogger).Fatal",
		"(*go.uber.org/zap.SugaredLogger).Fatalf", "(*go.uber.org/zap.SugaredLogger).Fatalw":
		return true
	}
	return false
}
