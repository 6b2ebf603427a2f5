package mutant

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"regexp"
	"slices"
	"strings"

	"github.com/tenantvet/tenantvet/sqlcheck"
)

// constant is the value of a constant string.
func (pl place) constant(e ast.Expr) (string, bool) {
	tv, ok := pl.pkg.TypesInfo.Types[e]
	if !ok || tv.Value == nil || tv.Value.Kind() != constant.String {
		return "", false
	}
	return constant.StringVal(tv.Value), true
}

// sql is the text of a string that is constant, or put together of constants and
// values, in the place of which a name stands. Of a variable it is the first one.
func (pl place) sql(e ast.Expr) (string, bool) {
	if text, ok := pl.constant(e); ok {
		return text, true
	}
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		if init := pl.first(e); init != nil {
			return pl.sql(init)
		}
	case *ast.BinaryExpr:
		if e.Op != token.ADD {
			return "", false
		}
		left, known := pl.sql(e.X)
		right, alsoKnown := pl.sql(e.Y)
		if !known && !alsoKnown {
			return "", false
		}
		if !known {
			left = hole
		}
		if !alsoKnown {
			right = hole
		}
		return left + right, true
	case *ast.CallExpr:
		if fn := pl.callee(e); fn != nil && fn.FullName() == "fmt.Sprintf" && len(e.Args) > 1 {
			if format, ok := pl.constant(e.Args[0]); ok {
				return verbs.ReplaceAllString(format, hole), true
			}
		}
	}
	return "", false
}

// first is what a local string variable is declared with.
// Have: query := `SELECT ..`
func (pl place) first(id *ast.Ident) (init ast.Expr) {
	v, ok := pl.pkg.TypesInfo.Uses[id].(*types.Var)
	if !ok || v.Kind() != types.LocalVar || !types.Identical(v.Type(), types.Typ[types.String]) {
		return nil
	}
	decl := pl.decl(v.Pos())
	if decl == nil {
		return nil
	}
	ast.Inspect(decl, func(n ast.Node) bool {
		assign, ok := n.(*ast.AssignStmt)
		if !ok || assign.Tok != token.DEFINE || len(assign.Lhs) != len(assign.Rhs) {
			return init == nil
		}
		for i, l := range assign.Lhs {
			if name, ok := l.(*ast.Ident); ok && pl.pkg.TypesInfo.Defs[name] == v {
				init = assign.Rhs[i]
			}
		}
		return init == nil
	})
	return init
}

const hole = "x"

var verbs = regexp.MustCompile(`%[#+0-9.\[\]]*[a-zA-Z]`)

// settings are the tenant's settings that a text sets, or takes away.
func (t tenancy) changes(text string, reset bool) []sqlcheck.Setting {
	lower := strings.ToLower(text)
	if !strings.Contains(lower, "set") && !strings.Contains(lower, "discard") {
		return nil
	}
	var out []sqlcheck.Setting
	for _, st := range sqlcheck.AnalyzeText(text).Statements {
		for _, s := range st.Settings {
			if s.Reset == reset && (slices.Contains(t.settings, s.Name) || reset && s.Name == "all" || s.NameParam > 0) {
				out = append(out, s)
			}
		}
	}
	return out
}

func (t tenancy) setsContext(text string) bool { return len(t.changes(text, false)) > 0 }

func (t tenancy) resetsContext(text string) bool { return len(t.changes(text, true)) > 0 }

// touchesTenant reports whether a text reads or writes a tenant relation.
func (pl place) touchesTenant(text string) bool {
	if len(text) < len("TABLE x") || !strings.ContainsAny(text, " \n\t") {
		return false
	}
	for _, st := range sqlcheck.AnalyzeText(text).Statements {
		for _, r := range st.Relations {
			if _, ok := pl.module.IsTenantRelation(pl.schema, r.Name); ok {
				return true
			}
			if _, ok := pl.module.IsFiltered(pl.schema, r.Name, pl.columns); ok && pl.filter {
				return true
			}
		}
	}
	return false
}

// constants are the strings in a node of which text is known, those in functions inside of it
// left out.
func (pl place) constants(n ast.Node) []string {
	var out []string
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case ast.Expr:
			if text, ok := pl.sql(n); ok {
				out = append(out, text)
				return false
			}
		}
		return true
	})
	return out
}
