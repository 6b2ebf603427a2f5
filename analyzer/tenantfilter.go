package analyzer

import (
	"fmt"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/tenantvet/tenantvet/analyzer/internal/site"
	"github.com/tenantvet/tenantvet/sqlcheck"
)

// tenantfilter reports statements that name a tenant's table without a
// condition on its tenant column, outside the privileged packages.
func tenantfilter(pass *analysis.Pass, res *site.Result) []*finding {
	if res.Tenancy.Privileged(pass.Pkg.Path()) {
		return nil
	}
	var found []*finding
	for _, s := range res.Sites {
		for _, t := range s.Texts {
			f := res.Tenancy.Filtering(t)
			if len(f.Unpinned) == 0 {
				continue
			}
			m := f.Unpinned[0]
			reach, group := "rows of every tenant are within reach", Breach
			if m.Beside {
				reach, group = "where a reference leads to another tenant's rows, they are within reach", Suspect
			}
			found = append(found, at(s, &finding{
				group: group,
				message: fmt.Sprintf("%s without a condition on its %s%s: %s",
					named(m), m.Column, others(f.Unpinned), reach),
				advice:  fmt.Sprintf("add %s.%s = the tenant, or list the table as shared in tenantvet.yaml", alias(m), m.Column),
				subject: opName(m.Op) + " " + m.Name.String(),
				words:   relationWords(t.Template, m.Relation),
			}))
			break
		}
	}
	return found
}

// named says what the statement does with a relation.
func named(m site.Mention) string {
	op, name := opName(m.Op), m.Name.String()
	switch {
	case m.Write && m.Within == sqlcheck.InCTE:
		return "a common table expression changes rows of " + name
	case m.Write && m.Op == sqlcheck.Delete:
		return op + " removes rows of " + name
	case m.Write:
		return op + " changes rows of " + name
	case m.Role == sqlcheck.AsJoin:
		return op + " joins " + name
	}
	return op + " reads " + name
}

func alias(m site.Mention) string {
	if m.Alias != "" {
		return m.Alias
	}
	return m.Name.String()
}

// others names the other relations that are not pinned either.
func others(list []site.Mention) string {
	var names []string
	for _, m := range list[1:] {
		names = append(names, m.Name.String())
	}
	if len(names) == 0 {
		return ""
	}
	return ", nor one for " + strings.Join(names, ", ")
}
