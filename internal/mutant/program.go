package mutant

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"

	"github.com/tenantvet/tenantvet/internal/evidence"
)

// A Program is a module that was loaded to be broken.
type Program struct {
	Dir      string // of go.mod, absolute
	packages []*packages.Package
	module   *evidence.Module
	texts    map[string][]byte // by absolute path
	tenancy  map[string]tenancy
	funcs    map[*types.Func]*function
	names    map[string][]*function // methods by name, for calls through interfaces
}

// A tenancy is what the statements of one package's SQL are measured by.
type tenancy struct {
	settings []string
	columns  []string
	filter   bool
	schema   *evidence.Schema
}

// Load reads the packages of the module at dir that the patterns name.
func Load(dir string, patterns ...string) (*Program, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	module, err := evidence.Refresh(dir, "mutant")
	if err != nil {
		return nil, err
	}
	const mode = packages.NeedName | packages.NeedFiles | packages.NeedCompiledGoFiles | packages.NeedImports |
		packages.NeedTypes | packages.NeedTypesInfo | packages.NeedTypesSizes | packages.NeedSyntax | packages.NeedModule
	loaded, err := packages.Load(&packages.Config{Mode: mode, Dir: dir}, patterns...)
	if err != nil {
		return nil, err
	}
	p := &Program{
		Dir: dir, module: module, texts: map[string][]byte{}, tenancy: map[string]tenancy{},
		funcs: map[*types.Func]*function{}, names: map[string][]*function{},
	}
	for _, pkg := range loaded {
		if len(pkg.Errors) > 0 || len(pkg.Syntax) == 0 {
			continue // a program that doesn't compile can't be broken further
		}
		for _, file := range pkg.CompiledGoFiles {
			if !strings.HasPrefix(file, dir+string(filepath.Separator)) {
				continue
			}
			if p.texts[file], err = os.ReadFile(file); err != nil {
				return nil, err
			}
		}
		p.packages = append(p.packages, pkg)
		p.tenancy[pkg.PkgPath] = p.tenancyOf(pkg)
	}
	if len(p.packages) == 0 {
		return nil, fmt.Errorf("%s: no package that compiles", dir)
	}
	slices.SortFunc(p.packages, func(a, b *packages.Package) int { return strings.Compare(a.PkgPath, b.PkgPath) })
	p.indexFunctions()
	return p, nil
}

func (p *Program) tenancyOf(pkg *packages.Package) tenancy {
	schema := p.module.SchemaFor(filepath.Dir(pkg.CompiledGoFiles[0]))
	t := p.module.Tenancy(schema)
	return tenancy{t.Settings, t.Columns, t.ByFilter(), schema}
}

// A place is a file of a package, in which operators look for what to break.
type place struct {
	*Program
	pkg  *packages.Package
	file *ast.File
	path string // absolute
	tenancy
}

func (p *Program) places() []place {
	var out []place
	for _, pkg := range p.packages {
		for i, file := range pkg.Syntax {
			if path := pkg.CompiledGoFiles[i]; p.texts[path] != nil {
				out = append(out, place{p, pkg, file, path, p.tenancy[pkg.PkgPath]})
			}
		}
	}
	return out
}

func (pl place) offset(pos token.Pos) int { return pl.pkg.Fset.Position(pos).Offset }

func (pl place) line(pos token.Pos) int { return pl.pkg.Fset.Position(pos).Line }

// text is the source of a node.
func (pl place) text(n ast.Node) string {
	return string(pl.texts[pl.path][pl.offset(n.Pos()):pl.offset(n.End())])
}

// replace is the edit that puts text in the place of a node.
func (pl place) replace(n ast.Node, text string) Edit {
	return Edit{pl.offset(n.Pos()), pl.offset(n.End()), text}
}

// function names the declaration around a position.
func (pl place) function(pos token.Pos) string {
	if decl := pl.decl(pos); decl != nil {
		if fn, ok := pl.pkg.TypesInfo.Defs[decl.Name].(*types.Func); ok {
			return functionName(fn)
		}
	}
	return ""
}

func (pl place) decl(pos token.Pos) *ast.FuncDecl {
	for _, d := range pl.file.Decls {
		if decl, ok := d.(*ast.FuncDecl); ok && decl.Pos() <= pos && pos < decl.End() {
			return decl
		}
	}
	return nil
}

// functionName is the name in the tool's reports.
func functionName(fn *types.Func) string {
	recv := fn.Signature().Recv()
	if recv == nil {
		return fn.Name()
	}
	t, star := recv.Type(), ""
	if ptr, ok := t.(*types.Pointer); ok {
		t, star = ptr.Elem(), "*"
	}
	name := types.TypeString(t, func(*types.Package) string { return "" })
	name, _, _ = strings.Cut(name, "[")
	return fmt.Sprintf("(%s%s).%s", star, name, fn.Name())
}

func (pl place) relative() string {
	rel, err := filepath.Rel(pl.Dir, pl.path)
	if err != nil {
		return pl.path
	}
	return filepath.ToSlash(rel)
}

func contains(list []string, s string) bool { return slices.Contains(list, s) }
