package sqlcheck_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tenantvet/tenantvet/sqlcheck"
)

var update = flag.Bool("update", false, "write the facts into the golden files; see that both parsers agree on them")

// TestFacts holds the facts about the statements in testdata/facts to what
// stands there, with either parser. A case is a title line ("== ..."), the text,
// a line "--", and the facts. Holes are written ⟨⟩, ⟨int⟩, ⟨ident⟩ and ⟨literal⟩.
func TestFacts(t *testing.T) {
	files, err := filepath.Glob("testdata/facts/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no golden files: %v", err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		head, cases, _ := strings.Cut(string(data), "== ")
		var out strings.Builder
		out.WriteString(head)
		for _, c := range strings.Split(cases, "\n== ") {
			title, body, _ := strings.Cut(c, "\n")
			sql, want, _ := strings.Cut(body, "\n--\n")
			want = strings.TrimRight(want, "\n")
			got := sqlcheck.Analyze(template(sql)).String()
			out.WriteString("== " + title + "\n" + sql + "\n--\n" + got + "\n")
			if *update {
				continue
			}
			t.Run(filepath.Base(file)+"/"+title, func(t *testing.T) {
				if got := strings.TrimRight(got, "\n"); got != want {
					t.Errorf("%s\ngot:\n%s\nwant:\n%s", sql, got, want)
				}
			})
		}
		if *update {
			if err := os.WriteFile(file, []byte(strings.TrimRight(out.String(), "\n")+"\n"), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// template reads the notation of the golden files.
func template(s string) sqlcheck.Template {
	var t sqlcheck.Template
	for {
		text, rest, found := strings.Cut(s, "⟨")
		if text != "" {
			t.Parts = append(t.Parts, sqlcheck.Part{Text: text})
		}
		if !found {
			return t
		}
		kind, after, _ := strings.Cut(rest, "⟩")
		trust := map[string]sqlcheck.Trust{
			"int": sqlcheck.Inert, "ident": sqlcheck.QuotedIdentifier, "literal": sqlcheck.QuotedLiteral,
		}[kind]
		t.Parts = append(t.Parts, sqlcheck.Part{Hole: &sqlcheck.Hole{Trust: trust}})
		s = after
	}
}
