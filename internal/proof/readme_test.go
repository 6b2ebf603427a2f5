package proof

import (
	"flag"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/tenantvet/tenantvet/internal/proof/pgserver"
)

var update = flag.Bool("update", false, "write the tool's output into the README")

// What the README says that the first command prints is what it prints.
func TestDocsShopOutput(t *testing.T) {
	documented(t, "shop", excerpt(string(output(t, "../..", 1, "-C", "examples/shop", "./..."))))
}

// And what it shows of a system, before and after.
func TestDocsTour(t *testing.T) {
	pgserver.Need(t, server)
	const leaking, safe = "../../examples/systems/denybydefault/leaking", "../../examples/systems/denybydefault/safe"
	documented(t, "tour", "$ cd examples/systems/denybydefault/leaking\n$ tenantvet ./...\n"+
		headlines(string(output(t, leaking, 1, "./...")))+
		"$ tenantvet prove\n"+matrix(string(output(t, leaking, 1, "prove")))+
		"$ cd ../safe; tenantvet ./... && tenantvet prove\n"+
		first(string(output(t, safe, 0, "./...")))+"[...]\n"+last(string(output(t, safe, 0, "prove"))))
}

// documented compares a part of the README with what it should be, or writes it.
func documented(t *testing.T, part, want string) {
	t.Helper()
	const file = "../../README.md"
	begin, end := "<!-- "+part+": begin -->\n", "<!-- "+part+": end -->"
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
	want = "```text\n" + want + "```\n"
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

// headlines are the first lines of findings.
func headlines(report string) string {
	var b strings.Builder
	for block := range strings.SplitSeq(report, "\n\n") {
		if head := first(block); strings.Count(head, ":") > 3 {
			b.WriteString(head)
		}
	}
	return b.String() + "[...]\n"
}

// matrix is the red team's, with the first thing that got through.
func matrix(report string) string {
	blocks := strings.Split(report, "\n\n")
	shown := strings.Join(blocks[1:3], "\n\n") + "\n[...]\n" + last(report)
	return randomKey.ReplaceAllString(shown, "'…'")
}

var randomKey = regexp.MustCompile(`'[0-9a-f]{8}-[0-9a-f-]{27}'`)

func first(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line + "\n"
}

func last(text string) string {
	text = strings.TrimSpace(text)
	return text[strings.LastIndexByte(text, '\n')+1:] + "\n"
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
