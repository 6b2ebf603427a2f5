package driver_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// workOf runs go vet and returns what it says and its temporary directory.
func workOf(t *testing.T, dir string) (said, work string) {
	t.Helper()
	o := run(t, dir, "go", "vet", "-work", "-vettool="+tool, "./...")
	for line := range strings.Lines(o.stderr) {
		if work, ok := strings.CutPrefix(strings.TrimSpace(line), "WORK="); ok {
			t.Cleanup(func() { os.RemoveAll(work) })
			return o.stderr, work
		}
	}
	t.Fatalf("go vet -work does not say where:\n%s", o.stderr)
	return "", ""
}

// unitsNamed returns the directories of a package's units, and whether each was
// analysed there or answered as its twin.
func unitsNamed(t *testing.T, work, path string) map[string]bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(work, "*", "vet.cfg"))
	if err != nil {
		t.Fatal(err)
	}
	analysed := map[string]bool{}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var u struct{ ImportPath string }
		if err := json.Unmarshal(data, &u); err != nil {
			t.Fatal(err)
		}
		if u.ImportPath == path {
			_, err := os.Stat(filepath.Join(filepath.Dir(file), "tenantvet.cfg"))
			analysed[filepath.Dir(file)] = err == nil
		}
	}
	return analysed
}

func count(units map[string]bool) (analysed int) {
	for _, a := range units {
		if a {
			analysed++
		}
	}
	return analysed
}

// A package that is imported and has tests is analysed once, and what is wrong in
// it is said once.
func TestTwin(t *testing.T) {
	dir := program(t, shop)
	said, work := workOf(t, dir)
	units := unitsNamed(t, work, "example.com/shop/orders")
	if len(units) != 2 || count(units) != 1 {
		t.Errorf("%d units, %d analysed; want 2 and 1", len(units), count(units))
	}
	if got := strings.Count(said, "orders/orders.go:9:"); got != 1 {
		t.Errorf("go vet has the finding %d times, want once:\n%s", got, said)
	}
	facts := map[string]bool{}
	for unit := range units {
		data, err := os.ReadFile(filepath.Join(unit, "vet.out"))
		if err != nil {
			t.Fatal(err)
		}
		facts[string(data)] = true
	}
	if len(facts) != 1 {
		t.Error("the units hand on different facts")
	}
}

// With the tests to be looked at, the package with them is another question.
func TestTwinWithTests(t *testing.T) {
	dir := program(t, shop)
	write(t, filepath.Join(dir, "tenantvet.yaml"), "version: 1\ntests: true\n")
	write(t, filepath.Join(dir, "orders/orders_test.go"), `package orders

import (
	"context"
	"database/sql"
	"testing"
)

var pool *sql.DB

func TestNone(t *testing.T) {
	if _, err := pool.ExecContext(context.Background(), "DELETE FROM orders"); err != nil {
		t.Fatal(err)
	}
}
`)
	said, work := workOf(t, dir)
	if units := unitsNamed(t, work, "example.com/shop/orders"); len(units) != 2 || count(units) != 2 {
		t.Errorf("%d units, %d analysed; want 2 and 2", len(units), count(units))
	}
	for _, line := range []string{"orders/orders.go:9:", "orders/orders_test.go:12:"} {
		if got := strings.Count(said, line); got != 1 {
			t.Errorf("go vet has the finding at %s %d times, want once:\n%s", line, got, said)
		}
	}
}

// A unit whose twin ended before its time, or saw another program, answers by itself.
func TestTwinInTheWay(t *testing.T) {
	for _, tt := range []struct {
		name string
		harm func(t *testing.T, note map[string]any)
	}{
		{"no answer", func(t *testing.T, note map[string]any) { remove(t, note["Stdout"].(string)) }},
		{"half an answer", func(t *testing.T, note map[string]any) { write(t, note["Stdout"].(string), `{"example.com`) }},
		{"no facts", func(t *testing.T, note map[string]any) { remove(t, note["VetxOutput"].(string)) }},
		{"another import", func(t *testing.T, note map[string]any) { note["PackageFile"].(map[string]any)["context"] = "elsewhere" }},
		{"nothing", func(t *testing.T, note map[string]any) {}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := program(t, shop)
			_, work := workOf(t, dir)
			units := unitsNamed(t, work, "example.com/shop/orders")
			notes, err := filepath.Glob(filepath.Join(work, "tenantvet-*[^k]"))
			if err != nil || len(notes) != 1 {
				t.Fatalf("notes %q, %v", notes, err)
			}
			data, err := os.ReadFile(notes[0])
			if err != nil {
				t.Fatal(err)
			}
			var note map[string]any
			if err := json.Unmarshal(data, &note); err != nil {
				t.Fatal(err)
			}
			tt.harm(t, note)
			if data, err = json.Marshal(note); err != nil {
				t.Fatal(err)
			}
			write(t, notes[0], string(data))

			for unit, analysed := range units {
				if analysed {
					continue
				}
				said := filepath.Join(unit, "vet.stdout")
				before, err := os.ReadFile(said)
				if err != nil {
					t.Fatal(err)
				}
				remove(t, said)
				if o := run(t, dir, tool, "-json", filepath.Join(unit, "vet.cfg")); o.code != 0 {
					t.Fatalf("exit code %d: %s", o.code, o.stderr)
				}
				after, err := os.ReadFile(said)
				if err != nil {
					t.Fatal(err)
				}
				if !sameJSON(t, before, after) {
					t.Errorf("says\n%s\nwant\n%s", after, before)
				}
				again := count(unitsNamed(t, work, "example.com/shop/orders")) == 2
				if want := tt.name != "nothing"; again != want {
					t.Errorf("analysed by itself: %v, want %v", again, want)
				}
			}
		})
	}
}

func remove(t *testing.T, file string) {
	t.Helper()
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
}

// sameJSON compares but for white space and the order of keys. What go vet finds
// wrong in a package whose facts alone are wanted, nobody reads.
func sameJSON(t *testing.T, a, b []byte) bool {
	t.Helper()
	canonical := func(data []byte) string {
		if len(data) == 0 {
			return ""
		}
		var v any
		if err := json.Unmarshal(data, &v); err != nil {
			t.Fatalf("%v in %q", err, data)
		}
		out, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		return string(out)
	}
	return canonical(a) == canonical(b)
}
