package analyzer

import (
	"fmt"

	"golang.org/x/tools/go/analysis"

	"github.com/tenantvet/tenantvet/analyzer/internal/scope"
	"github.com/tenantvet/tenantvet/analyzer/internal/site"
	"github.com/tenantvet/tenantvet/internal/credential"
	"github.com/tenantvet/tenantvet/sqlcheck"
)

// brokensql reports texts that are no PostgreSQL and that are about tenants:
// nothing is known of what they were to do, and the server does none of it.
func brokensql(pass *analysis.Pass, res *site.Result) []*finding {
	var found []*finding
	for _, s := range res.Sites {
		t, ok := rejected(s)
		if !ok || res.OtherDatabase(s) {
			continue
		}
		what, subject, ok := tenantText(t.Template, res)
		if !ok {
			continue
		}
		from, to := t.Template.Word(max(0, t.Facts.Err.Offset))
		found = append(found, at(s, &finding{
			message: fmt.Sprintf("the server rejects the text that %s: %s", what, credential.Redact(t.Facts.Err.Message)),
			advice:  "correct the SQL, so that it does something and can be judged",
			subject: subject,
			words:   &words{text: t.Template, from: from, to: to, wrong: true, message: "the parser stops here"},
		}))
	}
	return found
}

// rejected returns a text of a site that the grammar rejects. Of several
// alternatives some can be impossible, put together from what never comes
// together; all of them can't.
func rejected(s *site.Site) (scope.Text, bool) {
	for _, t := range s.Texts {
		if t.Facts.Err == nil || t.Facts.Err.Cause != sqlcheck.Rejected {
			return scope.Text{}, false
		}
	}
	if len(s.Texts) == 0 {
		return scope.Text{}, false
	}
	return s.Texts[0], true
}

// tenantText says what a text that no parser takes has to do with tenants.
func tenantText(t sqlcheck.Template, res *site.Result) (what, subject string, ok bool) {
	relations, settings := sqlcheck.Mentions(t)
	for _, set := range settings {
		if res.Tenancy.IsTenantSetting(set.Name) {
			return "sets " + set.Name, "sets " + set.Name, true
		}
	}
	for _, r := range relations {
		if _, ok := res.Tenancy.Relation(r.Name); ok {
			return "is about " + r.Name.String(), r.Name.String(), true
		}
	}
	return "", "", false
}
