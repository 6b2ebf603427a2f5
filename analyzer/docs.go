package analyzer

import (
	_ "embed"
	"strings"
)

//go:embed doc.go
var docSource string

// Rules lists the rules of the suite in the order of the documentation.
func Rules() []Rule {
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
