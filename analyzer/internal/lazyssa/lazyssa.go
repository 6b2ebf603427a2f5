// Package lazyssa builds SSA on demand: most packages of a build never touch a
// database, and building SSA is the most expensive part of looking at one.
package lazyssa

import (
	"go/ast"
	"go/types"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/fullname"
)

// An SSA is the SSA form of a package, once somebody asks for it.
type SSA struct {
	// Files are those of the package that it is built from.
	Files []*ast.File

	pass  *analysis.Pass
	once  sync.Once
	pkg   *ssa.Package
	funcs []*ssa.Function
}

// NewAnalyzer returns the analyzer whose result is the SSA of a package, not
// built yet, so that those who need it share one. Test files are left out unless
// tests says that they are wanted in a directory: nothing is reported in them,
// and what only they do, such as to put a fake in an interface's place, must not
// decide about the program.
func NewAnalyzer(tests func(dir string) (bool, error)) *analysis.Analyzer {
	return &analysis.Analyzer{
		Name:       "tenantssa",
		Doc:        "tenantssa: build the SSA form of a package once somebody asks for it",
		ResultType: reflect.TypeFor[*SSA](),
		Run: func(pass *analysis.Pass) (any, error) {
			s := &SSA{pass: pass, Files: pass.Files}
			if !slices.ContainsFunc(pass.Files, s.isTest) {
				return s, nil
			}
			wanted, err := tests(filepath.Dir(s.name(pass.Files[0])))
			if err != nil {
				return nil, err
			}
			if !wanted {
				s.Files = slices.DeleteFunc(slices.Clone(pass.Files), s.isTest)
			}
			return s, nil
		},
	}
}

func (s *SSA) name(f *ast.File) string { return s.pass.Fset.Position(f.FileStart).Filename }

func (s *SSA) isTest(f *ast.File) bool { return strings.HasSuffix(s.name(f), "_test.go") }

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
	s.pkg = prog.CreatePackage(s.pass.Pkg, s.Files, s.info(), false)
	s.pkg.Build()
	for _, file := range s.Files {
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

// info returns what is known about the types, without the package variables of
// the files that are left out: the builder initialises all that it is told of.
func (s *SSA) info() *types.Info {
	if len(s.Files) == len(s.pass.Files) {
		return s.pass.TypesInfo
	}
	info := *s.pass.TypesInfo
	info.InitOrder = slices.DeleteFunc(slices.Clone(info.InitOrder), func(init *types.Initializer) bool {
		return !slices.ContainsFunc(s.Files, func(f *ast.File) bool {
			return f.FileStart <= init.Rhs.Pos() && init.Rhs.Pos() < f.FileEnd
		})
	})
	return &info
}

// neverReturns lists the functions that end the process or the goroutine. An
// error check that ends in one of them ends its path. (ctrlflow would find
// wrappers as well, but at the price of facts for every package of the build.)
func neverReturns(fn *types.Func) bool {
	return fullname.Is(fn, "os.Exit", "runtime.Goexit", "syscall.Exit",
		"log.Fatal", "log.Fatalf", "log.Fatalln", "log.Panic", "log.Panicf", "log.Panicln",
		"(*log.Logger).Fatal", "(*log.Logger).Fatalf", "(*log.Logger).Fatalln",
		"(*log.Logger).Panic", "(*log.Logger).Panicf", "(*log.Logger).Panicln",
		"(*testing.common).Fatal", "(*testing.common).Fatalf", "(*testing.common).FailNow",
		"(*github.com/sirupsen/logrus.Logger).Fatal", "(*github.com/sirupsen/logrus.Logger).Fatalf",
		"github.com/sirupsen/logrus.Fatal", "github.com/sirupsen/logrus.Fatalf",
		"(*go.uber.org/zap.Logger).Fatal", "(*go.uber.org/zap.SugaredLogger).Fatal",
		"(*go.uber.org/zap.SugaredLogger).Fatalf", "(*go.uber.org/zap.SugaredLogger).Fatalw")
}
