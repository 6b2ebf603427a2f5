package report

import (
	"go/doc/comment"

	"github.com/tenantvet/tenantvet/analyzer"
)

// metadata lists the rules, and what -strict reports besides.
func (v View) metadata() []analyzer.Rule {
	return append(v.Rules[:len(v.Rules):len(v.Rules)], analyzer.Rule{
		Name: "unproven", Title: "query that can't be proven to stay within the tenant", Group: analyzer.Audit,
		URL: "https://github.com/tenantvet/tenantvet",
		Doc: "A query site on tenants' tables for which neither a proof nor a breach was found. The message says what stands in the way. Reported with -strict.",
	})
}

func descriptor(r analyzer.Rule) sarifRule {
	doc := new(comment.Parser).Parse(r.Doc)
	printer := &comment.Printer{}
	return sarifRule{
		ID: r.Name, Name: r.Name, HelpURI: r.URL,
		ShortDescription: sarifText{Text: r.Title},
		Help:             sarifText{Text: string(printer.Text(doc)), Markdown: string(printer.Markdown(doc))},
		Configuration:    sarifConfiguration{Enabled: r.Group == analyzer.Breach || r.Group == analyzer.Suspect, Level: level(string(r.Group))},
		Properties:       properties(r),
	}
}

// properties are those that code scanning sorts and filters by.
func properties(r analyzer.Rule) map[string]any {
	severity, precision, problem := "3.0", "medium", "recommendation"
	switch r.Group {
	case analyzer.Breach:
		severity, precision, problem = "8.1", "very-high", "error"
	case analyzer.Suspect:
		severity, precision, problem = "5.0", "high", "warning"
	}
	return map[string]any{
		"group":             string(r.Group),
		"precision":         precision,
		"problem.severity":  problem,
		"security-severity": severity,
		// Authorization bypass is what all of them lead to.
		"tags": []string{"security", "multi-tenancy", "external/cwe/cwe-639"},
	}
}
