package analyzer

import (
	"fmt"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/site"
	"github.com/tenantvet/tenantvet/sqlcheck"
)

// copyintorls reports COPY FROM into tables with row-level security, outside
// the privileged packages.
func copyintorls(pass *analysis.Pass, res *site.Result) []*finding {
	if res.Tenancy.Privileged(pass.Pkg.Path()) {
		return nil
	}
	var found []*finding
	seen := map[ssa.Value]bool{}
	for _, s := range res.Sites {
		relation, owner, ok := copiedInto(s, res)
		if !ok || s.TextArg != nil && seen[s.TextArg] {
			continue // lib/pq runs the prepared COPY once for each row
		}
		seen[s.TextArg] = true
		who := "every role that its policies bind"
		if owner != "" {
			who += ", which is all but the owner, " + owner
		}
		found = append(found, at(s, &finding{
			message: fmt.Sprintf("COPY FROM into %s fails (0A000) for %s: where it works, row-level security is bypassed", relation, who),
			advice:  "insert the rows as a batch in the tenant-scoped transaction",
			subject: "COPY " + relation,
		}))
	}
	return found
}

// copiedInto returns the table with row-level security that a site copies rows
// into, and who its owner is if the policies don't bind the owner.
func copiedInto(s *site.Site, res *site.Result) (relation, owner string, ok bool) {
	for _, t := range s.Texts {
		for _, st := range t.Facts.Statements {
			if st.Op != sqlcheck.CopyFrom {
				continue
			}
			for _, r := range st.Relations {
				table, tenant := res.Tenancy.Relation(r.Name)
				if !r.Write || !tenant || table == nil || !table.RLS {
					continue
				}
				if !table.Forced {
					owner = table.Owner
				}
				return r.Name.String(), owner, true
			}
		}
	}
	return "", "", false
}
