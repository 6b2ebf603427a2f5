package rules

import (
	"fmt"
	"strings"

	"github.com/tenantvet/tenantvet/sqlcheck/schema"
)

// noforce reports tables whose policies don't bind their owner, where the
// application may be the owner.
func noforce(s *State) []Finding {
	var out []Finding
	for _, t := range s.tenants {
		if t.Kind != schema.BaseTable || !t.RLS || t.Forced || len(t.Policies) == 0 {
			continue
		}
		if _, was := last(t.History, schema.RLSUnforced); was {
			continue // weakened
		}
		is, app := s.appOwns(t.Table)
		if is == apart {
			continue
		}
		enabled, _ := last(t.History, schema.RLSEnabled)
		f := Finding{
			At: enabled.At, Object: shown(t.Table), Subject: "not forced",
			Cause: "owner " + s.owner(t.Table), AdviceForAll: "ALTER TABLE .. FORCE ROW LEVEL SECURITY for each, or let the application log in as a role that owns nothing (roles: in tenantvet.yaml)",
			Advice: "ALTER TABLE " + shown(t.Table) + " FORCE ROW LEVEL SECURITY, or let the application log in as a role that owns nothing (roles: in tenantvet.yaml)",
		}
		switch owner := s.owner(t.Table); {
		case is == isOwners && len(s.Roles.App) == 0:
			f.Group = Breach
			f.Message = fmt.Sprintf("the policies of %s don't bind its owner %s, and of the roles that can log in only %s reaches its rows: it reaches every tenant's", shown(t.Table), owner, app)
		case is == isOwners:
			f.Group = Breach
			f.Message = fmt.Sprintf("the policies of %s don't bind its owner %s, and the application logs in as %s: it reaches every tenant's rows", shown(t.Table), owner, app)
		case owner != "":
			f.Message = fmt.Sprintf("the policies of %s don't bind its owner %s: if the application logs in as %s, it reaches every tenant's rows", shown(t.Table), owner, owner)
		default:
			f.Message = fmt.Sprintf("the policies of %s don't bind its owner, who is the role that runs the migrations: if the application logs in as that role, it reaches every tenant's rows", shown(t.Table))
		}
		f.InAll = strings.Replace(f.Message, "the policies of "+shown(t.Table)+" don't bind its owner", "the policies of %s don't bind their owner", 1)
		out = append(out, f)
	}
	return out
}
