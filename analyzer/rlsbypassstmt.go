package analyzer

import (
	"fmt"

	"golang.org/x/tools/go/analysis"

	"github.com/tenantvet/tenantvet/analyzer/internal/scope"
	"github.com/tenantvet/tenantvet/analyzer/internal/site"
	"github.com/tenantvet/tenantvet/sqlcheck"
	"github.com/tenantvet/tenantvet/sqlcheck/schema"
)

// rlsbypassstmt reports statements that the policies of the tenant's tables
// don't hold for, whatever the context, outside the privileged packages.
func rlsbypassstmt(pass *analysis.Pass, res *site.Result) []*finding {
	if res.Tenancy.Privileged(pass.Pkg.Path()) {
		return nil
	}
	var found []*finding
	for _, s := range res.Sites {
		for _, t := range s.Texts {
			if f := pastPolicies(t, res); f != nil {
				found = append(found, at(s, f))
				break
			}
		}
	}
	return found
}

// pastPolicies judges one text. Scripts that define the schema are migrations.
func pastPolicies(t scope.Text, res *site.Result) *finding {
	for _, st := range t.Facts.Statements {
		if st.Op == sqlcheck.DDL {
			return nil
		}
	}
	for _, st := range t.Facts.Statements {
		for _, r := range st.Relations {
			if st.Op == sqlcheck.Truncate {
				if table, ok := res.Tenancy.Relation(r.Name); ok && table != nil && table.RLS {
					return &finding{
						message: fmt.Sprintf("TRUNCATE of %s is not subject to row-level security: it removes every tenant's rows", r.Name),
						advice:  "use DELETE in a tenant-scoped transaction, or declare the package privileged in tenantvet.yaml",
						subject: "TRUNCATE " + r.Name.String(),
						words:   relationWords(t.Template, r),
					}
				}
			}
			if f := detour(st, r, res); f != nil {
				f.words = relationWords(t.Template, r)
				return f
			}
		}
	}
	return nil
}

// detour judges a relation that leads to a tenant table's rows. One whose
// tenant column the statement pins gives no others.
func detour(st sqlcheck.Statement, r sqlcheck.Relation, res *site.Result) *finding {
	switch st.Op {
	case sqlcheck.Select, sqlcheck.Insert, sqlcheck.Update, sqlcheck.Delete, sqlcheck.Merge,
		sqlcheck.CopyFrom, sqlcheck.CopyTo, sqlcheck.Truncate:
	default:
		return nil
	}
	d, ok := res.Tenancy.Detour(r.Name)
	if !ok || res.Tenancy.Pinned(r) {
		return nil
	}
	f := &finding{
		message: fmt.Sprintf("%s is %s: every tenant's rows are within reach here", r.Name, d.Reason),
		advice:  "query " + d.Table + " itself, or declare the view with security_invoker",
		subject: r.Name.String(),
	}
	if table := res.Tenancy.Schema.Model.Table(r.Name); table.Kind != schema.View {
		f.advice = "query " + d.Table + " itself"
	}
	if !d.Sure {
		f.group = Suspect
	}
	return f
}
