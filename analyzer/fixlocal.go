package analyzer

import (
	"go/ast"

	"golang.org/x/tools/go/analysis"

	"github.com/tenantvet/tenantvet/analyzer/internal/dbapi"
	"github.com/tenantvet/tenantvet/analyzer/internal/scope"
	"github.com/tenantvet/tenantvet/analyzer/internal/site"
	"github.com/tenantvet/tenantvet/sqlcheck"
)

// makeLocal makes a setting for the session one for the transaction, where the
// statement surely runs in a transaction after which nobody needs the setting, and
// its text is written out in the call: a text elsewhere may be sent by others, too.
func makeLocal(pass *analysis.Pass, res *site.Result, s *site.Site) (analysis.SuggestedFix, bool) {
	none := analysis.SuggestedFix{}
	if s.Expr == nil || len(s.Leak.Texts) != 1 || countHoles(s.Leak.Texts[0].Template) > 0 || len(s.Handles) == 0 {
		return none, false
	}
	for i := range s.Handles {
		if !endsWithTx(&s.Handles[i]) {
			return none, false
		}
	}
	text := s.Leak.Texts[0]
	for _, st := range text.Facts.Statements {
		for _, set := range st.Settings {
			if s.SettingName(set) != s.Leak.Setting || set.Reset || set.Form == sqlcheck.SetStatement && set.Value.Kind == sqlcheck.Bound {
				continue // a bound SET is rejected anyway, and has a fix of its own
			}
			edit, ok := localEdit(pass, res, s, text.Template, set)
			if !ok {
				return none, false
			}
			return analysis.SuggestedFix{Message: "Set it for the transaction", TextEdits: []analysis.TextEdit{edit}}, true
		}
	}
	return none, false
}

// endsWithTx reports whether a handle is a transaction whose connection nobody
// goes on with: one begun on a pool, or the caller's.
func endsWithTx(h *scope.Handle) bool {
	if h.Kind != dbapi.Tx || h.IsPool() {
		return false
	}
	for _, p := range h.Parent {
		if h.Root == scope.Created && !p.IsPool() {
			return false
		}
	}
	return true
}

func localEdit(pass *analysis.Pass, res *site.Result, s *site.Site, t sqlcheck.Template, set sqlcheck.Setting) (analysis.TextEdit, bool) {
	none := analysis.TextEdit{}
	if set.LifetimeParam > 0 {
		return boundTrue(pass, s, set.LifetimeParam)
	}
	e, ok := set.MakeLocal(t)
	if !ok {
		return none, false
	}
	// What is inserted goes behind a word; that is what can be found.
	from, rendered := e.Start, t.Render()
	if from == e.End {
		from -= len("SET")
	}
	place, ok := res.Find(s, t, from, e.End)
	if !ok || !place.Pos.IsValid() || place.Pos < s.Expr.Pos() || place.End > s.Expr.End() ||
		sourceBetween(pass, place.Pos, place.End) != rendered[from:e.End] {
		return none, false
	}
	at := place.Pos
	if e.Start == e.End {
		at = place.End
	}
	return analysis.TextEdit{Pos: at, End: place.End, NewText: []byte(e.New)}, true
}

// boundTrue replaces the constant false that is bound to a placeholder.
func boundTrue(pass *analysis.Pass, s *site.Site, n int) (analysis.TextEdit, bool) {
	text := textArgument(pass, s)
	if text == nil || s.Expr.Ellipsis.IsValid() {
		return analysis.TextEdit{}, false
	}
	after := s.Expr.Args[indexOf(s.Expr.Args, text)+1:]
	if n > len(after) {
		return analysis.TextEdit{}, false
	}
	id, ok := after[n-1].(*ast.Ident)
	if !ok || id.Name != "false" || !isConstant(pass, id) {
		return analysis.TextEdit{}, false
	}
	return analysis.TextEdit{Pos: id.Pos(), End: id.End(), NewText: []byte("true")}, true
}
