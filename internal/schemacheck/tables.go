package schemacheck

import (
	"github.com/tenantvet/tenantvet/internal/evidence"
	"github.com/tenantvet/tenantvet/internal/report"
	"github.com/tenantvet/tenantvet/sqlcheck/schema"
)

// Tables describes a module's tables whose rows belong to tenants as Show does, and
// tells what the migrations did to them. Files are relative to root.
func Tables(m *evidence.Module, root string) []report.Table {
	var out []report.Table
	c := New(root, false)
	for i := range m.Schemas {
		s := &m.Schemas[i]
		if c.again(m, s) {
			continue
		}
		for _, t := range c.shownSchema(m, s).Tables {
			for _, change := range s.Model.Explain(parseName(t.Name)) {
				t.Timeline = append(t.Timeline, c.step(m, change))
			}
			out = append(out, t)
		}
	}
	return out
}

// step is an event of a timeline.
func (c *Check) step(m *evidence.Module, change schema.Change) report.Step {
	step := report.Step{Message: change.Of + ": " + change.What}
	if change.At.Line > 0 {
		step.Position = c.position(m, change.At.File, change.At.Line)
	}
	return step
}
