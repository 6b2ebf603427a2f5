package goddl

import (
	"cmp"
	"go/ast"
	"go/token"
	"path"
	"slices"
)

// Result is what the code of some packages does to the schema.
type Result struct {
	Segments []Segment // in the order in which they run
	// Unknown counts the statements, by file, of which a part is not known.
	Unknown map[string]int
	// Used are the literals, by file and offset, that statements above are made of.
	Used map[string]map[int]bool
}

// Read runs the code of the packages in the directories.
func Read(m Module, dirs []string) Result {
	m.fset, m.pkgs = token.NewFileSet(), map[string]*pkg{}
	first := m.run(nil, dirs)
	// Importers may say what is missing, or be those that run the texts.
	if (len(first.unknown) > 0 || len(first.segments) == 0) && m.Importers != nil {
		var callers []string
		for _, dir := range dirs {
			callers = append(callers, m.Importers(path.Join(m.Path, dir))...)
		}
		slices.Sort(callers)
		callers = slices.DeleteFunc(slices.Compact(callers), func(dir string) bool { return slices.Contains(dirs, dir) })
		if len(callers) > 0 {
			m.pkgs = map[string]*pkg{} // package variables as they were
			m.fset = token.NewFileSet()
			first = m.run(callers, dirs)
		}
	}
	out := Result{Segments: first.segments, Unknown: map[string]int{}, Used: first.used}
	for at := range first.unknown {
		out.Unknown[at.file]++
	}
	return out
}

// A run runs functions one after another.
type run struct {
	m     *Module
	out   output
	steps int // of the function that nobody calls
	total int // of those before it
	stack []ast.Node
	ran   map[ast.Node]bool // functions that were entered

	loops []*each  // over rows, open
	conds []string // on those rows, in effect
	doubt int      // conditions on rows that are not understood
	maybe int      // other conditions that are not known
	vars  int      // variables for columns so far
}

const (
	maxSteps = 50_000  // of what begins with one function that nobody calls
	maxTotal = 300_000 // of all
	maxDepth = 12
)

// run runs what the callers do with the packages, and then what nobody calls.
func (m *Module) run(callers, dirs []string) output {
	leads := m.leading(slices.Concat(callers, dirs))
	r := &run{m: m, ran: map[ast.Node]bool{}, out: output{unknown: map[place]bool{}, used: map[string]map[int]bool{}, seen: map[string]bool{}}}
	for _, dir := range callers {
		if p := m.load(dir); p != nil {
			for _, f := range p.functions() {
				if leads[f.name] && r.uses(f, dirs) {
					r.root(f)
				}
			}
		}
	}
	var all []*closure
	called := map[string]bool{}
	for _, dir := range dirs {
		if p := m.load(dir); p != nil {
			for _, f := range p.functions() {
				if leads[f.name] {
					all = append(all, f)
				}
			}
			for name := range p.called() {
				called[name] = true
			}
		}
	}
	// Those that nobody calls go first: they call the others in the right order.
	slices.SortStableFunc(all, func(a, b *closure) int { return cmp.Compare(btoi(called[a.name]), btoi(called[b.name])) })
	for _, f := range all {
		if !r.ran[f.node] && !m.Down(f.name) {
			r.root(f)
		}
	}
	return r.out
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// uses reports whether a function names one of the packages.
func (r *run) uses(f *closure, dirs []string) bool {
	found := false
	ast.Inspect(f.body, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok && !found {
			if x, ok := s.X.(*ast.Ident); ok {
				p := r.m.imported(f.file, x.Name)
				found = p != nil && contains(dirs, p.dir)
			}
		}
		return !found
	})
	return found
}

// root runs a function of which no caller is known.
func (r *run) root(f *closure) {
	if r.total += r.steps; r.total > maxTotal {
		return
	}
	r.steps, r.loops, r.conds, r.doubt, r.maybe = 0, nil, nil, 0, 0
	r.enter(f, nil, nil)
}

// enter runs a function; what its parameters get is unknown where args has nothing.
func (r *run) enter(f *closure, self *value, args []value) value {
	if f.body == nil || r.steps > maxSteps || len(r.stack) >= maxDepth || slices.Contains(r.stack, f.node) {
		return value{}
	}
	r.ran[f.node] = true
	r.stack = append(r.stack, f.node)
	defer func() { r.stack = r.stack[:len(r.stack)-1] }()
	s := inside(f.scope)
	if f.recv != nil && len(f.recv.List) > 0 && len(f.recv.List[0].Names) > 0 {
		v := value{kind: ofRecord, rec: &record{pkg: f.file.pkg, typ: baseName(f.recv.List[0].Type), fields: map[string]value{}}}
		if self != nil && self.kind != unknown {
			v = *self
		}
		s.declare(f.recv.List[0].Names[0].Name, v)
	}
	i := 0
	for _, p := range f.typ.Params.List {
		_, variadic := p.Type.(*ast.Ellipsis)
		for _, name := range p.Names {
			v := value{}
			switch {
			case variadic && i <= len(args) && args != nil:
				v = list(args[i:]...)
			case i < len(args):
				v = args[i]
			}
			s.declare(name.Name, v)
			i++
		}
		if len(p.Names) == 0 {
			i++
		}
	}
	fr := &frame{run: r, file: f.file, scope: s}
	if f.typ.Results != nil {
		for _, p := range f.typ.Results.List {
			for _, name := range p.Names {
				s.declare(name.Name, fr.zero(p.Type))
				fr.results = append(fr.results, name.Name)
			}
		}
	}
	maybe, doubt, conds := r.maybe, r.doubt, r.conds
	fr.unsure = maybe + doubt
	fr.block(f.body.List)
	r.maybe, r.doubt, r.conds = maybe, doubt, conds
	if fr.result == nil {
		return value{}
	}
	return *fr.result
}

// A frame is a function that runs.
type frame struct {
	*run
	file    *file
	scope   *scope
	results []string
	result  *value
	sure    bool // result is what is returned, whatever conditions say
	unsure  int  // conditions that are not known where the function was called
}

// in runs f in a scope of its own.
func (f *frame) in(do func()) {
	outer := f.scope
	f.scope = inside(outer)
	do()
	f.scope = outer
}
