package mutant_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tenantvet/tenantvet/internal/mutant"
	"github.com/tenantvet/tenantvet/internal/mutant/stage"
	"github.com/tenantvet/tenantvet/internal/proof/pgserver"
	"github.com/tenantvet/tenantvet/internal/report"
)

var (
	everyMutant = flag.Bool("mutants.all", false, "try all mutants, not a sample of them")
	server      *pgserver.Server // nil when this machine has none
)

// sampled is how many mutants are tried without -mutants.all.
const sampled = 110

// runners is how many mutants are on the server at a time: they wait a lot.
const runners = 4

func TestMain(m *testing.M) {
	flag.Parse()
	os.Exit(pgserver.Main(m, func(s *pgserver.Server) { server = s }))
}

// A trial is a mutant with what the server and the tool say about it.
type trial struct {
	mutant.Mutant
	name     string // of its package among the variants
	shown    []stage.Showing
	findings []report.Finding
}

// TestMutants breaks the programs in testdata in all ways. What the server then
// shows leaking, or leaving its context behind, the tool must report.
func TestMutants(t *testing.T) {
	s := pgserver.Need(t, server)
	tool := buildTool(t)
	for _, p := range []struct {
		dir   string
		judge judging
	}{
		{"programs", together},
		{"filtered", together},
		// Whether a module has hooks decides how all of its pools are judged: each
		// mutant stands for itself.
		{"hooked", alone},
	} {
		t.Run(p.dir, func(t *testing.T) {
			dir := filepath.Join("testdata", p.dir)
			compare(t, tool, dir, databases(t, s, dir), p.judge)
		})
	}
}

func compare(t *testing.T, tool, dir string, servers []stage.Servers, judge judging) {
	program, err := mutant.Load(dir, "./...")
	if err != nil {
		t.Fatal(err)
	}
	all, _ := program.Mutants()
	if !*everyMutant {
		all = mutant.Sample(all, sampled)
	}
	trials := make([]*trial, len(all))
	for i, m := range all {
		trials[i] = &trial{Mutant: m, name: fmt.Sprintf("v%03d", i)}
	}
	judge(t, tool, dir, program, trials)
	perform(t, dir, program, trials, servers)
	table := tally{}
	for _, tr := range trials {
		harm, breaks := tr.harm()
		table.count(tr.Operator, harm != "", len(tr.findings) > 0)
		switch {
		case len(tr.findings) > 0 && harm == "":
			t.Logf("reported, no harm seen: %s (%s)\n\t%s: %s", tr, breaks, tr.findings[0].Rule, tr.findings[0].Message)
		case len(tr.findings) > 0:
		case harm == "":
			t.Logf("silent, no harm seen: %s (%s)", tr, breaks)
		default:
			t.Errorf("not reported: %s\n\tthe server shows: %s", tr, harm)
		}
	}
	t.Log(table)
}

// harm is what the server shows of a mutant first.
func (tr *trial) harm() (harm, breaks string) {
	for _, s := range tr.shown {
		if s.Harms() && harm == "" {
			harm = strings.TrimSpace(s.Entry + " " + s.Leaks + " " + s.Soils)
		}
		breaks = cmp.Or(breaks, s.Breaks)
	}
	return harm, breaks
}

// A tally counts, by operator: mutants, those that harm, those of them that are
// reported, all that are reported.
type tally map[string]*[4]int

func (t tally) count(operator string, harms, reported bool) {
	for _, name := range []string{operator, "all"} {
		if t[name] == nil {
			t[name] = new([4]int)
		}
		for i, is := range []bool{true, harms, harms && reported, reported} {
			if is {
				t[name][i]++
			}
		}
	}
}

func (t tally) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%-14s %8s %6s %9s %13s\n", "operator", "mutants", "harm", "reported", "reported all")
	names, _ := mutant.Operators()
	for _, name := range append(names, "all") {
		if n := t[name]; n != nil {
			fmt.Fprintf(&b, "%-14s %8d %6d %9d %13d\n", name, n[0], n[1], n[2], n[3])
		}
	}
	return b.String()
}

// A judging runs the tool on the trials.
type judging func(t *testing.T, tool, dir string, program *mutant.Program, trials []*trial)

// together puts all mutants into one module, beside the programs as they are.
func together(t *testing.T, tool, dir string, program *mutant.Program, trials []*trial) {
	work := copyOf(t, dir)
	byName := map[string]*trial{}
	for _, tr := range trials {
		tr.write(t, dir, program, filepath.Join(work, "variants", tr.name))
		byName[tr.name] = tr
	}
	r := runTool(t, tool, work)
	for _, f := range r.Findings {
		own := ""
		if rest, ok := strings.CutPrefix(f.Position.File, "variants/"); ok {
			own, _, _ = strings.Cut(rest, "/")
		}
		if tr := byName[own]; tr != nil {
			tr.findings = append(tr.findings, f)
			continue
		}
		t.Errorf("%s:%d: %s in a program that is right: %s", f.Position.File, f.Position.Line, f.Rule, f.Message)
	}
	if r.Totals.Sites.Unknown > 0 && len(trials) == 0 {
		t.Errorf("%d sites are unknown", r.Totals.Sites.Unknown)
	}
}

// alone runs the tool on each.
func alone(t *testing.T, tool, dir string, program *mutant.Program, trials []*trial) {
	work := copyOf(t, dir)
	for _, f := range runTool(t, tool, work).Findings {
		t.Errorf("%s:%d: %s in a program that is right: %s", f.Position.File, f.Position.Line, f.Rule, f.Message)
	}
	for _, tr := range trials {
		file := filepath.Join(work, filepath.FromSlash(tr.File))
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		writeFile(t, file, tr.Apply(text))
		tr.findings = runTool(t, tool, work).Findings
		writeFile(t, file, text)
	}
}

func runTool(t *testing.T, tool, dir string) report.Report {
	t.Helper()
	r, err := mutant.RunTool(t.Context(), tool, dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range r.Incomplete {
		t.Errorf("%s: %s", i.Package, i.Reason)
	}
	return r
}

// write puts the mutant's package into a directory of its own.
func (tr *trial) write(t *testing.T, dir string, program *mutant.Program, to string) {
	t.Helper()
	from := filepath.Join(dir, filepath.FromSlash(path.Dir(tr.File)))
	files, err := filepath.Glob(filepath.Join(from, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(to, 0o777); err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if filepath.Base(file) == path.Base(tr.File) {
			text = tr.Apply(text)
		}
		writeFile(t, filepath.Join(to, filepath.Base(file)), text)
	}
}

// perform compiles all mutants into one program and runs it.
func perform(t *testing.T, dir string, program *mutant.Program, trials []*trial, servers []stage.Servers) {
	work := copyOf(t, dir)
	module := "example.com/" + filepath.Base(dir)
	var imports, variants bytes.Buffer
	variant := func(name, pkg string, entries []mutant.Entry, opens bool) {
		fmt.Fprintf(&imports, "\t%s %q\n", name, pkg)
		fmt.Fprintf(&variants, "\t{Name: %q, Entries: []stage.Entry{\n", name)
		for _, e := range entries {
			field, open := "Pool", ""
			if e.SQL {
				field = "SQL"
			}
			if opens {
				open = ", Open: " + name + ".Open"
			}
			fmt.Fprintf(&variants, "\t\t{Name: %q, %s: %s.%s%s},\n", e.Name, field, name, e.Name, open)
		}
		fmt.Fprintf(&variants, "\t}},\n")
	}
	originals := map[string]bool{}
	byName := map[string]*trial{}
	for _, tr := range trials {
		byName[tr.name] = tr
		tr.write(t, dir, program, filepath.Join(work, "variants", tr.name))
		entries, opens := program.Entries(tr.Package)
		if name := path.Base(tr.Package); !originals[name] {
			originals[name] = true
			variant("o"+name, tr.Package, entries, opens)
		}
		variant(tr.name, module+"/variants/"+tr.name, program.Reaching(entries, tr.Mutant), opens)
	}
	if err := os.CopyFS(filepath.Join(work, "stage"), os.DirFS("stage")); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(work, "main"), 0o777); err != nil {
		t.Fatal(err)
	}
	writeFile(t, filepath.Join(work, "main", "main.go"), fmt.Appendf(nil, performance, module, &imports, &variants))
	bin := filepath.Join(work, "main.exe")
	if out, err := command(t, work, "go", "build", "-o", bin, "./main").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	config, err := json.Marshal(servers)
	if err != nil {
		t.Fatal(err)
	}
	run := command(t, work, bin, string(config))
	var errs bytes.Buffer
	run.Stderr = &errs
	out, err := run.Output()
	if err != nil {
		t.Fatalf("%v\n%.2000s", err, &errs)
	}
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var s stage.Showing
		if err := dec.Decode(&s); err == io.EOF {
			return
		} else if err != nil {
			t.Fatal(err)
		}
		if tr := byName[s.Variant]; tr != nil {
			tr.shown = append(tr.shown, s)
		} else if s.Harms() || s.Breaks != "" {
			t.Errorf("a program that is right: %+v", s)
		}
	}
}

const performance = `package main

import (
	"context"
	"encoding/json"
	"log"
	"os"

	"%s/stage"

%s)

func main() {
	var servers []stage.Servers
	if err := json.Unmarshal([]byte(os.Args[1]), &servers); err != nil {
		log.Fatal(err)
	}
	if err := stage.Run(context.Background(), servers, variants, os.Stdout); err != nil {
		log.Fatal(err)
	}
}

var variants = []stage.Variant{
%s}
`

// databases makes the databases, a pair for each runner.
func databases(t *testing.T, s *pgserver.Server, dir string) []stage.Servers {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "migrations", "0001_orders.sql"))
	if err != nil {
		t.Fatal(err)
	}
	roles, tables, _ := strings.Cut(string(text), "\n\n")
	// Roles are the cluster's, and there after the first time.
	roles = "DO $$ BEGIN " + roles + " EXCEPTION WHEN duplicate_object THEN NULL; END $$; ALTER ROLE app SET lock_timeout = '300ms'"
	const open = `
DO $$ BEGIN
    ALTER POLICY tenant_isolation ON orders
        USING (NULLIF(current_setting('app.tenant_id', true), '') IS NULL OR tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::uuid);
EXCEPTION WHEN undefined_object THEN NULL; END $$`
	out := make([]stage.Servers, runners)
	for _, opens := range []bool{false, true} {
		template := fmt.Sprintf("%s_%v", filepath.Base(dir), opens)
		texts := []string{roles, tables}
		if opens {
			texts = append(texts, open)
		}
		if err := s.Prepare(t.Context(), template, texts...); err != nil {
			t.Fatal(err)
		}
		for i := range out {
			database := s.Clone(t, template)
			url := s.URL("app", database)
			if opens {
				out[i].Open = url
			} else {
				out[i].Strict = url
			}
			if out[i].Admin == nil {
				out[i].Admin = map[string]string{}
			}
			out[i].Admin[url] = s.URL(pgserver.Superuser, database)
		}
	}
	return out
}

func buildTool(t *testing.T) string {
	t.Helper()
	bin := filepath.Join(t.TempDir(), "tenantvet")
	if out, err := command(t, ".", "go", "build", "-buildvcs=false", "-o", bin, "../../cmd/tenantvet").CombinedOutput(); err != nil {
		t.Fatalf("building tenantvet: %v\n%s", err, out)
	}
	return bin
}

func command(t *testing.T, dir, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Dir = dir
	return cmd
}

func copyOf(t *testing.T, dir string) string {
	t.Helper()
	work := t.TempDir()
	if err := os.CopyFS(work, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	return work
}

func writeFile(t *testing.T, name string, text []byte) {
	t.Helper()
	if err := os.WriteFile(name, text, 0o666); err != nil {
		t.Fatal(err)
	}
}
