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
			condition, _ := conditionOn(m)
			reach := "rows of every tenant are within reach"
			if m.Beside {
				reach = "where a reference leads to another tenant's rows, they are within reach"
			}
			found = append(found, at(s, &finding{
				group:   unpinnedGroup(m),
				message: fmt.Sprintf("%s %s%s: %s", named(m), condition, others(f.Unpinned), reach),
				advice:  fmt.Sprintf("add %s.%s = the tenant, or list the table as shared in tenantvet.yaml", alias(m), m.Column),
				subject: opName(m.Op) + " " + m.Name.String(),
				words:   relationWords(t.Template, m.Relation),
			}))
			break
		}
	}
	return found
}

// unpinnedGroup is the group of a finding about a table that is held to no tenant.
func unpinnedGroup(m site.Mention) Group {
	if _, why := conditionOn(m); m.Beside || why == sqlcheck.Optional {
		return Suspect // references decide, or callers
	}
	return Breach
}

// conditionOn says what there is instead of a condition that holds a relation to
// its tenant.
func conditionOn(m site.Mention) (words string, why sqlcheck.Why) {
	for _, near := range m.Near {
		if near.Column != m.Column {
			continue
		}
		switch near.Why {
		case sqlcheck.InOr:
			return "with its " + m.Column + " in a part of an OR only", near.Why
		case sqlcheck.Optional:
			return "with a condition on its " + m.Column + " that falls away where a parameter is NULL", near.Why
		case sqlcheck.KeptByJoin:
			return "with a condition on its " + m.Column + " in an outer join that keeps the other rows", near.Why
		case sqlcheck.UnknownValue:
			return "with its " + m.Column + " equal to what is held to no tenant either", near.Why
		case sqlcheck.OfExpression:
			return "with a condition on something computed from its " + m.Column, near.Why
		case sqlcheck.NotEquality:
			return "with a condition on its " + m.Column + " that is no equality", near.Why
		}
	}
	return "without a condition on its " + m.Column, 0
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
	return ", and " + strings.Join(names, ", ") + " likewise"
}
