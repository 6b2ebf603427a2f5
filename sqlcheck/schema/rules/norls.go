package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tenantvet/tenantvet/sqlcheck/schema"
)

// norls reports tables with the tenant's column on which row level security was
// never enabled, in a schema that relies on it.
func norls(s *State) []Finding {
	var out []Finding
	if !slices.ContainsFunc(s.Model.Tables, func(t *schema.Table) bool { return t.RLS }) {
		return nil // tenants are kept apart in another way, as by a schema for each
	}
	for _, t := range s.tenants {
		if t.Kind != schema.BaseTable || t.RLS || t.PartitionOf != "" || len(t.Policies) > 0 {
			continue
		}
		if s.isRegistry(t) {
			continue // whoever logs in is looked up there before the tenant is known
		}
		if _, was := last(t.History, schema.RLSDisabled); was {
			continue // weakened
		}
		if slices.ContainsFunc(t.CopyOf, func(of string) bool { o := s.named(of); return o != nil && o.RLS && s.isTenant(o) }) {
			continue // copiedtable
		}
		f := Finding{
			At: born(t.Table), Object: shown(t.Table), Subject: "no row level security", Alike: "no row level security",
			Message: kept(t) + ", but no row level security: every tenant's rows are within reach of whoever may read it",
			Advice:  "ALTER TABLE " + shown(t.Table) + " ENABLE ROW LEVEL SECURITY and FORCE, and give it the policy of the other tables; or list it as shared in tenantvet.yaml",
		}
		if role := s.reachable(t.Table); role != "" {
			if s.neverNull(t) { // rows without tenant may be what the table is for
				f.Group = Breach
			}
			f.Alike += " for " + role
			f.Message = fmt.Sprintf("%s, but no row level security: %s, to whom it is granted, reaches every tenant's rows", kept(t), roleName(role))
		}
		if e, ok := last(t.History, schema.RLSForced); ok {
			f.Path = append(f.Path, Step{e.At, "FORCE does nothing as long as row level security is not enabled"})
		}
		out = append(out, s.unsure(f))
	}
	return out
}

// kept says why a table is the tenants': by a column, or by the configuration.
func kept(t tenant) string {
	if len(t.columns) == 0 {
		return shown(t.Table) + " is declared to be the tenants'"
	}
	return fmt.Sprintf("%s has the tenant's column %s", shown(t.Table), strings.Join(t.columns, ", "))
}

// neverNull reports whether each row has a tenant.
func (s *State) neverNull(t tenant) bool {
	for _, c := range t.Columns {
		if slices.Contains(t.columns, c.Name) && !c.NotNull {
			return false
		}
	}
	return len(t.columns) > 0
}

func roleName(role string) string {
	if role == "public" {
		return "PUBLIC"
	}
	return role
}
