package schemacheck

import (
	"fmt"
	"path"
	"strings"

	"github.com/tenantvet/tenantvet/internal/evidence"
	"github.com/tenantvet/tenantvet/sqlcheck"
	"github.com/tenantvet/tenantvet/sqlcheck/schema"
)

// Explain prints the timeline of a table and what it came to; "" if the schema
// has no such table.
func Explain(m *evidence.Module, s *evidence.Schema, name string) string {
	t := s.Model.Table(parseName(name))
	if t == nil {
		return ""
	}
	var b strings.Builder
	if s.Format == liveFormat { // which has no history
		fmt.Fprintf(&b, "%s %s.%s, in the database:\n", kindOf(t), t.Schema, t.Name)
		for _, line := range outcome(m, s, t) {
			fmt.Fprintf(&b, "  %s\n", line)
		}
		return b.String()
	}
	fmt.Fprintf(&b, "%s %s.%s, by the migrations in %s\n", kindOf(t), t.Schema, t.Name, s.Dir)
	width := 0
	for _, e := range t.History {
		width = max(width, len(place(e.At)))
	}
	for _, e := range t.History {
		fmt.Fprintf(&b, "  %-*s  %s\n", width, place(e.At), e.What)
	}
	fmt.Fprintf(&b, "at the end:\n")
	for _, line := range outcome(m, s, t) {
		fmt.Fprintf(&b, "  %s\n", line)
	}
	b.WriteByte('\n')
	return b.String()
}

// parseName reads "orders" or "app.orders".
func parseName(name string) sqlcheck.Name {
	in, table, ok := strings.Cut(name, ".")
	if !ok {
		in, table = "", name
	}
	return sqlcheck.Name{Schema: in, Name: table}
}

func place(p schema.Position) string { return fmt.Sprintf("%s:%d", path.Base(p.File), p.Line) }

func kindOf(t *schema.Table) string {
	return [...]string{"table", "view", "materialized view", "foreign table"}[t.Kind]
}

// outcome says what holds after the last migration.
func outcome(m *evidence.Module, s *evidence.Schema, t *schema.Table) []string {
	var lines []string
	owner := t.Owner
	if owner == "" {
		owner = "the role that runs the migrations"
	}
	lines = append(lines, "owned by "+owner)
	if columns, ok := m.Ownership(s).Columns(t); ok {
		lines = append(lines, "its rows belong to tenants"+byColumns(columns))
	}
	switch {
	case t.Kind == schema.View && t.SecurityInvoker:
		lines = append(lines, "runs with the rights of who asks")
	case t.Kind == schema.View:
		lines = append(lines, "runs with the rights of its owner")
	case t.Kind != schema.BaseTable:
	case !t.RLS:
		lines = append(lines, "row-level security is off")
	case t.Forced:
		lines = append(lines, "row-level security is on, for the owner as well")
	default:
		lines = append(lines, "row-level security is on, but not for the owner")
	}
	state := stateOf(m, s)
	for _, p := range t.Policies {
		lines = append(lines, fmt.Sprintf("policy %s for %s to %s: %s", p.Name, p.Command, strings.Join(p.Roles, ", "), state.Explain(t, p)))
	}
	for _, g := range t.Grants {
		of := ""
		if g.Column != "" {
			of = " of column " + g.Column
		}
		lines = append(lines, fmt.Sprintf("%s may %s%s", g.Grantee, strings.Join(g.Privileges, ", "), of))
	}
	return lines
}

func byColumns(columns []string) string {
	if len(columns) == 0 {
		return ""
	}
	return ", by " + strings.Join(columns, ", ")
}
