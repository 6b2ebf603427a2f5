package nogo_test

import (
	"bytes"
	"encoding/gob"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/gcexportdata"
	"golang.org/x/tools/go/packages"
	"golang.org/x/tools/go/types/objectpath"
)

// A driver runs an analyzer as nogo does: package by package, with the export data
// and the facts of what is imported, and nothing else. A pass has no ReadFile, no
// Module, no OtherFiles; names of files are relative; the standard library has no
// facts.
type driver struct {
	t       *testing.T
	root    *analysis.Analyzer
	exports map[string]string // package path -> file with export data
	facts   map[string][]byte // package path -> serialised facts
	report  func(posn token.Position, message string)
}

// fact is one as it travels between packages.
type fact struct {
	Package, Object string // "" for a fact about the package
	Fact            analysis.Fact
}

// run analyses the packages of a module, and first what they import. external
// says whether packages of other modules are analysed for their facts.
func (d *driver) run(dir string, external bool) {
	pkgs, err := packages.Load(&packages.Config{
		Dir: dir,
		Mode: packages.NeedName | packages.NeedFiles | packages.NeedCompiledGoFiles | packages.NeedImports | packages.NeedDeps |
			packages.NeedExportFile | packages.NeedModule,
	}, "./...")
	if err != nil {
		d.t.Fatal(err)
	}
	registered := map[*analysis.Analyzer]bool{}
	var register func(a *analysis.Analyzer)
	register = func(a *analysis.Analyzer) {
		if registered[a] {
			return
		}
		registered[a] = true
		for _, f := range a.FactTypes {
			gob.Register(f)
		}
		for _, required := range a.Requires {
			register(required)
		}
	}
	register(d.root)
	packages.Visit(pkgs, nil, func(p *packages.Package) {
		d.exports[p.PkgPath] = p.ExportFile
		if p.Module == nil || len(p.CompiledGoFiles) == 0 || !p.Module.Main && !external {
			return // of the standard library
		}
		d.pkg(dir, p)
	})
}

func (d *driver) pkg(dir string, p *packages.Package) {
	fset := token.NewFileSet()
	var files []*ast.File
	for _, name := range p.CompiledGoFiles {
		src, err := os.ReadFile(name)
		if err != nil {
			d.t.Fatal(err)
		}
		rel, err := filepath.Rel(dir, name)
		if err != nil || !filepath.IsLocal(rel) {
			rel = filepath.Join("external", strings.ReplaceAll(p.PkgPath, "/", "_"), filepath.Base(name))
		}
		f, err := parser.ParseFile(fset, rel, src, parser.ParseComments)
		if err != nil {
			d.t.Fatal(err)
		}
		files = append(files, f)
	}
	cache := map[string]*types.Package{}
	info := &types.Info{
		Types: map[ast.Expr]types.TypeAndValue{}, Instances: map[*ast.Ident]types.Instance{}, Uses: map[*ast.Ident]types.Object{},
		Defs: map[*ast.Ident]types.Object{}, Implicits: map[ast.Node]types.Object{}, Scopes: map[ast.Node]*types.Scope{},
		Selections: map[*ast.SelectorExpr]*types.Selection{},
	}
	sizes := types.SizesFor("gc", "amd64")
	config := types.Config{Sizes: sizes, Importer: importer(func(path string) (*types.Package, error) {
		if path == "unsafe" {
			return types.Unsafe, nil
		}
		if imported := p.Imports[path]; imported != nil {
			path = imported.PkgPath
		}
		if pkg := cache[path]; pkg != nil && pkg.Complete() {
			return pkg, nil
		}
		f, err := os.Open(d.exports[path])
		if err != nil {
			return nil, err
		}
		defer f.Close()
		r, err := gcexportdata.NewReader(f)
		if err != nil {
			return nil, err
		}
		return gcexportdata.Read(r, fset, cache, path)
	})}
	pkg, err := config.Check(p.PkgPath, fset, files, info)
	if err != nil {
		return // such as what cgo makes; the compiler says so
	}
	u := &unit{driver: d, fset: fset, files: files, pkg: pkg, info: info, sizes: sizes,
		results: map[*analysis.Analyzer]any{}, facts: map[key]analysis.Fact{}}
	u.decode()
	u.exec(d.root, p.Module.Main)
	d.facts[p.PkgPath] = u.encode()
}

type importer func(path string) (*types.Package, error)

func (f importer) Import(path string) (*types.Package, error) { return f(path) }

// A unit is one package at work.
type unit struct {
	*driver
	fset    *token.FileSet
	files   []*ast.File
	pkg     *types.Package
	info    *types.Info
	sizes   types.Sizes
	results map[*analysis.Analyzer]any
	facts   map[key]analysis.Fact
}

type key struct {
	pkg *types.Package
	obj types.Object
	typ reflect.Type
}

// decode reads the facts that direct imports have, those of others among them.
func (u *unit) decode() {
	byPath := map[string]*types.Package{}
	var visit func(p *types.Package)
	visit = func(p *types.Package) {
		if byPath[p.Path()] != nil {
			return
		}
		byPath[p.Path()] = p
		for _, imported := range p.Imports() {
			visit(imported)
		}
	}
	visit(u.pkg)
	for _, imported := range u.pkg.Imports() {
		var list []fact
		if data := u.driver.facts[imported.Path()]; data == nil {
			continue
		} else if err := gob.NewDecoder(bytes.NewReader(data)).Decode(&list); err != nil {
			u.t.Fatalf("facts of %s: %v", imported.Path(), err)
		}
		for _, f := range list {
			pkg := byPath[f.Package]
			if pkg == nil {
				continue
			}
			k := key{pkg: pkg, typ: reflect.TypeOf(f.Fact)}
			if f.Object != "" {
				obj, err := objectpath.Object(pkg, objectpath.Path(f.Object))
				if err != nil {
					continue // not in the export data
				}
				k.obj = obj
			}
			u.facts[k] = f.Fact
		}
	}
}

func (u *unit) encode() []byte {
	var list []fact
	for k, f := range u.facts {
		e := fact{Package: k.pkg.Path(), Fact: f}
		if k.obj != nil {
			path, err := objectpath.For(k.obj)
			if err != nil {
				continue
			}
			e.Object = string(path)
		}
		list = append(list, e)
	}
	var b bytes.Buffer
	if err := gob.NewEncoder(&b).Encode(list); err != nil {
		u.t.Fatalf("facts of %s: %v", u.pkg.Path(), err)
	}
	return b.Bytes()
}

// exec runs an analyzer and what it requires.
func (u *unit) exec(a *analysis.Analyzer, wanted bool) any {
	if result, ok := u.results[a]; ok {
		return result
	}
	inputs := map[*analysis.Analyzer]any{}
	for _, required := range a.Requires {
		inputs[required] = u.exec(required, false)
	}
	read := func(k key, ptr analysis.Fact) bool {
		k.typ = reflect.TypeOf(ptr)
		f, ok := u.facts[k]
		if ok {
			reflect.ValueOf(ptr).Elem().Set(reflect.ValueOf(f).Elem())
		}
		return ok
	}
	declared := map[reflect.Type]bool{}
	for _, f := range a.FactTypes {
		declared[reflect.TypeOf(f)] = true
	}
	pass := &analysis.Pass{
		Analyzer: a, Fset: u.fset, Files: u.files, Pkg: u.pkg, TypesInfo: u.info, TypesSizes: u.sizes, ResultOf: inputs,
		Report: func(diag analysis.Diagnostic) {
			if wanted {
				u.report(u.fset.Position(diag.Pos), diag.Message)
			}
		},
		ImportObjectFact:  func(obj types.Object, f analysis.Fact) bool { return read(key{pkg: obj.Pkg(), obj: obj}, f) },
		ImportPackageFact: func(pkg *types.Package, f analysis.Fact) bool { return read(key{pkg: pkg}, f) },
		ExportObjectFact: func(obj types.Object, f analysis.Fact) {
			u.facts[key{obj.Pkg(), obj, reflect.TypeOf(f)}] = f
		},
		ExportPackageFact: func(f analysis.Fact) { u.facts[key{u.pkg, nil, reflect.TypeOf(f)}] = f },
		AllObjectFacts: func() (out []analysis.ObjectFact) {
			for k, f := range u.facts {
				if k.obj != nil && declared[k.typ] {
					out = append(out, analysis.ObjectFact{Object: k.obj, Fact: f})
				}
			}
			return out
		},
		AllPackageFacts: func() (out []analysis.PackageFact) {
			for k, f := range u.facts {
				if k.obj == nil && declared[k.typ] {
					out = append(out, analysis.PackageFact{Package: k.pkg, Fact: f})
				}
			}
			return out
		},
	}
	result, err := a.Run(pass)
	if err != nil {
		u.t.Fatal(fmt.Errorf("%s: %s: %w", u.pkg.Path(), a.Name, err))
	}
	u.results[a] = result
	return result
}
