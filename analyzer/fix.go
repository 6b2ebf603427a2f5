package analyzer

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"os"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/tenantvet/tenantvet/analyzer/internal/scope"
	"github.com/tenantvet/tenantvet/analyzer/internal/site"
	"github.com/tenantvet/tenantvet/sqlcheck"
)

// bindFormatted replaces a formatted SET by set_config with a bound value,
// where the text is that one statement and the value one Go expression.
func bindFormatted(pass *analysis.Pass, s *site.Site, t scope.Text, set sqlcheck.Setting) (analysis.SuggestedFix, bool) {
	none := analysis.SuggestedFix{}
	if s.Expr == nil || len(s.Texts) != 1 || len(t.Facts.Statements) != 1 || len(t.Facts.Statements[0].Settings) != 1 ||
		len(set.Value.Holes) != 1 || countHoles(t.Template) != 1 || set.NameParam > 0 || set.Name == "" ||
		set.Form == sqlcheck.FunctionCall { // which may do more
		return none, false
	}
	text := textArgument(pass, s)
	if text == nil || text != s.Expr.Args[len(s.Expr.Args)-1] {
		return none, false // bind arguments of its own would need new numbers
	}
	value := insertedValue(pass, text)
	if value == nil {
		return none, false
	}
	arg, ok := asText(pass, value)
	if !ok {
		return none, false
	}
	replacement := fmt.Sprintf("%q, %s", setConfig(s, set), arg)
	return analysis.SuggestedFix{
		Message:   "Bind the value with set_config",
		TextEdits: []analysis.TextEdit{{Pos: text.Pos(), End: text.End(), NewText: []byte(replacement)}},
	}, true
}

// bindPlaceholder replaces SET x = $1 by set_config; the arguments stay.
func bindPlaceholder(pass *analysis.Pass, s *site.Site, facts sqlcheck.Facts, set sqlcheck.Setting) (analysis.SuggestedFix, bool) {
	none := analysis.SuggestedFix{}
	if s.Expr == nil || len(s.Texts) != 1 || len(facts.Statements) != 1 || len(facts.Statements[0].Settings) != 1 || s.Expr.Ellipsis.IsValid() {
		return none, false
	}
	text := textArgument(pass, s)
	if text == nil {
		return none, false
	}
	after := s.Expr.Args[indexOf(s.Expr.Args, text)+1:]
	if len(after) != 1 {
		return none, false
	}
	arg, ok := asText(pass, after[0])
	if !ok {
		return none, false
	}
	return analysis.SuggestedFix{
		Message: "Use set_config, which takes parameters",
		TextEdits: []analysis.TextEdit{
			{Pos: text.Pos(), End: after[0].End(), NewText: fmt.Appendf(nil, "%q, %s", setConfig(s, set), arg)},
		},
	}, true
}

// setConfig is the statement that does what a SET meant to do. On a
// transaction that is context for the transaction, whatever SET said.
func setConfig(s *site.Site, set sqlcheck.Setting) string {
	local := set.Lifetime == sqlcheck.Local
	for i := range s.Handles {
		local = local || s.Handles[i].IsTx()
	}
	placeholder := "$1"
	if s.Question {
		placeholder = "?"
	}
	return fmt.Sprintf("SELECT set_config('%s', %s, %t)", set.Name, placeholder, local)
}

func countHoles(t sqlcheck.Template) int {
	n := 0
	for _, p := range t.Parts {
		if p.Hole != nil {
			n++
		}
	}
	return n
}

// textArgument finds the argument that holds the statement: the first string.
func textArgument(pass *analysis.Pass, s *site.Site) ast.Expr {
	for _, a := range s.Expr.Args {
		t := pass.TypesInfo.TypeOf(a)
		if t == nil {
			continue
		}
		if b, ok := t.Underlying().(*types.Basic); ok && b.Info()&types.IsString != 0 {
			return a
		}
	}
	return nil
}

// insertedValue returns the one expression that a formatted text inserts:
// the operand of a Sprintf, or the part of a concatenation that isn't constant.
func insertedValue(pass *analysis.Pass, text ast.Expr) ast.Expr {
	switch text := ast.Unparen(text).(type) {
	case *ast.CallExpr:
		sel, ok := text.Fun.(*ast.SelectorExpr)
		if !ok || len(text.Args) != 2 || text.Ellipsis.IsValid() {
			return nil
		}
		fn, ok := pass.TypesInfo.Uses[sel.Sel].(*types.Func)
		if !ok || fn.FullName() != "fmt.Sprintf" || strings.Count(constantString(pass, text.Args[0]), "%") != 1 {
			return nil
		}
		return text.Args[1]
	case *ast.BinaryExpr:
		if text.Op != token.ADD {
			return nil
		}
		x, y := isConstant(pass, text.X), isConstant(pass, text.Y)
		switch {
		case y && !x:
			return inserted(pass, text.X)
		case x && !y:
			return inserted(pass, text.Y)
		}
	}
	return nil
}

func inserted(pass *analysis.Pass, x ast.Expr) ast.Expr {
	if b, ok := ast.Unparen(x).(*ast.BinaryExpr); ok {
		return insertedValue(pass, b)
	}
	return x
}

func isConstant(pass *analysis.Pass, x ast.Expr) bool { return pass.TypesInfo.Types[x].Value != nil }

func constantString(pass *analysis.Pass, x ast.Expr) string {
	if v := pass.TypesInfo.Types[x].Value; v != nil && v.Kind() == constant.String {
		return constant.StringVal(v)
	}
	return ""
}

// asText renders an expression as a bind argument for a text parameter. pgx
// and database/sql send strings as they are and take a UUID's own text; other
// types are turned into text by the program.
func asText(pass *analysis.Pass, x ast.Expr) (string, bool) {
	src := sourceOf(pass, x)
	t := pass.TypesInfo.TypeOf(x)
	if src == "" || t == nil {
		return "", false
	}
	if b, ok := t.Underlying().(*types.Basic); ok && b.Info()&types.IsString != 0 {
		return src, true
	}
	if obj, _, _ := types.LookupFieldOrMethod(t, true, nil, "String"); obj != nil {
		if sig, ok := obj.Type().(*types.Signature); ok && sig.Params().Len() == 0 {
			return src + ".String()", true
		}
	}
	return "", false
}

// sourceOf returns the source text of an expression.
func sourceOf(pass *analysis.Pass, x ast.Expr) string { return sourceBetween(pass, x.Pos(), x.End()) }

func sourceBetween(pass *analysis.Pass, from, to token.Pos) string {
	f := pass.Fset.File(from)
	if f == nil || f != pass.Fset.File(to) {
		return ""
	}
	read := pass.ReadFile
	if read == nil { // as under nogo; the package's own files are there
		read = os.ReadFile
	}
	data, err := read(f.Name())
	if err != nil || f.Offset(to) > len(data) {
		return ""
	}
	return string(data[f.Offset(from):f.Offset(to)])
}

func indexOf(list []ast.Expr, x ast.Expr) int {
	for i, e := range list {
		if e == x {
			return i
		}
	}
	return -1
}
