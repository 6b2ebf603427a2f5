package mutant

import (
	"go/ast"
	"go/constant"
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

// texts are the constant strings in a node, those in functions inside of it
// left out.
func (pl place) constants(n ast.Node) []string {
	var out []string
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case ast.Expr:
			if text, ok := pl.constant(n); ok {
				out = append(out, text)
				return false
			}
		}
		return true
	})
	return out
}
