package analyzer

import (
	"fmt"
	"go/token"
	"slices"
	"strings"

	"github.com/tenantvet/tenantvet/analyzer/internal/scope"
	"github.com/tenantvet/tenantvet/analyzer/internal/site"
)

// bypassingLogins are the findings of bypassrole on handles that were opened as
// a role which no policy binds: one a handle, where it was opened, else where it
// is handed to code that runs statements on tenant relations.
func bypassingLogins(res *site.Result) []*finding {
	var found []*finding
	seen := map[token.Pos]bool{}
	for _, s := range res.Sites {
		login, opened := overLogin(s, res)
		if login == nil || login.Declared || s.Need != nil && s.Need.Privileged {
			continue
		}
		f := at(s, aboutLogin(s, login))
		if call := res.CallAt(opened); call != nil && opened != s.Pos {
			f.path = append([]step{{pos: s.Start, message: "it is used here"}}, f.path...)
			f.pos, f.end, f.words, f.site = call.Fun.Pos(), call.Fun.End(), nil, nil
			f.also = append(f.also, s.Start)
		}
		if login.Posn != "" {
			f.path = append([]step{{posn: login.Posn, message: login.What + " enters the program here"}}, f.path...)
		}
		if !seen[f.pos] {
			seen[f.pos] = true
			found = append(found, f)
		}
	}
	return found
}

// aboutLogin says what a login does to a site.
func aboutLogin(s *site.Site, login *scope.Login) *finding {
	relation, operation := touched(s)
	if login.Owner != "" {
		return &finding{
			group: Suspect,
			message: fmt.Sprintf("%s on %s runs as %s, which owns the table: without FORCE the policies don't bind their owner, and it sees every tenant's rows",
				operation, relation, login.Owner),
			advice:  "open the handle as a role that owns nothing, or ALTER TABLE " + relation + " FORCE ROW LEVEL SECURITY",
			subject: login.Owner + " " + relation,
		}
	}
	return &finding{
		message: fmt.Sprintf("%s on %s runs over a handle that was opened with %s: row-level security does not bind its role, and it sees every tenant's rows whatever context is set",
			operation, relation, login.What),
		advice:  "open it as a role that the policies bind, or declare the handle under handles.privileged in tenantvet.yaml",
		subject: login.What,
	}
}

func touched(s *site.Site) (relation, operation string) {
	if s.Need != nil {
		return s.Need.Relation, s.Need.Operation
	}
	return s.Relation, s.Operation
}

// overLogin returns the login under a site for which the policies of what the
// site touches don't hold, and the call in this package that opened its handle.
func overLogin(s *site.Site, res *site.Result) (*scope.Login, token.Pos) {
	relation, _ := touched(s)
	if relation == "" || s.Relation == "" && !s.OverLogin {
		return nil, token.NoPos
	}
	for _, h := range s.Handles {
		login, opened := h.Login()
		if login == nil || login.Owner != "" && (!res.Tenancy.UnforcedOwner(login.Owner, relation) || s.Verdict.Kind == scope.Unscoped) {
			continue // bound by the policies, or reported as outside of any scope
		}
		return login, opened
	}
	return nil, token.NoPos
}

// grantsBypass reports a statement that makes others members of a role which no
// policy binds: SET ROLE takes them there. Who bypasses already gains nothing.
func grantsBypass(s *site.Site, res *site.Result) *finding {
	for _, t := range s.Texts {
		for _, st := range t.Facts.Statements {
			for _, g := range st.Grants {
				why := res.Tenancy.RoleBypasses(g.Role)
				if why == "" || !slices.ContainsFunc(g.To, func(to string) bool { return res.Tenancy.RoleBypasses(to) == "" }) {
					continue
				}
				return &finding{
					message: fmt.Sprintf("grants %s, %s, to %s: SET ROLE takes its members past row-level security", g.Role, why, strings.Join(g.To, ", ")),
					advice:  "grant what the members need on the tables instead, or do it in a package that tenantvet.yaml declares privileged",
					subject: "GRANT " + g.Role,
				}
			}
		}
	}
	return nil
}
