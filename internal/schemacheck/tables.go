package schemacheck

import (
	"path/filepath"

	"github.com/tenantvet/tenantvet/internal/evidence"
	"github.com/tenantvet/tenantvet/internal/report"
	"github.com/tenantvet/tenantvet/sqlcheck"
	"github.com/tenantvet/tenantvet/sqlcheck/schema"
)

// Tables describes a module's tables whose rows belong to tenants: what the
// migrations did to them, and what their policies come to. Files are relative
// to root.
func Tables(m *evidence.Module, root string) []report.Table {
	var out []report.Table
	c := New(root, false)
	for i := range m.Schemas {
		s := &m.Schemas[i]
		if c.again(m, s) {
			continue
		}
		owned, state := m.Ownership(s), stateOf(m, s)
		for _, t := range s.Model.Tables {
			columns, tenant := owned.Columns(t)
			if !tenant {
				continue
			}
			table := report.Table{Name: t.Schema + "." + t.Name, Columns: columns, RLS: t.RLS, Forced: t.Forced}
			for _, p := range t.Policies {
				table.Policies = append(table.Policies, report.Policy{
					Name: p.Name, Command: p.Command, Roles: p.Roles, Using: p.Using, Check: p.Check, Verdict: state.Explain(t, p),
				})
			}
			for _, change := range s.Model.Explain(sqlcheck.Name{Schema: t.Schema, Name: t.Name}) {
				table.Timeline = append(table.Timeline, c.step(m, change))
			}
			out = append(out, table)
		}
	}
	return out
}

// step is an event of a timeline.
func (c *Check) step(m *evidence.Module, change schema.Change) report.Step {
	step := report.Step{Message: change.Of + ": " + change.What}
	if change.At.Line > 0 {
		step.Position = report.Position{File: c.shown(m, filepath.ToSlash(change.At.File)), Line: change.At.Line, Column: 1, EndLine: change.At.Line, EndColumn: 1}
	}
	return step
}
