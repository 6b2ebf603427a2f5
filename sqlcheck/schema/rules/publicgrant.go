package rules

import (
	"fmt"
	"slices"

	"github.com/tenantvet/tenantvet/sqlcheck/schema"
)

// publicgrant reports default privileges that give every new table to everybody:
// one that is created without row level security is open from then on.
func publicgrant(s *State) []Finding {
	var out []Finding
	for _, d := range s.Model.Defaults {
		if d.Objects != "tables" || len(s.tenants) == 0 {
			continue
		}
		for _, g := range d.Grants {
			if !slices.Contains(everybody, g.Grantee) || !handlesRows(g) {
				continue
			}
			in := ""
			if d.Schema != "" {
				in = " in schema " + d.Schema
			}
			at := g.At
			if at.Line == 0 {
				at = d.At
			}
			out = append(out, Finding{
				At: at, Object: g.Grantee, Subject: "default privileges" + in,
				Message: fmt.Sprintf("default privileges give %s every table that is created%s: one without row level security is open to everybody", roleName(g.Grantee), in),
				Advice:  "grant each table when its policies are there",
				Path:    s.openTables(g.Grantee, at),
			})
		}
	}
	return out
}

// openTables lists the tables that came by a default grant and are not protected.
func (s *State) openTables(role string, by schema.Position) []Step {
	var out []Step
	for _, t := range s.Model.Tables {
		if t.Kind != schema.BaseTable || t.RLS || t.Assumed {
			continue
		}
		for _, g := range t.Grants {
			if g.Grantee == role && g.From == schema.ByDefault && g.At == by {
				out = append(out, Step{born(t), shown(t) + " is open"})
				break
			}
		}
	}
	return out
}
