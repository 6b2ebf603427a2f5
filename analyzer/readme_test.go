package analyzer_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/tenantvet/tenantvet/analyzer"
)

var update = flag.Bool("update", false, "write the rule table into the README")

// The table in the README is made from the same text as the help.
func TestDocsRuleTable(t *testing.T) {
	const file, begin, end = "../README.md", "<!-- rules: begin -->\n", "<!-- rules: end -->"
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, ok := strings.Cut(string(text), begin)
	if !ok {
		t.Fatalf("%s: no line %q", file, begin)
	}
	have, tail, ok := strings.Cut(rest, end)
	if !ok {
		t.Fatalf("%s: no line %q", file, end)
	}
	want := ruleTable()
	if have == want {
		return
	}
	if !*update {
		t.Fatalf("%s: the rule table is stale; run go test ./analyzer -run Docs -update", file)
	}
	if err := os.WriteFile(file, []byte(head+begin+want+end+tail), 0o644); err != nil {
		t.Fatal(err)
	}
}

func ruleTable() string {
	var b strings.Builder
	b.WriteString("| rule | group | finds |\n|---|---|---|\n")
	for _, r := range analyzer.Rules() {
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", r.Name, r.Group, strings.ReplaceAll(r.Title, "|", `\|`))
	}
	return b.String()
}
