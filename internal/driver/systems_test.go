package driver_test

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/tenantvet/tenantvet/internal/proof/pgserver"
	"github.com/tenantvet/tenantvet/internal/redteam"
)

var updateSystems = flag.Bool("update-systems", false, "rewrite findings.txt and proof.txt of examples/systems")

// Each way of keeping tenants apart is understood in its leaking form, exactly, and in
// its safe form, silently; and the red team finds what the schema lets through.
func TestSystems(t *testing.T) {
	if tool == "" {
		t.Skip("needs the built program; -short leaves it out")
	}
	dirs, err := filepath.Glob("../../examples/systems/*/*/go.mod")
	if err != nil || len(dirs) == 0 {
		t.Fatal(dirs, err)
	}
	for _, mod := range dirs {
		dir, err := filepath.Abs(filepath.Dir(mod))
		if err != nil {
			t.Fatal(err)
		}
		form := filepath.Base(dir)
		t.Run(filepath.Base(filepath.Dir(dir))+"/"+form, func(t *testing.T) {
			_, r := check(t, dir)
			got := findings(r)
			for _, i := range r.Incomplete {
				t.Errorf("incomplete: %+v", i)
			}
			want := expected(t, filepath.Join(dir, "findings.txt"), got)
			equal(t, "findings", got, want)
			if form == "safe" && len(want) > 0 {
				t.Error("the safe form is not silent")
			}
			if form != "safe" && len(want) == 0 {
				t.Error("nothing leaks in the leaking form")
			}
			if got, want := vetted(t, dir), inGo(want); !slices.Equal(got, want) {
				t.Errorf("go vet says\n\t%s\nwant\n\t%s", strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
			}
			proven(t, dir, form == "safe")
		})
	}
}

// expected reads the lines of a file, none where there is no such file.
func expected(t *testing.T, name string, got []string) []string {
	t.Helper()
	if *updateSystems && len(got) > 0 {
		write(t, name, strings.Join(got, "\n")+"\n")
	}
	text, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSpace(string(text)), "\n")
}

var vetLine = regexp.MustCompile(`^(?:vet: )?(?:\./)?([^ :]+\.go):(\d+)(?::\d+)?: [^\t]`)

// vetted lists what go vet says, without the rules, which its text does not name.
func vetted(t *testing.T, dir string) []string {
	t.Helper()
	o := run(t, dir, "go", "vet", "-vettool="+tool, "./...")
	var out []string
	for line := range strings.Lines(o.stderr) {
		if m := vetLine.FindStringSubmatch(line); m != nil {
			out = append(out, fmt.Sprintf("%s:%s", filepath.ToSlash(m[1]), m[2]))
		}
	}
	slices.Sort(out)
	return out
}

// inGo are the places of findings in Go files.
func inGo(findings []string) []string {
	var out []string
	for _, f := range findings {
		if place, _, _ := strings.Cut(f, " "); strings.Contains(place, ".go:") {
			out = append(out, place)
		}
	}
	slices.Sort(out)
	return out
}

func proven(t *testing.T, dir string, safe bool) {
	t.Helper()
	o := run(t, dir, tool, "prove", "-format=json")
	if o.code == 2 && strings.Contains(o.stderr, "no PostgreSQL server found") && os.Getenv(pgserver.RequireEnv) == "" {
		t.Skip(o.stderr)
	}
	if o.stdout == "" && strings.Contains(o.stderr, "the database has nothing to prove") {
		return
	}
	var r redteam.Result
	if err := json.Unmarshal([]byte(o.stdout), &r); err != nil {
		t.Fatalf("exit code %d, %v\n%s%s", o.code, err, o.stdout, o.stderr)
	}
	if len(r.Unfilled) > 0 {
		t.Errorf("not attacked: %+v", r.Unfilled)
	}
	var got []string
	for _, table := range r.Tables {
		for _, a := range table.Attacks {
			line := strings.Join([]string{table.Name, a.Attack, a.Outcome}, " ")
			if (a.Outcome == redteam.Through || a.Outcome == redteam.Broken) && !slices.Contains(got, line) {
				got = append(got, line)
			}
		}
	}
	equal(t, "attacks", got, expected(t, filepath.Join(dir, "proof.txt"), got))
	if safe && len(got) > 0 {
		t.Error("something gets through in the safe form")
	}
}
