package driver

import (
	"context"
	"encoding/json"
	"fmt"
	"go/doc/comment"
	"io"
	"slices"
	"strings"

	"github.com/urfave/cli/v3"

	"github.com/tenantvet/tenantvet/analyzer"
	"github.com/tenantvet/tenantvet/internal/config"
	"github.com/tenantvet/tenantvet/internal/proof/examples"
	cases "github.com/tenantvet/tenantvet/testdata/schema"
)

// rulesCommand is `tenantvet rules`: the table of rules.
func (r *runner) rulesCommand() *cli.Command {
	return sub("rules", r.does(func(_ context.Context, o options) (int, error) {
		if len(o.patterns) > 0 {
			return 0, misusef("rules: takes no arguments; tenantvet explain %s tells about a rule", o.patterns[0])
		}
		switch o.format {
		case "text":
			writeRules(r.stdout)
			return Clean, nil
		case "json":
			return Clean, writeRulesJSON(r.stdout)
		}
		return 0, misusef("rules: -format is text or json, not %s", o.format)
	}))
}

func writeRules(w io.Writer) {
	width := 0
	for _, r := range analyzer.Rules() {
		width = max(width, len(r.Name))
	}
	for _, r := range analyzer.Rules() {
		fmt.Fprintf(w, "%-*s  %-7s  %s\n", width, r.Name, r.Group, r.Title)
	}
}

func writeRulesJSON(w io.Writer) error {
	type rule struct {
		Name   string `json:"name"`
		Group  string `json:"group"`
		Title  string `json:"title"`
		Doc    string `json:"doc"` // a Go doc comment
		URL    string `json:"url"`
		Schema bool   `json:"schema"` // about migrations
	}
	var out []rule
	for _, r := range analyzer.Rules() {
		out = append(out, rule{r.Name, string(r.Group), r.Title, r.Doc, r.URL, r.Schema})
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(out)
}

// explainCommand is `tenantvet explain rule`: the rule's page.
func (r *runner) explainCommand() *cli.Command {
	return sub("explain", r.does(func(_ context.Context, o options) (int, error) {
		if len(o.patterns) == 0 {
			return 0, misusef("explain: name a rule, as in tenantvet explain rawpool; tenantvet rules lists them")
		}
		for i, name := range o.patterns {
			rule, err := ruleNamed(name)
			if err != nil {
				return 0, err
			}
			if i > 0 {
				fmt.Fprintln(r.stdout)
			}
			fmt.Fprint(r.stdout, page(rule))
		}
		return Clean, nil
	}))
}

func ruleNamed(name string) (analyzer.Rule, error) {
	rules := analyzer.Rules()
	i := slices.IndexFunc(rules, func(r analyzer.Rule) bool { return r.Name == name })
	if i >= 0 {
		return rules[i], nil
	}
	hint := "tenantvet rules lists them"
	if near := config.Closest(name, ruleNames()); near != "" {
		hint = "did you mean " + near + "?"
	}
	return analyzer.Rule{}, misusef("%s: no such rule; %s", name, hint)
}

const pageWidth = 80

// page is a rule's section of the documentation, and the examples that were run
// on a server.
func page(r analyzer.Rule) string {
	var b strings.Builder
	printer := &comment.Printer{TextWidth: pageWidth}
	doc := r.Doc
	if _, body, ok := strings.Cut(doc, "\n"); ok { // the first line is the title
		doc = body
	}
	what := "Go code"
	if r.Schema {
		what = "migrations"
	}
	fmt.Fprintf(&b, "%s: %s\ngroup %s, about %s\n\n", r.Name, r.Title, r.Group, what)
	b.Write(printer.Text(new(comment.Parser).Parse(doc)))
	if r.Schema {
		if c := cases.Of(r.Name); len(c) > 0 {
			fmt.Fprintf(&b, "\nRun on PostgreSQL: after this migration\n\n%s\nthe attack gets through:\n\n%s\nand after this one it doesn't:\n\n%s",
				indented(c[0].Bad), indented(c[0].Attack), indented(c[0].Fix))
		}
	} else if bad, fixed := examples.Of(r.Name); len(bad) > 0 {
		fmt.Fprintf(&b, "\nRun on PostgreSQL, this goes wrong:\n\n%s", indented(bad[0].Source))
		if len(fixed) > 0 {
			fmt.Fprintf(&b, "\nand this doesn't:\n\n%s", indented(fixed[0].Source))
		}
	}
	fmt.Fprintf(&b, "\n%s\n", r.URL)
	return b.String()
}

func indented(text string) string {
	var b strings.Builder
	for line := range strings.Lines(strings.TrimSpace(text) + "\n") {
		if strings.TrimSpace(line) != "" {
			b.WriteString("\t")
		}
		b.WriteString(line)
	}
	return b.String()
}
