package report

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// What was found in many places is told once at a terminal, with the places; what a
// program reads has each.
func TestToldOnce(t *testing.T) {
	r := Report{Root: "."}
	add := func(rule, group, alike string, n int) {
		for i := range n {
			file := fmt.Sprintf("services/%s%02d/1.sql", group, i)
			r.Findings = append(r.Findings, Finding{Rule: rule, Group: group, Alike: alike, About: fmt.Sprintf("t%d", i),
				Position: Position{File: file, Line: 7, Column: 1}, Message: fmt.Sprintf("t%d is not forced", i), Advice: "force it"})
		}
	}
	add("noforce", "suspect", "owner", 20)
	add("noforce", "breach", "owner", 3) // few are told each
	add("openpolicy", "suspect", "", 5)  // and so is what has nothing in common
	root := t.TempDir()
	text := string(written(t, "text", r, View{Root: root, Dir: root}))
	for _, c := range []struct {
		text string
		n    int
	}{
		{"noforce (suspect): ", 1}, {"services/suspect00/1.sql:7:1: noforce (suspect): t0 is not forced\n    the same in 19 more places:\n    services/suspect01/1.sql:7: t1\n", 1},
		{": t12\n    and 7 more, which the JSON report has\n    do: force it\n", 1},
		{": noforce: ", 3}, {": openpolicy (suspect): ", 5},
		{"28 findings", 1},
	} {
		if got := strings.Count(text, c.text); got != c.n {
			t.Errorf("%q is there %d times, want %d, in\n%s", c.text, got, c.n, text)
		}
	}
	var out struct{ Findings []Finding }
	if err := json.Unmarshal(written(t, "json", r, View{Root: root, Dir: root}), &out); err != nil || len(out.Findings) != 28 {
		t.Errorf("%d findings in JSON, %v", len(out.Findings), err)
	}
}

// The line about the schema names few directories, however many there are.
func TestSchemaLine(t *testing.T) {
	var services, prisma []string
	for i := range 20 {
		services = append(services, fmt.Sprintf("s%02d/migrations/1.sql", i))
		prisma = append(prisma, fmt.Sprintf("prisma/migrations/%04d_x/migration.sql", i))
	}
	root := t.TempDir()
	for want, files := range map[string][]string{
		"schema: 20 files in prisma/migrations\n": prisma,
		"schema: 20 files: 1 in s00/migrations, 1 in s01/migrations, 1 in s02/migrations, 1 in s03/migrations, 1 in s04/migrations, 1 in s05/migrations, 14 in 14 more directories\n": services,
	} {
		text := string(written(t, "text", Report{Root: ".", Schemas: files}, View{Root: root, Dir: root}))
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
}
