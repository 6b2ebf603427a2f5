package directive

import (
	"fmt"
	"go/ast"
	"slices"

	"golang.org/x/tools/go/analysis"
)

// Ignored is the fact that rules are silenced at a constant or variable with a
// text: other packages send it, too.
type Ignored struct{ Rules []string }

// AFact marks Ignored as a fact of an object.
func (*Ignored) AFact() {}

// String prints the fact for tests.
func (f *Ignored) String() string { return fmt.Sprint("ignores ", f.Rules) }

// shareIgnored exports the directives at texts that other packages may send, and
// takes in those of the packages that this one imports.
func (x *Index) shareIgnored(pass *analysis.Pass) {
	for _, d := range x.All {
		if d.Verb != "ignore" || d.Problem != "" {
			continue
		}
		for _, name := range d.values() {
			if obj := pass.TypesInfo.Defs[name]; obj != nil && obj.Exported() && obj.Parent() == pass.Pkg.Scope() {
				d.Shared = true
				pass.ExportObjectFact(obj, &Ignored{Rules: d.Rules})
			}
		}
	}
	for _, f := range pass.AllObjectFacts() {
		ignored, ok := f.Fact.(*Ignored)
		if ok && f.Object.Pkg() != pass.Pkg {
			x.elsewhere[lineOf(pass.Fset.Position(f.Object.Pos()).String())] = ignored.Rules
		}
	}
}

// values are the names of the values at which a directive stands.
func (d *Directive) values() []*ast.Ident {
	switch n := d.node.(type) {
	case *ast.ValueSpec:
		return n.Names
	case *ast.GenDecl:
		if len(n.Specs) == 1 {
			if v, ok := n.Specs[0].(*ast.ValueSpec); ok {
				return v.Names
			}
		}
	}
	return nil
}

// lineOf cuts the column off file:line:column: of other packages only the line is
// sure.
func lineOf(posn string) string {
	for i := len(posn) - 1; i > 0; i-- {
		if posn[i] == ':' {
			return posn[:i]
		}
	}
	return posn
}

// SilencedElsewhere reports whether a directive of another package silences a rule
// at the text, as file:line:column, that a finding is about.
func (x *Index) SilencedElsewhere(rule, posn string) bool {
	return posn != "" && slices.Contains(x.elsewhere[lineOf(posn)], rule)
}
