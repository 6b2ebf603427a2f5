package rules

import "fmt"

// uncheckedwrite reports policies whose WITH CHECK takes another tenant's row,
// though USING keeps such rows from being seen. Without WITH CHECK, USING stands for
// it in UPDATE and ALL, and INSERT is denied.
func uncheckedwrite(s *State) []Finding {
	var out []Finding
	for _, o := range s.openings() {
		if o.rule != "uncheckedwrite" {
			continue
		}
		what := "rows may be moved to"
		switch o.policy.Command {
		case "insert":
			what = "rows may be written for"
		case "all":
			what = "rows may be written for, and moved to,"
		}
		out = append(out, Finding{
			At: o.policy.At, Object: shown(o.tenant.Table), Subject: "policy " + o.policy.Name,
			Message: fmt.Sprintf("WITH CHECK of policy %s takes any tenant's row%s: %s another tenant in %s%s", o.policy.Name, whenever(o.way), what, shown(o.tenant.Table), grantedTo(o.policy)),
			Advice:  "compare the new row with the context: WITH CHECK (" + s.usual(o.tenant, o.policy) + ")",
		})
	}
	return out
}
