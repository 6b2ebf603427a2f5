package rules

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/tenantvet/tenantvet/sqlcheck"
	"github.com/tenantvet/tenantvet/sqlcheck/schema"
)

// definerfunc reports SECURITY DEFINER functions over tenants' rows that a caller
// can turn against their purpose: by a temporary table of a name that they use, or
// by calling them, where they don't ask who calls.
func definerfunc(s *State) []Finding {
	asked := s.askedByPolicies()
	var out []Finding
	for _, f := range s.Model.Functions {
		if !f.SecurityDefiner {
			continue
		}
		tables := s.tenantsRead(f, nil)
		if names := f.Unqualified; len(names) > 0 && !endsInTemp(f) && (len(tables) > 0 || asked[f] != "") {
			what := "uses " + strings.Join(names, ", ") + " by a name without schema"
			how, theirs := "its search_path doesn't end in pg_temp", "their search_path doesn't end in pg_temp"
			if searchPath(f) == "" {
				how, theirs = "no search_path is set on it", "no search_path is set on them"
			}
			finding := Finding{At: f.At, Object: f.Name, Subject: "search_path", Cause: "search_path, and " + how,
				InAll:   "SECURITY DEFINER functions %s use relations by names without schema, and " + theirs + ": a temporary table of such a name is used instead",
				Message: fmt.Sprintf("SECURITY DEFINER function %s %s, and %s: a temporary table of that name is used instead", f.Name, what, how),
				Advice:  "SET search_path = pg_catalog, public, pg_temp on the function, or name the schema",
			}
			if asked[f] != "" {
				finding.Message += "; " + asked[f] + " asks it"
			} else if f.Returns == "void" && !f.Trigger() {
				finding.Group = Suspect // it tells nobody what it read
			}
			if s.byPostgREST(tables) {
				// Clients send no statements, and so make no temporary tables.
				finding.Group = Suspect
				finding.Message += "; whoever logs in to the database can make one"
			}
			out = append(out, finding)
			continue
		}
		if finding, ok := s.tellsAnybody(f, tables); ok && asked[f] == "" && finding.Rule == "" {
			out = append(out, finding)
		}
	}
	return out
}

// byPostgREST reports whether clients come to tables with requests rather than
// statements: as anon and authenticated, of whom the policies speak.
func (s *State) byPostgREST(tables []*schema.Table) bool {
	if len(s.Roles.App) > 0 {
		return false
	}
	return len(tables) > 0 && !slices.ContainsFunc(tables, func(t *schema.Table) bool { return !s.supabase(t) })
}

// askedByPolicies lists the functions that policies of tenants' tables call, with one
// of these policies.
func (s *State) askedByPolicies() map[*schema.Function]string {
	out := map[*schema.Function]string{}
	for _, t := range s.tenants {
		for _, p := range t.Policies {
			for _, f := range s.judge.Calls(p) {
				if out[f] == "" {
					out[f] = "policy " + p.Name + " of " + shown(t.Table)
				}
			}
		}
	}
	return out
}

// tenantsRead lists the tenants' tables that a function reads, itself or through
// others.
func (s *State) tenantsRead(f *schema.Function, seen []*schema.Function) []*schema.Table {
	if slices.Contains(seen, f) {
		return nil
	}
	seen = append(seen, f)
	var out []*schema.Table
	for _, name := range f.Reads {
		if t := s.named(name); t != nil && t.RLS && s.isTenant(t) {
			out = append(out, t)
		}
	}
	for _, g := range s.Model.Functions {
		if slices.Contains(f.Calls, g.Schema+"."+g.Name) {
			out = append(out, s.tenantsRead(g, seen)...)
		}
	}
	return out
}

// tellsAnybody reports a function that returns tenants' rows to every role and
// doesn't ask who calls.
func (s *State) tellsAnybody(f *schema.Function, tables []*schema.Table) (Finding, bool) {
	if f.Trigger() || f.Procedure || f.Returns == "void" || f.Returns == "boolean" || s.asksWhoCalls(f, nil) || !forPublic(f) {
		return Finding{}, false
	}
	if _, _, lost := lostRevoke(f); lost {
		return Finding{}, false // weakened
	}
	became, since := becameDefiner(f)
	owner := f.Owner
	if owner == "" {
		owner = s.Roles.Migrating
	}
	for _, t := range tables {
		sure, open := s.paths().SeesAll(owner, t)
		if !open {
			continue
		}
		finding := Finding{At: f.At, Object: f.Name, Subject: "executable by PUBLIC",
			Message: fmt.Sprintf("SECURITY DEFINER function %s reaches %s past its policies, doesn't ask who calls, and may be executed by PUBLIC, which is the default", f.Name, shown(t)),
			Advice:  "REVOKE EXECUTE ON FUNCTION " + f.Name + " FROM " + executors(f) + ", and compare the rows with the context in it",
			Cause:   "executable by PUBLIC",
			InAll:   "SECURITY DEFINER functions %s reach tenants' tables past their policies, don't ask who calls, and may be executed by PUBLIC, which is the default",
			AdviceForAll: "REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA " + cmp.Or(f.Schema, "public") + " FROM " + executors(f) + ", grant to the roles that need them, " +
				"and compare the rows with the context in them",
		}
		if since {
			finding.Rule, finding.At, finding.Subject = "weakened", became.At, "became definer"
			finding.Message = fmt.Sprintf("function %s becomes SECURITY DEFINER here: it reaches %s past its policies, doesn't ask who calls, and may be executed by PUBLIC", f.Name, shown(t))
		}
		// What is asked for may be a secret that only the caller knows, and one value from
		// code in between no more than how many rows there were.
		if !sure || len(f.Args) > 0 || !f.ReturnsSet && f.Language != "sql" && !s.isRow(f.Returns) {
			finding.Group = Suspect
		}
		return finding, true
	}
	return Finding{}, false
}

// isRow reports whether a type is that of a table's rows.
func (s *State) isRow(name string) bool {
	in, table, ok := strings.Cut(name, ".")
	if !ok {
		in, table = "", name
	}
	return s.Model.Table(sqlcheck.Name{Schema: in, Name: table}) != nil
}

// executors are those of everybody to whom a function is granted. At Supabase each has
// it by itself, whatever PUBLIC may do.
func executors(f *schema.Function) string {
	var out []string
	for _, role := range everybody {
		if slices.ContainsFunc(f.Grants, func(g schema.Grant) bool {
			return g.Grantee == role && slices.Contains(g.Privileges, "execute")
		}) {
			out = append(out, roleName(role))
		}
	}
	return strings.Join(out, ", ")
}

// asksCaller reports whether a function's result can depend on who calls.
func asksCaller(f *schema.Function) bool {
	body := strings.ToLower(f.Body)
	return len(f.Settings) > 0 || slices.ContainsFunc([]string{"current_user", "session_user", "current_role", "auth.", "current_setting"},
		func(word string) bool { return strings.Contains(body, word) })
}

// asksWhoCalls reports whether a function, or one that it calls, asks that.
func (s *State) asksWhoCalls(f *schema.Function, seen []*schema.Function) bool {
	if slices.Contains(seen, f) {
		return false
	}
	seen = append(seen, f)
	return asksCaller(f) || slices.ContainsFunc(s.Model.Functions, func(g *schema.Function) bool {
		return slices.Contains(f.Calls, g.Schema+"."+g.Name) && s.asksWhoCalls(g, seen)
	})
}

func forPublic(f *schema.Function) bool {
	return slices.ContainsFunc(f.Grants, func(g schema.Grant) bool {
		return slices.Contains(everybody, g.Grantee) && slices.Contains(g.Privileges, "execute")
	})
}
