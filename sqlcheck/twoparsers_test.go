package sqlcheck_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/tenantvet/tenantvet/sqlcheck"
	"github.com/tenantvet/tenantvet/sqlcheck/internal/pgparse"
)

// factsFile names the file that a test process writes the facts of the whole
// corpus to, for the process with the other parser.
const factsFile = "TENANTVET_FACTS_FILE"

// corpusFacts are the facts about the texts of the corpus, of which the statements
// must be inside and in order. The parsers word their errors differently, so that
// only the cause counts.
func corpusFacts(t *testing.T, texts []corpusText) []string {
	t.Helper()
	var facts []string
	for _, c := range texts {
		tmpl := template(c.text)
		f := sqlcheck.Analyze(tmpl)
		end := 0
		for _, s := range f.Statements {
			if s.Pos < end || s.End < s.Pos || s.End > len(tmpl.Render()) {
				t.Errorf("%s: statement %d-%d after %d of %q", c.name, s.Pos, s.End, end, tmpl)
			}
			end = s.End
		}
		s := f.String()
		if f.Err != nil {
			s = f.Err.Cause.String()
		}
		facts = append(facts, s)
	}
	return facts
}

// TestTwoParsers holds that the facts are the same with either parser. Linked
// together their protobuf registrations clash, so that the other parser's facts
// come from a process of its own.
func TestTwoParsers(t *testing.T) {
	if file := os.Getenv(factsFile); file != "" {
		facts := corpusFacts(t, corpus(t))
		data, err := json.Marshal(facts)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, data, 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	if testing.Short() {
		t.Skip("reads the whole corpus twice")
	}
	if pgparse.Grammar != 16 {
		t.Skip("compared in the run with the other parser")
	}
	file := filepath.Join(t.TempDir(), "facts.json")
	cmd := exec.Command("go", "test", "-count=1", "-tags", "tenantvet_purego", "-run", "^TestTwoParsers$", ".")
	cmd.Env = append(os.Environ(), factsFile+"="+file)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var other []string
	if err := json.Unmarshal(data, &other); err != nil {
		t.Fatal(err)
	}
	texts := corpus(t)
	facts := corpusFacts(t, texts)
	if len(facts) != len(other) {
		t.Fatalf("%d and %d texts", len(facts), len(other))
	}
	excepted := exceptions(t)
	differ := map[string]bool{}
	for i, c := range texts {
		if facts[i] == other[i] {
			continue
		}
		differ[c.name] = true
		for _, p := range c.parts { // a function's body may be in several
			differ[p] = true
		}
		if excepted[c.name] || slices.ContainsFunc(c.parts, func(p string) bool { return excepted[p] }) {
			continue
		}
		t.Errorf("%s: %s\ngrammar 16: %s\ngrammar 18: %s", c.name, c.text, strings.TrimSpace(facts[i]), strings.TrimSpace(other[i]))
	}
	for name := range excepted {
		if !differ[name] {
			t.Errorf("%s: the parsers don't differ", name)
		}
	}
	t.Logf("%d texts, %d exceptions", len(texts), len(excepted))
}

// exceptions reads the names of the texts about which the parsers may differ.
func exceptions(t *testing.T) map[string]bool {
	t.Helper()
	data, err := os.ReadFile("testdata/parsers/exceptions.txt")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]bool{}
	reason := false
	for i, line := range strings.Split(string(data), "\n") {
		file, numbers, ok := strings.Cut(strings.TrimPrefix(line, "\t"), ": ")
		switch {
		case strings.HasPrefix(line, "#"), line == "":
		case !strings.HasPrefix(line, "\t"):
			reason = true
		case !ok || !reason:
			t.Fatalf("exceptions.txt:%d: no reason, or no file and numbers", i+1)
		default:
			for _, r := range strings.Fields(numbers) {
				first, last, ok := strings.Cut(r, "-")
				if !ok {
					last = first
				}
				from, err1 := strconv.Atoi(first)
				to, err2 := strconv.Atoi(last)
				if err1 != nil || err2 != nil || to < from {
					t.Fatalf("exceptions.txt:%d: %q is no range", i+1, r)
				}
				for n := from; n <= to; n++ {
					out[fmt.Sprintf("%s#%d", file, n)] = true
				}
			}
		}
	}
	return out
}
