package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tenantvet/tenantvet/sqlcheck/schema"
	"github.com/tenantvet/tenantvet/sqlcheck/schema/policy"
)

// globalunique reports keys of values that people choose, without the tenant: one
// tenant's value is taken for all, and a violation tells that it is.
func globalunique(s *State) []Finding {
	var out []Finding
	for _, t := range s.tenants {
		if !t.RLS || len(t.columns) == 0 || onePerTenant(t) || s.publishes(t.Table) {
			continue
		}
		seen := map[string]bool{}
		for _, k := range t.Keys {
			if columns := strings.Join(k.Columns, ", "); !spansTenants(t, k) || seen[columns] {
				continue
			} else {
				seen[columns] = true
			}
			out = append(out, Finding{
				At: k.At, Object: shown(t.Table), Subject: "key " + k.Name,
				Message: fmt.Sprintf("key %s of %s spans all tenants: where one has a row with this %s, no other can have it, and learns that", k.Name, shown(t.Table), strings.Join(k.Columns, ", ")),
				Advice:  "put the tenant into the key: UNIQUE (" + strings.Join(append([]string{t.columns[0]}, k.Columns...), ", ") + ")",
			})
		}
	}
	return out
}

// publishes reports whether rows are shown to everybody, or those that say so
// themselves: they share their names, as in addresses of pages.
func (s *State) publishes(t *schema.Table) bool {
	return slices.ContainsFunc(t.Policies, func(p *schema.Policy) bool {
		if !p.Permissive || p.Command != "select" && p.Command != "all" || !slices.ContainsFunc(p.Roles, func(r string) bool { return slices.Contains(everybody, r) }) {
			return false
		}
		a := s.answer(t, p, policy.Using)
		return a != nil && slices.ContainsFunc(a.Ways, func(w policy.Way) bool {
			return w.Class() == policy.Shared || w.Class() == policy.Open && len(w) == 0
		})
	})
}

// onePerTenant reports whether a tenant has one row at most: the table is that of
// the tenants, or of something that each has one of.
func onePerTenant(t tenant) bool {
	return slices.ContainsFunc(t.Keys, func(k schema.Key) bool {
		return len(k.Columns) == 1 && !k.Partial && slices.Contains(t.columns, k.Columns[0])
	})
}

// spansTenants reports whether a key holds values that people choose and not the
// tenant, nor anything else that belongs to one.
func spansTenants(t tenant, k schema.Key) bool {
	for _, name := range k.Columns {
		c := column(t.Table, name)
		if c == nil || slices.Contains(t.columns, name) || !chosen(t.Table, *c) {
			return false
		}
	}
	return len(k.Columns) > 0 && !k.Partial
}

// chosen reports whether people may choose a column's value: it is a text that
// nothing makes up, and no reference.
func chosen(t *schema.Table, c schema.Column) bool {
	if !isText(c) || c.Default != "" || c.Generated {
		return false
	}
	if slices.ContainsFunc(t.ForeignKeys, func(f schema.ForeignKey) bool { return slices.Contains(f.Columns, c.Name) }) {
		return false
	}
	// What is sent to somebody to prove who he is must be random.
	for _, word := range strings.Split(strings.ToLower(t.Name), "_") {
		if slices.Contains(proving, strings.TrimSuffix(word, "s")) {
			return false
		}
	}
	// What programs and other services make up is random, or not theirs to choose.
	for _, word := range strings.Split(strings.ToLower(c.Name), "_") {
		if slices.Contains(madeUp, word) {
			return false
		}
	}
	return true
}

func isText(c schema.Column) bool {
	return c.Type == "text" || c.Type == "character varying" || c.Type == "citext" || c.Type == "character"
}

var proving = []string{"invite", "invitation", "token", "session", "otp", "verification", "challenge", "nonce", "oauth"}

var madeUp = []string{"id", "uid", "uuid", "ulid", "token", "hash", "digest", "key", "secret", "fingerprint", "checksum", "sha256", "jti", "nonce", "external", "oidc", "subject", "stripe", "ref", "reference"}

func column(t *schema.Table, name string) *schema.Column {
	for i := range t.Columns {
		if t.Columns[i].Name == name {
			return &t.Columns[i]
		}
	}
	return nil
}
