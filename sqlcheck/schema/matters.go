package schema

import (
	pg "github.com/tenantvet/tenantvet/sqlcheck/internal/pgparse"
	"github.com/tenantvet/tenantvet/sqlcheck/internal/plpgsql"
)

// matters reports whether statements that can't be followed could change the
// model.
func (m *machine) matters(list []plpgsql.Stmt) bool {
	for _, s := range list {
		switch s.Kind {
		case plpgsql.Execute:
			m.noteAccess(firstLiteral(s.Expr.Text))
			if changesModel(firstLiteral(s.Expr.Text)) {
				return true
			}
		case plpgsql.SQL, plpgsql.Perform:
			m.noteAccess(s.Expr.Text)
			if s.Kind == plpgsql.Perform && m.callsActing(s.Expr.Text) || s.Kind == plpgsql.SQL && statementMatters(s.Expr.Text) {
				return true
			}
		}
		if m.matters(s.Body) {
			return true
		}
		for _, b := range s.Branches {
			if m.matters(b.Body) {
				return true
			}
		}
	}
	return false
}

// noteAccess counts a statement that changes nothing but who may do what.
func (m *machine) noteAccess(text string) {
	ts := tokens(text)
	if len(ts) > 1 && (ts[0].is("grant") || ts[0].is("revoke") || ts[0].is("reassign") ||
		ts[0].is("alter") && (ts[1].is("default") || ts[1].is("database"))) {
		m.r.skip("GRANT")
	}
}

// callsActing reports whether the text calls a function of the migrations that
// changes the schema.
func (m *machine) callsActing(expr string) bool {
	ts := tokens(expr)
	for i := 0; i+1 < len(ts); i++ {
		if !ts[i].isName() || !ts[i+1].is("(") {
			continue
		}
		for _, f := range m.r.lookupFunctions("", ts[i].text) {
			if f.acts() {
				return true
			}
		}
	}
	return false
}

// firstLiteral returns the text that a dynamic statement begins with, as far
// as it is written in the expression.
func firstLiteral(expr string) string {
	for _, t := range tokens(expr) {
		if t.kind == tokString {
			return t.text
		}
	}
	return ""
}

// changesModel judges a statement by its first words; one without any could be
// anything.
func changesModel(text string) bool {
	ts := tokens(text)
	if len(ts) == 0 {
		return true
	}
	switch {
	case ts[0].is("set"), ts[0].is("%"):
		return true
	case !ts[0].is("create") && !ts[0].is("alter") && !ts[0].is("drop"):
		return false
	}
	for _, t := range ts[1:] {
		switch t.text {
		case "or", "replace", "global", "unlogged", "recursive", "if", "exists", "only", "not":
			continue
		case "table", "view", "materialized", "foreign", "policy", "function", "procedure", "role", "user", "schema", "unique", "trigger", "constraint", "owned", "%":
			return true
		}
		return false
	}
	return true
}

// statementMatters judges a statement written out in the code.
func statementMatters(text string) bool {
	stmts, err := parse(text)
	if err != nil {
		return changesModel(text)
	}
	for _, s := range stmts {
		alter := s.GetStmt().GetAlterTableStmt()
		if alter == nil {
			if changesModel(text) {
				return true
			}
			continue
		}
		for _, c := range alter.GetCmds() {
			switch c := c.GetAlterTableCmd(); c.GetSubtype() {
			case pg.AlterTableType_AT_ValidateConstraint, pg.AlterTableType_AT_SetStatistics, pg.AlterTableType_AT_ReplicaIdentity:
			case pg.AlterTableType_AT_AddConstraint:
				if c.GetDef().GetConstraint().GetContype() != pg.ConstrType_CONSTR_CHECK {
					return true
				}
			default:
				return true
			}
		}
	}
	return false
}
