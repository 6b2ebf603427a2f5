package proof

import (
	"flag"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the tool's output into the README")

// What the README says that the first command prints is what it prints.
func TestDocsShopOutput(t *testing.T) {
	const file, begin, end = "../../README.md", "<!-- shop: begin -->\n", "<!-- shop: end -->"
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
	want := "```text\n" + excerpt(string(output(t, "../..", 1, "-C", "examples/shop", "./..."))) + "```\n"
	if have == want {
		return
	}
	if !*update {
		t.Fatalf("%s: the output is stale; run go test ./internal/proof -run Docs -update; the tool prints\n%s", file, want)
	}
	if err := os.WriteFile(file, []byte(head+begin+want+end+tail), 0o644); err != nil {
		t.Fatal(err)
	}
}

// excerpt keeps two findings, one with a fix and one with a path, and the totals.
func excerpt(report string) string {
	blocks := strings.Split(strings.TrimSpace(report), "\n\n")
	var kept []string
	for i, block := range blocks {
		if strings.Contains(block, ": formattedset: ") || strings.Contains(block, ": outerhandle: ") || i == len(blocks)-1 {
			kept = append(kept, block)
		} else if len(kept) == 0 || kept[len(kept)-1] != "[...]" {
			kept = append(kept, "[...]")
		}
	}
	return strings.Join(kept, "\n\n") + "\n"
}
