package sqltext

import (
	"fmt"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/sqlcheck"
)

// A Fact says which texts a function returns, or a variable holds. It is for
// packages that import this one; what its callees return is folded in.
type Fact struct {
	Results []Result // of a variable: its content, as result 0
}

// A Result is one result of a function.
type Result struct {
	Index        int
	Alternatives []Pattern
}

// A Pattern is a template in terms of a function's callers.
type Pattern []Piece

// A Piece is literal text, a parameter, or a hole.
type Piece struct {
	Text  string
	Param int // 1 for the first parameter, receiver first; 0 for none
	Hole  bool
	Trust sqlcheck.Trust
	From  sqlcheck.Origin
	Type  string
}

// AFact marks Fact as a fact of a function or variable.
func (*Fact) AFact() {}

// String prints the fact for tests.
func (f *Fact) String() string {
	var out []string
	for _, r := range f.Results {
		var ways []string
		for _, p := range r.Alternatives {
			ways = append(ways, p.String())
		}
		out = append(out, fmt.Sprintf("text %d=%s", r.Index, strings.Join(ways, " | ")))
	}
	return strings.Join(out, "; ")
}

func (p Pattern) String() string {
	var b strings.Builder
	for _, piece := range p {
		switch {
		case piece.Param > 0:
			fmt.Fprintf(&b, "⟨p%d⟩", piece.Param-1)
		case piece.Hole:
			b.WriteString("⟨…⟩")
		default:
			fmt.Fprintf(&b, "%q", piece.Text)
		}
	}
	return b.String()
}

// A fact is small: beyond this the text is unknown to other packages.
const (
	maxFactAlternatives = 4
	maxFactBytes        = 2 << 10
)

// Patterns writes the alternatives of a text of fn in terms of its callers; ok
// is false for one that is not known, or too large.
func (r *Resolver) Patterns(t Text, fn *ssa.Function) (out []Pattern, ok bool) {
	if t.Unresolved || len(t.Templates) == 0 || len(t.Templates) > maxFactAlternatives {
		return nil, false
	}
	bytes := 0
	for _, tpl := range t.Templates {
		var p Pattern
		for _, part := range tpl.Parts {
			switch {
			case part.Hole == nil:
				if n := len(p); n > 0 && !p[n-1].Hole && p[n-1].Param == 0 {
					p[n-1].Text += part.Text
				} else {
					p = append(p, Piece{Text: part.Text})
				}
				bytes += len(part.Text)
			default:
				i := slices.Index(fn.Params, r.params[part.Hole])
				if i >= 0 {
					p = append(p, Piece{Param: i + 1})
				} else {
					p = append(p, Piece{Hole: true, Trust: part.Hole.Trust, From: part.Hole.From, Type: part.Hole.Type})
				}
				bytes += 8
			}
		}
		out = append(out, p)
	}
	return out, bytes <= maxFactBytes
}

// recalled is a result as a fact tells it.
func (r *Resolver) recalled(f *Fact, result int, argument func(i int) Text) (Text, bool) {
	for _, res := range f.Results {
		if res.Index == result {
			return r.Recall(res.Alternatives, argument), true
		}
	}
	return Text{}, false
}

// Recall fills patterns in with a call's arguments.
func (r *Resolver) Recall(patterns []Pattern, argument func(i int) Text) Text {
	var out Text
	for _, p := range patterns {
		t := plain("")
		for _, piece := range p {
			switch {
			case piece.Param > 0:
				arg := argument(piece.Param - 1)
				if len(p) > 1 {
					arg.Param = nil
				}
				if len(p) == 1 {
					t = arg
				} else {
					t = r.concat(t, arg)
				}
			case piece.Hole:
				h := holed(&sqlcheck.Hole{Trust: piece.Trust, From: piece.From, Type: piece.Type})
				if piece.Trust == sqlcheck.Free {
					h.Cause = "text from another package"
				}
				t = r.concat(t, h)
			default:
				t = r.concat(t, plain(piece.Text))
			}
		}
		out = r.union(out, t)
	}
	return out
}

// Filled is a text in which a call's arguments stand for the parameters.
func (r *Resolver) Filled(patterns []Pattern, args []ssa.Value, at *ssa.BasicBlock) Text {
	return r.withPassed(r.Recall(patterns, func(i int) Text {
		if i >= len(args) {
			return fragment(sqlcheck.Free, "text from a parameter")
		}
		return r.at(args[i], at)
	}))
}

// Argument is the first argument that patterns need, or nil.
func Argument(patterns []Pattern, args []ssa.Value) ssa.Value {
	for _, p := range patterns {
		for _, piece := range p {
			if piece.Param > 0 && piece.Param <= len(args) {
				return args[piece.Param-1]
			}
		}
	}
	return nil
}

// Parametric reports whether a template has a hole for a parameter of a
// declared function.
func (r *Resolver) Parametric(t sqlcheck.Template) bool {
	return slices.ContainsFunc(t.Parts, func(p sqlcheck.Part) bool {
		return p.Hole != nil && p.Hole.Trust == sqlcheck.Free && declaredParam(r.params[p.Hole]) != nil
	})
}

// Facts are what other packages may know about the texts of this one: what
// exported functions return and exported variables hold.
func (r *Resolver) Facts() map[types.Object]*Fact {
	out := map[types.Object]*Fact{}
	for _, fn := range r.Functions {
		obj, ok := fn.Object().(*types.Func)
		if !ok || !obj.Exported() {
			continue
		}
		var f Fact
		for i := range obj.Signature().Results().Len() {
			if !isString(obj.Signature().Results().At(i).Type()) {
				continue
			}
			if t, ok := r.returned(fn, i); ok && anyLiteral(t) {
				if p, ok := r.Patterns(t, fn); ok {
					f.Results = append(f.Results, Result{i, p})
				}
			}
		}
		if len(f.Results) > 0 {
			out[obj] = &f
		}
	}
	for _, m := range r.Pkg.Members {
		g, ok := m.(*ssa.Global)
		if !ok || g.Object() == nil || !token.IsExported(g.Name()) || !isText(elemOf(g.Type())) {
			continue
		}
		if t := r.global(g, g); anyLiteral(t) {
			if p, ok := r.Patterns(t, r.Pkg.Func("init")); ok {
				out[g.Object()] = &Fact{Results: []Result{{0, p}}}
			}
		}
	}
	return out
}

func isString(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsString != 0
}
