package provenance

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"maps"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/internal/evidence"
)

// What a program holds is what is linked into it, or run by it: what its main
// function and the initialisers of its packages refer to, on and on. A literal in
// a function that nothing refers to is dropped by the linker, and a variable of
// the environment that is read there is never read.

// A Hop is one reference on the way to a credential.
type Hop struct{ Posn, What string }

// A Reached is a credential with the shortest way to it.
type Reached struct {
	Origin
	Chain []Hop
}

// A Reaches is a fact of a function, variable, constant or type: what a program
// that refers to it holds.
type Reaches struct{ Credentials []Reached }

// AFact marks Reaches as a fact of an object.
func (*Reaches) AFact() {}

func (r *Reaches) String() string { return "reaches " + reachedNames(r.Credentials) }

// A Links is a fact of a package: what a program that imports it holds, and the
// toolkit that tells where such a program runs.
type Links struct {
	Credentials []Reached
	Toolkit     string
}

// AFact marks Links as a fact of a package.
func (*Links) AFact() {}

func (l *Links) String() string {
	return strings.TrimSpace("links " + reachedNames(l.Credentials) + " " + l.Toolkit)
}

func reachedNames(list []Reached) string {
	var names []string
	for _, r := range list {
		names = append(names, fmt.Sprintf("%s(%d)", r.What, len(r.Chain)))
	}
	return strings.Join(names, " ")
}

const (
	maxReached = 8  // credentials of one object
	maxHops    = 12 // references on the way to one
)

// A Found is a credential that a program holds.
type Found struct {
	Reached
	// Import is the import through which it is reached, nil where it stands in
	// the main package itself, at Pos.
	Import   *ast.ImportSpec
	Pos, End token.Pos
	Function string // around Pos, "" outside of any
}

// A node is what refers to others: an object of the package, or the
// initialisation of the package.
type node struct{ object types.Object } // nil: the initialisation

// An edge is a reference.
type edge struct {
	to  types.Object
	pos token.Pos
}

// A graph is what refers to what in a package.
type graph struct {
	t     *tracer
	edges map[node][]edge
	// own are the credentials that enter in a node.
	own map[node][]Entry
}

// toolkit names the toolkit among a package's imports that tells where its
// programs run, "" without one.
func (t *tracer) toolkit() string {
	var found []string
	for _, imp := range t.pass.Pkg.Imports() {
		if evidence.IsToolkit(imp.Path()) {
			found = append(found, imp.Path())
		}
		var links Links
		if t.pass.ImportPackageFact(imp, &links) && links.Toolkit != "" {
			found = append(found, links.Toolkit)
		}
	}
	if len(found) == 0 {
		return ""
	}
	return slices.Min(found)
}

// importsToolkit reports whether a package imports a toolkit itself.
func importsToolkit(pass *analysis.Pass) bool {
	return slices.ContainsFunc(pass.Pkg.Imports(), func(imp *types.Package) bool { return evidence.IsToolkit(imp.Path()) })
}

// reaches tells importing packages what they get with this one, and returns
// what a program whose main package it is holds.
func (t *tracer) reaches(entries []Entry) []Found {
	g := &graph{t: t, edges: map[node][]edge{}, own: map[node][]Entry{}}
	g.build()
	for _, e := range entries {
		if e.From == nil {
			n := g.nodeAt(e.Pos)
			g.own[n] = append(g.own[n], e)
		}
	}
	best := g.solve()
	for n, list := range best {
		if n.object != nil && n.object.Pkg() == t.pass.Pkg {
			t.pass.ExportObjectFact(n.object, &Reaches{list})
		}
	}
	if links := (Links{best[node{}], t.toolkit()}); len(links.Credentials) > 0 || links.Toolkit != "" {
		t.pass.ExportPackageFact(&links)
	}
	if t.pass.Pkg.Name() != "main" {
		return nil
	}
	return g.found(best)
}

// build gathers the references of the package.
func (g *graph) build() {
	for _, file := range g.t.src.Files {
		if g.t.tests(file) {
			continue
		}
		for _, decl := range file.Decls {
			switch decl := decl.(type) {
			case *ast.FuncDecl:
				fn := g.t.pass.TypesInfo.Defs[decl.Name]
				g.uses(node{fn}, decl)
				if decl.Recv == nil && (decl.Name.Name == "init" || decl.Name.Name == "main" && g.t.pass.Pkg.Name() == "main") {
					g.add(node{}, fn, decl.Name.Pos())
				}
			case *ast.GenDecl:
				for _, spec := range decl.Specs {
					g.spec(decl, spec)
				}
			}
		}
	}
	for _, fn := range g.t.src.Functions() {
		g.conversions(fn, node{objectOf(fn)})
	}
}

func (g *graph) spec(decl *ast.GenDecl, spec ast.Spec) {
	info := g.t.pass.TypesInfo
	switch spec := spec.(type) {
	case *ast.TypeSpec:
		g.uses(node{info.Defs[spec.Name]}, spec.Type)
	case *ast.ValueSpec:
		for _, name := range spec.Names {
			obj := info.Defs[name]
			g.uses(node{obj}, spec)
			// Static data is linked if something refers to it; what has to be
			// computed is computed whether or not something does.
			if decl.Tok == token.VAR && slices.ContainsFunc(spec.Values, g.computes) {
				g.add(node{}, obj, name.Pos())
			}
		}
	}
}

// computes reports whether an initialiser runs code of the program's.
func (g *graph) computes(x ast.Expr) bool {
	found := false
	ast.Inspect(x, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.CallExpr:
			found = found || !g.t.pass.TypesInfo.Types[n.Fun].IsType()
		}
		return !found
	})
	return found
}

func (g *graph) uses(from node, root ast.Node) {
	ast.Inspect(root, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			if obj := g.t.pass.TypesInfo.Uses[id]; obj != nil {
				g.add(from, obj, id.Pos())
			}
		}
		return true
	})
}

func (g *graph) add(from node, to types.Object, pos token.Pos) {
	if fn, ok := to.(*types.Func); ok {
		to = fn.Origin()
	}
	if to == nil || to == from.object || to.Pkg() == nil {
		return
	}
	g.edges[from] = append(g.edges[from], edge{to, pos})
}

// conversions: the methods of what goes behind an interface may be called there.
func (g *graph) conversions(fn *ssa.Function, from node) {
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			mi, ok := instr.(*ssa.MakeInterface)
			if !ok {
				continue
			}
			methods := types.NewMethodSet(mi.X.Type())
			for i := range methods.Len() {
				if m, ok := methods.At(i).Obj().(*types.Func); ok {
					g.add(from, m, cmp.Or(mi.Pos(), fn.Pos()))
				}
			}
		}
	}
	for _, anon := range fn.AnonFuncs {
		g.conversions(anon, from)
	}
}

// objectOf is the declaration of a function, nil for the initialisation.
func objectOf(fn *ssa.Function) types.Object {
	if obj, ok := fn.Object().(*types.Func); ok {
		return obj.Origin()
	}
	return nil
}

// nodeAt is the declaration around a place.
func (g *graph) nodeAt(pos token.Pos) node {
	for _, file := range g.t.src.Files {
		if pos < file.FileStart || pos >= file.FileEnd {
			continue
		}
		for _, decl := range file.Decls {
			if pos < decl.Pos() || pos >= decl.End() {
				continue
			}
			switch decl := decl.(type) {
			case *ast.FuncDecl:
				return node{g.t.pass.TypesInfo.Defs[decl.Name]}
			case *ast.GenDecl:
				for _, spec := range decl.Specs {
					if name := nameIn(spec, pos); name != nil {
						return node{g.t.pass.TypesInfo.Defs[name]}
					}
				}
			}
		}
	}
	return node{}
}

func nameIn(spec ast.Spec, pos token.Pos) *ast.Ident {
	if pos < spec.Pos() || pos >= spec.End() {
		return nil
	}
	switch spec := spec.(type) {
	case *ast.TypeSpec:
		return spec.Name
	case *ast.ValueSpec:
		for i, v := range spec.Values {
			if i < len(spec.Names) && v.Pos() <= pos && pos < v.End() {
				return spec.Names[i]
			}
		}
		return spec.Names[0]
	}
	return nil
}

// solve finds the shortest ways from each node to the credentials.
func (g *graph) solve() map[node][]Reached {
	best := map[node]map[Origin]Reached{}
	for n, entries := range g.own {
		for _, e := range entries {
			g.better(best, n, Reached{Origin: e.Origin})
		}
	}
	for _, imp := range g.t.pass.Pkg.Imports() {
		var links Links
		if g.t.pass.ImportPackageFact(imp, &links) {
			for _, r := range links.Credentials {
				g.better(best, node{}, further(r, Hop{Posn: "", What: "imports " + imp.Path()}))
			}
		}
	}
	nodes := slices.SortedFunc(maps.Keys(g.edges), func(a, b node) int { return cmp.Compare(position(a), position(b)) })
	foreign := map[types.Object][]Reached{}
	for changed := true; changed; {
		changed = false
		for _, n := range nodes {
			for _, e := range g.edges[n] {
				for _, r := range g.behind(best, foreign, e.to) {
					if _, starts := e.to.(*types.Func); !starts || n.object != nil { // main and init are not used but run
						r = further(r, Hop{Posn: g.t.posn(e.pos), What: "uses " + name(e.to)})
					}
					changed = g.better(best, n, r) || changed
				}
			}
		}
	}
	out := map[node][]Reached{}
	for n, found := range best {
		list := slices.SortedFunc(maps.Values(found), func(a, b Reached) int { return compareOrigins(a.Origin, b.Origin) })
		out[n] = list[:min(len(list), maxReached)]
	}
	return out
}

// behind lists what an object reaches.
func (g *graph) behind(best map[node]map[Origin]Reached, foreign map[types.Object][]Reached, obj types.Object) []Reached {
	if obj.Pkg() == g.t.pass.Pkg {
		return slices.SortedFunc(maps.Values(best[node{obj}]), func(a, b Reached) int { return compareOrigins(a.Origin, b.Origin) })
	}
	list, known := foreign[obj]
	if !known {
		var fact Reaches
		if g.t.pass.ImportObjectFact(obj, &fact) {
			list = fact.Credentials
		}
		foreign[obj] = list
	}
	return list
}

func (g *graph) better(best map[node]map[Origin]Reached, n node, r Reached) bool {
	if best[n] == nil {
		best[n] = map[Origin]Reached{}
	}
	have, has := best[n][r.Origin]
	if len(r.Chain) > maxHops || has && compareChains(have.Chain, r.Chain) <= 0 {
		return false
	}
	best[n][r.Origin] = r
	return true
}

func compareChains(a, b []Hop) int {
	return cmp.Or(cmp.Compare(len(a), len(b)), slices.CompareFunc(a, b, func(x, y Hop) int {
		return cmp.Or(cmp.Compare(x.Posn, y.Posn), cmp.Compare(x.What, y.What))
	}))
}

func further(r Reached, hop Hop) Reached {
	return Reached{r.Origin, append([]Hop{hop}, r.Chain...)}
}

func position(n node) token.Pos {
	if n.object == nil {
		return token.NoPos
	}
	return n.object.Pos()
}

// name names an object for a path: package, receiver and name.
func name(obj types.Object) string {
	if fn, ok := obj.(*types.Func); ok {
		if recv := fn.Signature().Recv(); recv != nil {
			t := recv.Type()
			if p, ok := t.(*types.Pointer); ok {
				t = p.Elem()
			}
			if named, ok := types.Unalias(t).(*types.Named); ok {
				return obj.Pkg().Name() + "." + named.Obj().Name() + "." + obj.Name()
			}
		}
	}
	return obj.Pkg().Name() + "." + obj.Name()
}

// found tells what the program holds, with the import of each.
func (g *graph) found(best map[node][]Reached) []Found {
	var out []Found
	for _, r := range best[node{}] {
		f := Found{Reached: r}
		for _, entries := range g.own {
			for _, e := range entries {
				if e.Origin == r.Origin {
					f.Pos, f.End, f.Function = e.Pos, e.End, e.Function
				}
			}
		}
		if !f.Pos.IsValid() {
			f.Import = g.importOf(r)
		}
		out = append(out, f)
	}
	return out
}

// importOf finds the import that the first reference out of the package uses.
func (g *graph) importOf(r Reached) *ast.ImportSpec {
	for _, hop := range r.Chain {
		paths := map[string]bool{strings.TrimPrefix(hop.What, "imports "): hop.Posn == ""}
		for _, edges := range g.edges {
			for _, e := range edges {
				if e.to.Pkg() != g.t.pass.Pkg && hop.Posn == g.t.posn(e.pos) {
					paths[e.to.Pkg().Path()] = true
				}
			}
		}
		for _, file := range g.t.src.Files {
			for _, spec := range file.Imports {
				if path, err := strconv.Unquote(spec.Path.Value); err == nil && paths[path] && (hop.Posn == "" || g.inFile(file, hop)) {
					return spec
				}
			}
		}
	}
	return nil
}

func (g *graph) inFile(file *ast.File, hop Hop) bool {
	return strings.HasPrefix(hop.Posn, g.t.pass.Fset.Position(file.FileStart).Filename+":")
}
