package analyzer

import (
	_ "embed"
	"strings"

	"github.com/tenantvet/tenantvet/sqlcheck/schema/rules"
)

//go:embed doc.go
var docSource string

// Rules lists the rules in the order of the documentation: those of the suite,
// then those about migrations.
func Rules() []Rule {
	return append(suiteRules(), schemaRules()...)
}

// schemaRules lists the rules about migrations.
func schemaRules() []Rule {
	var out []Rule
	docs := rules.Docs()
	for _, r := range rules.All() {
		title, _, _ := strings.Cut(docs[r.Name], "\n")
		out = append(out, Rule{
			Name:   r.Name,
			Group:  Group(r.Group),
			Title:  strings.TrimPrefix(title, r.Name+": "),
			Doc:    docs[r.Name],
			URL:    "https://pkg.go.dev/github.com/tenantvet/tenantvet/sqlcheck/schema/rules#hdr-Rule_" + r.Name,
			Schema: true,
		})
	}
	return out
}

// suiteRules lists the rules that are analyzers.
func suiteRules() []Rule {
	var rules []Rule
	for _, section := range strings.Split(docText(), "# Analyzer ")[1:] {
		name, body, _ := strings.Cut(section, "\n")
		body = strings.TrimSpace(body)
		title, _, _ := strings.Cut(body, "\n")
		rules = append(rules, Rule{
			Name:  name,
			Group: groupOf(name),
			Title: strings.TrimPrefix(title, name+": "),
			Doc:   body,
			URL:   "https://pkg.go.dev/github.com/tenantvet/tenantvet/analyzer#hdr-Analyzer_" + name,
		})
	}
	return rules
}

// docText returns the package comment of doc.go without comment markers.
func docText() string {
	var b strings.Builder
	for line := range strings.Lines(docSource) {
		text, ok := strings.CutPrefix(line, "//")
		if !ok {
			continue
		}
		b.WriteString(strings.TrimPrefix(text, " "))
	}
	return b.String()
}
