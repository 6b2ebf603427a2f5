package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tenantvet/tenantvet/sqlcheck/schema"
)

// exposedsecret reports tables with credentials that everybody may read: granted to
// PUBLIC or to the roles of requests, without row level security.
func exposedsecret(s *State) []Finding {
	var out []Finding
	for _, t := range s.Model.Tables {
		if t.Kind != schema.BaseTable || t.RLS || t.Assumed || s.Shared(t) {
			continue
		}
		secret := secretColumn(t)
		for _, g := range t.Grants {
			if secret == "" || !slices.Contains(everybody, g.Grantee) || !slices.Contains(g.Privileges, "select") || g.Column != "" && g.Column != secret {
				continue
			}
			out = append(out, Finding{
				At: g.At, Object: shown(t), Subject: "column " + secret,
				Message: fmt.Sprintf("%s may read %s of %s, and no row level security is enabled there: everybody's credentials are within reach", roleName(g.Grantee), secret, shown(t)),
				Advice:  "REVOKE SELECT ON " + shown(t) + " FROM " + roleName(g.Grantee) + ", and enable row level security",
			})
			break
		}
	}
	return out
}

// secretColumn finds a column of credentials: by the words of its name, and a type
// that can hold one.
func secretColumn(t *schema.Table) string {
	for _, c := range t.Columns {
		if c.Type != "text" && c.Type != "character varying" && c.Type != "bytea" && c.Type != "uuid" {
			continue
		}
		for _, word := range strings.Split(strings.ToLower(c.Name), "_") {
			if slices.Contains([]string{"token", "secret", "password", "passwd", "otp", "totp", "passcode"}, word) {
				return c.Name
			}
		}
	}
	return ""
}
