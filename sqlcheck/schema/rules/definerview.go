package rules

import (
	"fmt"

	"github.com/tenantvet/tenantvet/sqlcheck/schema"
	"github.com/tenantvet/tenantvet/sqlcheck/schema/detour"
)

// definerview reports views that show a tenant table's rows with the rights of an
// owner whom its policies don't bind, or may not.
func definerview(s *State) []Finding {
	return s.detours(schema.View, func(v *schema.Table, d detour.Detour) Finding {
		f := Finding{
			Message: fmt.Sprintf("%s is %s: it shows every tenant's rows", shown(v), d.Reason),
			Advice:  "ALTER VIEW " + shown(v) + " SET (security_invoker = true)",
		}
		if e, ok := last(v.History, schema.OptionSet, schema.OptionLost); ok && e.Kind == schema.OptionLost && e.Name == "security_invoker" {
			f.At = e.At
			f.Message = fmt.Sprintf("%s loses security_invoker here, and is %s: it shows every tenant's rows", shown(v), d.Reason)
		}
		return f
	})
}

// detours finds relations of a kind that lead past the policies, and that others
// than their owner may use.
func (s *State) detours(kind schema.TableKind, describe func(*schema.Table, detour.Detour) Finding) []Finding {
	var out []Finding
	for _, v := range s.Model.Tables {
		if v.Kind != kind {
			continue
		}
		d, ok := s.paths().Of(v)
		if !ok || len(s.keepers) > 0 && s.reachable(v) == "" {
			continue
		}
		f := describe(v, d)
		f.Object, f.Subject = shown(v), "of "+d.Table
		if f.At.Line == 0 {
			f.At = born(v)
			if e, ok := last(v.History, schema.Created, schema.Replaced); ok {
				f.At = e.At
			}
		}
		if !d.Sure {
			f.Group = Suspect
		}
		out = append(out, f)
	}
	return out
}

// paths tells which relations lead past the policies.
func (s *State) paths() detour.Paths {
	return detour.Paths{
		Model:    s.Model,
		Tenant:   func(t *schema.Table) bool { return t.RLS && len(t.Policies) > 0 && s.isTenant(t) },
		Shared:   s.Shared,
		Setting:  s.Setting,
		Bypasses: s.bypasses,
		Owner:    s.Roles.Migrating,
	}
}
