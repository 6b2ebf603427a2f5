package goddl

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"slices"
	"strconv"
	"strings"
)

// A Source is a Go file.
type Source struct {
	Rel string // relative to the module's root, slash-separated
	Src string
}

// A Module gives the code of a module.
type Module struct {
	Path  string                    // as go.mod has it
	Files func(dir string) []Source // of a directory, relative to the module's root, sorted
	// Importers are the directories whose files import a package of the module.
	Importers func(pkg string) []string
	// Down reports whether a name is one of what takes a schema down again.
	Down func(name string) bool

	fset *token.FileSet
	pkgs map[string]*pkg // by directory; nil for none
}

// A pkg is a package of the module as it is written.
type pkg struct {
	dir     string
	path    string
	files   []*file
	funcs   map[string]*closure
	methods map[string]map[string]*closure // name → type → method
	types   map[string]ast.Expr
	typesIn map[string]*file
	specs   map[string]*spec
	running map[string]bool  // package variables that are being evaluated
	given   map[string]given // see defaultField; nil until somebody asks
}

// A spec is a package-level constant or variable.
type spec struct {
	file  *file
	expr  ast.Expr // nil without a value
	typ   ast.Expr
	index int // of several names with one value
	down  bool
	value *value
}

type file struct {
	rel     string
	pkg     *pkg
	ast     *ast.File
	imports map[string]string // name → path
}

// load parses the package in a directory once.
func (m *Module) load(dir string) *pkg {
	if p, ok := m.pkgs[dir]; ok {
		return p
	}
	m.pkgs[dir] = nil
	p := &pkg{dir: dir, path: path.Join(m.Path, dir), funcs: map[string]*closure{}, methods: map[string]map[string]*closure{}, types: map[string]ast.Expr{},
		typesIn: map[string]*file{}, specs: map[string]*spec{}, running: map[string]bool{}}
	for _, s := range m.Files(dir) {
		tree, err := parser.ParseFile(m.fset, s.Rel, s.Src, parser.SkipObjectResolution)
		if err != nil {
			continue // the compiler will say so
		}
		f := &file{rel: s.Rel, pkg: p, ast: tree, imports: map[string]string{}}
		for _, i := range tree.Imports {
			of, _ := strconv.Unquote(i.Path.Value)
			name := importName(of)
			if i.Name != nil {
				name = i.Name.Name
			}
			f.imports[name] = of
		}
		p.files = append(p.files, f)
		for _, d := range tree.Decls {
			m.declare(p, f, d)
		}
	}
	if len(p.files) > 0 {
		m.pkgs[dir] = p
	}
	return m.pkgs[dir]
}

// importName is the name of a package as its path has it.
func importName(of string) string {
	name := path.Base(of)
	if len(name) > 1 && name[0] == 'v' && strings.Trim(name[1:], "0123456789") == "" {
		name = path.Base(path.Dir(of))
	}
	name, _, _ = strings.Cut(name, ".")
	return strings.TrimPrefix(name, "go-")
}

// imported is the package of the module that a name stands for in a file.
func (m *Module) imported(f *file, name string) *pkg {
	of, ok := f.imports[name]
	if !ok {
		return nil
	}
	if of == m.Path {
		return m.load(".")
	}
	if rest, ok := strings.CutPrefix(of, m.Path+"/"); ok && m.Path != "" {
		return m.load(rest)
	}
	return nil
}

func (m *Module) declare(p *pkg, f *file, d ast.Decl) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		c := &closure{file: f, name: d.Name.Name, typ: d.Type, body: d.Body, recv: d.Recv, node: d}
		if d.Recv == nil {
			if d.Name.Name != "init" && d.Name.Name != "_" {
				p.funcs[d.Name.Name] = c
			}
			return
		}
		if len(d.Recv.List) == 0 {
			return // no Go, though it parses
		}
		of := baseName(d.Recv.List[0].Type)
		if p.methods[d.Name.Name] == nil {
			p.methods[d.Name.Name] = map[string]*closure{}
		}
		p.methods[d.Name.Name][of] = c
	case *ast.GenDecl:
		for _, s := range d.Specs {
			switch s := s.(type) {
			case *ast.TypeSpec:
				p.types[s.Name.Name], p.typesIn[s.Name.Name] = s.Type, f
			case *ast.ValueSpec:
				for i, name := range s.Names {
					v := &spec{file: f, typ: s.Type, down: m.Down(name.Name)}
					switch {
					case i < len(s.Values) && len(s.Values) == len(s.Names):
						v.expr = s.Values[i]
					case len(s.Values) == 1:
						v.expr, v.index = s.Values[0], i
					}
					p.specs[name.Name] = v
				}
			}
		}
	}
}

// baseName is the name of a type without its pointer and type parameters.
func baseName(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.StarExpr:
		return baseName(e.X)
	case *ast.ParenExpr:
		return baseName(e.X)
	case *ast.IndexExpr:
		return baseName(e.X)
	case *ast.IndexListExpr:
		return baseName(e.X)
	case *ast.Ident:
		return e.Name
	}
	return ""
}

// method finds the method of a name: of a type, else the only one in the package.
func (p *pkg) method(typ, name string) *closure {
	all := p.methods[name]
	if c := all[typ]; c != nil {
		return c
	}
	if typ == "" && len(all) == 1 {
		for _, c := range all {
			return c
		}
	}
	return nil
}

// functions are the functions and methods of a package as they stand in its files.
func (p *pkg) functions() []*closure {
	var out []*closure
	for _, f := range p.files {
		for _, d := range f.ast.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Body != nil {
				out = append(out, &closure{file: f, name: fn.Name.Name, typ: fn.Type, body: fn.Body, recv: fn.Recv, node: fn})
			}
		}
	}
	return out
}

// called are the names that the files of a package use other than to declare them.
func (p *pkg) called() map[string]bool {
	out := map[string]bool{}
	for _, f := range p.files {
		for _, d := range f.ast.Decls {
			own := ""
			if fn, ok := d.(*ast.FuncDecl); ok {
				own = fn.Name.Name
			}
			ast.Inspect(d, func(n ast.Node) bool {
				call, ok := n.(*ast.CallExpr)
				if !ok {
					return true
				}
				for _, e := range append([]ast.Expr{call.Fun}, call.Args...) {
					switch e := e.(type) {
					case *ast.Ident:
						if e.Name != own {
							out[e.Name] = true
						}
					case *ast.SelectorExpr:
						if e.Sel.Name != own {
							out[e.Sel.Name] = true
						}
					}
				}
				return true
			})
		}
	}
	return out
}

// A given is what a literal of a struct gives a field.
type given struct {
	expr ast.Expr
	in   *file
	n    int // literals that give it something
}

// defaultField is what the only literal of a struct in the package that names a field
// gives it.
func (p *pkg) defaultField(typ, field string) (ast.Expr, *file) {
	if p.given == nil {
		p.given = map[string]given{}
		for _, f := range p.files {
			ast.Inspect(f.ast, func(node ast.Node) bool {
				lit, ok := node.(*ast.CompositeLit)
				if !ok || lit.Type == nil {
					return true
				}
				for _, e := range lit.Elts {
					if kv, ok := e.(*ast.KeyValueExpr); ok {
						key := baseName(lit.Type) + "." + baseName(kv.Key)
						p.given[key] = given{kv.Value, f, p.given[key].n + 1}
					}
				}
				return true
			})
		}
	}
	if g := p.given[typ+"."+field]; g.n == 1 {
		return g.expr, g.in
	}
	return nil, nil
}

// fieldNames are the fields of a struct in order.
func fieldNames(t ast.Expr) []string {
	s, ok := t.(*ast.StructType)
	if !ok {
		return nil
	}
	var out []string
	for _, f := range s.Fields.List {
		for _, n := range f.Names {
			out = append(out, n.Name)
		}
		if len(f.Names) == 0 {
			out = append(out, baseName(f.Type))
		}
	}
	return out
}

// isStd reports whether an import path is one of the standard library.
func isStd(of string) bool {
	first, _, _ := strings.Cut(of, "/")
	return !strings.Contains(first, ".")
}

func contains(list []string, s string) bool { return slices.Contains(list, s) }
