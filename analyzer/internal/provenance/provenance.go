// Package provenance knows where credentials that get past row-level security
// enter a package, and which values of the program they are in: what a function
// returns, what a field or a variable holds, what a connection is opened with.
// It follows values, not names, and keeps no credential: only where it is from.
package provenance

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"reflect"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/envread"
	"github.com/tenantvet/tenantvet/analyzer/internal/lazyssa"
	"github.com/tenantvet/tenantvet/analyzer/internal/sqltext"
	"github.com/tenantvet/tenantvet/internal/evidence"
)

// A How is the way in which a credential comes into the program.
type How uint8

const (
	Read     How = iota // from the environment or a configuration store
	Bound               // to a field, by its tag
	Literal             // it stands in the source
	Embedded            // it stands in a file that is built in
)

// An Origin is where a credential comes from. It never holds the credential.
type Origin struct {
	// What is the variable's name, or the kind of what stands in the source.
	What string
	How  How
	Posn string // file:line:column
	// Bypass: its holder is known to get past row-level security.
	Bypass bool
	// Role is what a connection string logs in as, "" where that is not known.
	Role string
	// Privileged: it enters in a package that is declared privileged.
	Privileged bool
}

func (o Origin) String() string {
	mark := ""
	if !o.Bypass {
		mark = "?"
	}
	return o.What + mark
}

// Held is what a value is made of.
type Held struct {
	Slot    int // the result of a function, 0 for a field or variable
	Origins []Origin
	// Only: there is no way in which it is something else.
	Only bool
	// Params are the parameters that it is made of, receiver first.
	Params []int
}

// Holds is a fact: what a function returns, or a field or variable holds.
type Holds struct{ Values []Held }

// AFact marks Holds as a fact.
func (*Holds) AFact() {}

func (h *Holds) String() string {
	var parts []string
	for _, v := range h.Values {
		part := fmt.Sprintf("%d:", v.Slot)
		for _, o := range v.Origins {
			part += " " + o.String()
		}
		for _, p := range v.Params {
			part += fmt.Sprintf(" p%d", p)
		}
		if !v.Only {
			part += " or not"
		}
		parts = append(parts, part)
	}
	return "holds " + strings.Join(parts, "; ")
}

// An Index is what is known about a package.
type Index struct {
	// Entries are where credentials come into the package, in source order.
	Entries []Entry
	// Holds are the credentials that the program holds, if this is its main
	// package and the module has programs that run with their users.
	Holds []Found
	// Toolkit tells where the program runs, "" if nothing does.
	Toolkit string
	tracer  *tracer
}

// Config is what the analyzer needs beside the package.
type Config struct {
	Evidence func(dir string) (*evidence.Module, error)
	// ReadFile reads embedded files; without it, what the driver lets analyzers
	// read decides.
	ReadFile func(name string) ([]byte, error)
	SSA, Env *analysis.Analyzer
}

// NewAnalyzer returns the analyzer whose result is the Index.
func NewAnalyzer(cfg Config) *analysis.Analyzer {
	return &analysis.Analyzer{
		Name:       "tenantprovenance",
		Doc:        "tenantprovenance: follow credentials from where they enter a package",
		Requires:   []*analysis.Analyzer{cfg.SSA, cfg.Env},
		FactTypes:  []analysis.Fact{(*Holds)(nil), (*Reaches)(nil), (*Links)(nil)},
		ResultType: reflect.TypeFor[*Index](),
		Run: func(pass *analysis.Pass) (any, error) {
			return run(pass, cfg, pass.ResultOf[cfg.SSA].(*lazyssa.SSA), pass.ResultOf[cfg.Env].(*envread.Index))
		},
	}
}

func run(pass *analysis.Pass, cfg Config, src *lazyssa.SSA, env *envread.Index) (*Index, error) {
	x := &Index{}
	if len(src.Files) == 0 {
		return x, nil
	}
	module, err := moduleOf(pass, cfg)
	if err != nil {
		return nil, err
	}
	hasClients := module != nil && module.Clients
	if !matters(pass, src.Files) && !(hasClients && importsToolkit(pass)) {
		return x, nil
	}
	readFile := cfg.ReadFile
	if readFile == nil {
		readFile = pass.ReadFile
	}
	t := newTracer(pass, src, env)
	t.texts = sqltext.NewResolver(sqltext.Source{
		Pkg: src.Package(), Functions: src.Functions(), Files: src.Files, Fset: pass.Fset, ReadFile: readFile,
		Import: func(types.Object) *sqltext.Fact { return nil },
	})
	t.privileged = module != nil && module.Config.Privileged(pass.Pkg.Path(), module.Path)
	t.literals()
	t.tags()
	t.embeds(readFile)
	x.tracer = t
	t.export()
	x.Entries = t.entries()
	if hasClients {
		x.Toolkit = t.toolkit()
		x.Holds = t.reaches(x.Entries)
	}
	return x, nil
}

func moduleOf(pass *analysis.Pass, cfg Config) (*evidence.Module, error) {
	if cfg.Evidence == nil {
		return nil, nil
	}
	return cfg.Evidence(dirOf(pass))
}

// Opens says what a call opens a connection with: its origins, whether there
// are no others, and the parameters of the function that decide it.
func (x *Index) Opens(call ssa.CallInstruction) Held {
	if x.tracer == nil {
		return Held{}
	}
	return x.tracer.opens(call).held(0)
}

// Of says what a value is made of.
func (x *Index) Of(v ssa.Value) Held {
	if x.tracer == nil {
		return Held{}
	}
	return x.tracer.trace(v).held(0)
}

// Variable says what a package variable holds, be it a handle that was opened.
func (x *Index) Variable(g *ssa.Global) Held {
	if x.tracer == nil {
		return Held{}
	}
	return x.tracer.global(g).held(0)
}

// A trace is what is known about a value on the way.
type trace struct {
	origins []Origin
	params  []int
	other   bool // it may be something else
}

func (t *trace) add(more trace) {
	for _, o := range more.origins {
		if !slices.Contains(t.origins, o) {
			t.origins = append(t.origins, o)
		}
	}
	for _, p := range more.params {
		if !slices.Contains(t.params, p) {
			t.params = append(t.params, p)
		}
	}
	t.other = t.other || more.other
}

// maxOrigins bounds what a fact says about one value.
const maxOrigins = 6

func (t trace) held(slot int) Held {
	h := Held{Slot: slot, Origins: t.origins, Params: t.params, Only: !t.other}
	slices.SortFunc(h.Origins, compareOrigins)
	slices.Sort(h.Params)
	if len(h.Origins) > maxOrigins {
		h.Origins = h.Origins[:maxOrigins]
	}
	return h
}

func compareOrigins(a, b Origin) int {
	return strings.Compare(a.Posn+"\x00"+a.What, b.Posn+"\x00"+b.What)
}

// known is the trace of something that is told by one origin.
func known(o Origin) trace { return trace{origins: []Origin{o}} }

// other is the trace of something else.
func other() trace { return trace{other: true} }

func (t *tracer) posn(pos token.Pos) string { return t.pass.Fset.Position(pos).String() }

// functionAt names the declared function around a position, "" for none.
func functionAt(files []*ast.File, pos token.Pos) string {
	for _, f := range files {
		if pos < f.FileStart || pos >= f.FileEnd {
			continue
		}
		for _, decl := range f.Decls {
			if fd, ok := decl.(*ast.FuncDecl); ok && fd.Pos() <= pos && pos < fd.End() {
				return fd.Name.Name
			}
		}
	}
	return ""
}
