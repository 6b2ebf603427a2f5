package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The test binary stands in for tenantvet when fakeReports is set: it prints
// the report that the test laid down for the directory it runs in.
const fakeReports = "CORPUS_FAKE_REPORTS"

func TestMain(m *testing.M) {
	if dir := os.Getenv(fakeReports); dir != "" {
		os.Exit(fakeTool(dir, os.Args[1:]))
	}
	os.Exit(m.Run())
}

func fakeTool(reports string, args []string) int {
	if !slices.Equal(args, []string{"-format", "json", "./..."}) {
		fmt.Fprintf(os.Stderr, "fake: unexpected arguments %q\n", args)
		return 2
	}
	dir, err := os.Getwd()
	if err != nil {
		fmt.Fprintln(os.Stderr, "fake:", err)
		return 2
	}
	if out, err := exec.Command("go", "list", "./...").CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "fake: %s", out)
		return 2
	}
	data, err := os.ReadFile(filepath.Join(reports, filepath.Base(dir)+".json"))
	if err != nil {
		fmt.Fprintln(os.Stderr, "fake: package a: does not compile")
		return 3
	}
	os.Stdout.Write(data)
	return 1
}

const shopGo = `package shop

func list() {
	rows, err := pool.Query(ctx,
		"SELECT * FROM orders",
		id)
	_ = rows
	if _, err = conn.Exec(ctx, "SET LOCAL app.tenant = $1",
		id); err != nil {
		return
	}
	with(func() {
		conn.Query(ctx, "SELECT 1")
	})
	helper(pool)

	pool.Exec(ctx, "DELETE FROM orders")
}
`

// fixture lays down a checkout of acme/shop with two modules, and reports.
func fixture(t *testing.T) (checkouts string) {
	t.Helper()
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	write("checkouts/acme__shop/go.mod", "module shop\n")
	write("checkouts/acme__shop/shop.go", shopGo)
	write("checkouts/acme__shop/worker/go.mod", "module worker\n")
	write("checkouts/acme__shop/worker/worker.go", "package worker\n")
	write("checkouts/acme__shop/vendor/x/go.mod", "module x\n")
	write("checkouts/acme__shop/testdata/y/go.mod", "module y\n")
	write("reports/acme__shop.json", report(".",
		finding("rawpool", "shop.go", 5, 3),
		finding("boundset", "shop.go", 8, 14),
		finding("lostcontext", "shop.go", 8, 14),
		finding("rawpool", "shop.go", 13, 3),
		finding("outerhandle", "elsewhere.go", 9, 1, "shop.go", 15),
	))
	write("reports/worker.json", report("..", finding("bypassrole", "worker/worker.go", 1, 9)))
	t.Setenv(fakeReports, filepath.Join(dir, "reports"))
	return filepath.Join(dir, "checkouts")
}

func measure(t *testing.T, labels string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "labels.jsonl")
	if err := os.WriteFile(file, []byte(labels), 0o666); err != nil {
		t.Fatal(err)
	}
	var out, errs bytes.Buffer
	code = run(append([]string{"-tool", os.Args[0], "-labels", file}, args...), &out, &errs)
	return code, out.String(), errs.String()
}

const labelled = `{"repo": "acme/shop", "finding_sites": [
{"path": "shop.go", "line": 4, "rule": "R1"},
{"path": "shop.go", "line": 8, "rule": "R2-bind"},
{"path": "shop.go", "line": 9, "rule": "R2-notx"},
{"path": "shop.go", "line": 15, "rule": "R1"},
{"path": "shop.go", "line": 17, "rule": "R1"},
{"path": "shop.go", "line": 6, "rule": "R2-fmt"},
{"path": "worker/worker.go", "line": 3, "rule": "R3-role"}
], "ok_sites": [{"path": "shop.go", "line": 12, "idiom": "closure"}]}`

func oneLine(s string) string { return strings.ReplaceAll(s, "\n", " ") + "\n" }

func TestAnswers(t *testing.T) {
	dir := fixture(t)
	code, out, stderr := measure(t, oneLine(labelled), "-dir", dir)
	if code != exitMeasured {
		t.Errorf("exit %d, want %d; %s", code, exitMeasured, stderr)
	}
	for _, want := range []string{
		"found statement shop.go:4 R1",      // the label is on the call, the finding on its SQL
		"found           shop.go:8 R2-bind", // the same line
		"found statement shop.go:9 R2-notx", // the head of an if
		"found step      shop.go:15 R1",     // the path of a finding elsewhere passes
		"missed          shop.go:17 R1",     // only another rule or place nearby
		"missed          shop.go:6 R2-fmt",  // a finding in the statement, of another rule
		"near            worker/worker.go:3 R3-role",
		"unlabelled      shop.go:13 rawpool", // inside of a closure: not the statement around it
		"module worker: exit 1",
		"sites 2 safe, 4 breach, 8 suspect, 6 unknown (dynamic-sql 2, unparsed 4), 10 privileged", // summed over modules
	} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q", want)
		}
	}
	if strings.Contains(out, "VIOLATION") {
		t.Error("a finding inside of a closure is held against the ok line of the call around it")
	}
	if strings.Contains(out, "module vendor") || strings.Contains(out, "module testdata") {
		t.Error("other people's modules were run")
	}
	if t.Failed() {
		t.Log(out)
	}
}

func TestViolation(t *testing.T) {
	dir := fixture(t)
	code, out, _ := measure(t, `{"repo": "acme/shop", "ok_sites": [{"path": "shop.go", "line": 13, "idiom": "scoped"}]}`, "-dir", dir)
	if code != exitViolations {
		t.Errorf("exit %d, want %d", code, exitViolations)
	}
	if want := "VIOLATION       shop.go:13 rawpool"; !strings.Contains(out, want) {
		t.Errorf("no %q in\n%s", want, out)
	}
}

func TestMarkdown(t *testing.T) {
	dir := fixture(t)
	_, out, _ := measure(t, oneLine(labelled), "-dir", dir, "-format", "markdown")
	if want := "| acme/shop | 7 | 4 | 1 | 2 | 1 | 0 | 2 / 4 / 8 / 6 (dynamic-sql 2, unparsed 4) / 10 | 0 | 1 1 |"; !strings.Contains(out, want) {
		t.Errorf("no %q in\n%s", want, out)
	}
	if want := "R1             2 of 3 found, 0 near"; !strings.Contains(out, want) {
		t.Errorf("no %q in\n%s", want, out)
	}
}

// At the root of a workspace the tool covers its modules, so they aren't run again.
func TestWorkspace(t *testing.T) {
	dir := fixture(t)
	if err := os.WriteFile(filepath.Join(dir, "acme__shop", "go.work"), []byte("go 1.26\n\nuse (\n\t.\n\t./worker\n)\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	_, out, _ := measure(t, oneLine(labelled), "-dir", dir)
	if !strings.Contains(out, "module .: exit 1") || strings.Contains(out, "module worker") {
		t.Errorf("want one run, at the root:\n%s", out)
	}
}

// In a module that the workspace doesn't use, the go command would refuse to work.
func TestOutsideWorkspace(t *testing.T) {
	dir := fixture(t)
	if err := os.WriteFile(filepath.Join(dir, "acme__shop", "go.work"), []byte("go 1.26\n\nuse .\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	_, out, stderr := measure(t, oneLine(labelled), "-dir", dir)
	if !strings.Contains(out, "module worker: exit 1") {
		t.Errorf("the module outside of the workspace was not run:\n%s%s", out, stderr)
	}
}

// What could not be measured must not look like a repository without findings.
func TestIncomplete(t *testing.T) {
	dir := fixture(t)
	if err := os.Remove(filepath.Join(filepath.Dir(dir), "reports", "worker.json")); err != nil {
		t.Fatal(err)
	}
	code, out, stderr := measure(t, oneLine(labelled), "-dir", dir)
	if code != exitIncomplete {
		t.Errorf("exit %d, want %d", code, exitIncomplete)
	}
	if !strings.Contains(out, "does not compile") || !strings.Contains(stderr, "acme/shop: module worker: no report") {
		t.Errorf("the module without a report is not named:\n%s%s", out, stderr)
	}

	code, _, stderr = measure(t, `{"repo": "acme/absent"}`, "-dir", dir)
	if code != exitIncomplete || !strings.Contains(stderr, "acme/absent: no checkout") {
		t.Errorf("exit %d, %q, want %d and the missing checkout", code, stderr, exitIncomplete)
	}
}

func TestWrongUse(t *testing.T) {
	dir := fixture(t)
	for _, test := range []struct {
		name, labels, want string
		args               []string
	}{
		{"unknown label", `{"repo": "acme/shop", "finding_sites": [{"path": "a.go", "line": 1, "rule": "R9"}]}`, `labels.jsonl:1: a.go:1: unknown label "R9"`, nil},
		{"broken labels", "\n{", "labels.jsonl:2: ", nil},
		{"unknown repository", `{"repo": "acme/shop"}`, "-repo acme/sho: not in the label file", []string{"-repo", "acme/sho"}},
		{"unknown format", `{"repo": "acme/shop"}`, `-format "xml"`, []string{"-format", "xml"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			code, _, stderr := measure(t, test.labels, append([]string{"-dir", dir}, test.args...)...)
			if code != exitUsage || !strings.Contains(stderr, test.want) {
				t.Errorf("exit %d, %q, want %d and %q", code, stderr, exitUsage, test.want)
			}
		})
	}
}

// finding is a finding of the fake tool; extra are the file and line of a step.
func finding(rule, file string, line, column int, extra ...any) Finding {
	f := Finding{Rule: rule, Group: "breach", Message: "a message", Position: Place{file, line, column}}
	if len(extra) > 0 {
		f.Path = []Step{{Position: Place{extra[0].(string), extra[1].(int), 2}, Message: "the pool"}}
	}
	return f
}

// report is the JSON of a report as the tool writes it.
func report(root string, findings ...Finding) string {
	text, err := json.Marshal(map[string]any{
		"version":  reportVersion,
		"root":     root,
		"findings": findings,
		"totals": map[string]any{
			"packages": map[string]int{"analysed": 1},
			"sites": map[string]any{"safe": 1, "breach": 2, "suspect": 4, "unknown": 3, "privileged": 5,
				"causes": map[string]int{"dynamic-sql": 1, "unparsed": 2}},
		},
		"incomplete": []map[string]string{{"package": "example.test/broken", "reason": "does not compile"}},
	})
	if err != nil {
		panic(err)
	}
	return string(text)
}
