package driver_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestDeterminism analyses the packages of a program in twenty orders, as a go
// command with other cores might, with the facts in files: what it says, and what
// it hands on, must be the same to the byte.
func TestDeterminism(t *testing.T) {
	if tool == "" {
		t.Skip("needs the built program; -short leaves it out")
	}
	// The go command writes units only where it has no answer yet, as for a program in
	// a place where it has never been.
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(dir, os.DirFS("../../examples/shop")); err != nil {
		t.Fatal(err)
	}
	units := unitsOf(t, dir)
	random := rand.New(rand.NewPCG(1, 2)) // the same orders in every run of the test
	var first map[string][]byte
	for i := range 20 {
		got := analyse(t, units, random)
		if i == 0 {
			first = got
			said := slices.Concat(slices.Collect(maps.Values(got))...)
			if !bytes.Contains(said, []byte("tenant-scoped transaction")) {
				t.Fatal("no unit reports anything")
			}
		}
		for _, name := range slices.Sorted(maps.Keys(first)) {
			if !bytes.Equal(got[name], first[name]) {
				t.Fatalf("run %d: %s differs:\n%s\nfirst:\n%s", i+1, name, got[name], first[name])
			}
		}
	}
}

// A recorded is a unit as the go command wrote it.
type recorded struct {
	id, dir string
	config  map[string]any
	output  string
	imports []string // the outputs of other units that it reads
}

// unitsOf records the units of the program's own packages.
func unitsOf(t *testing.T, dir string) []recorded {
	t.Helper()
	o := run(t, dir, "go", "vet", "-work", "-json", "-vettool="+tool, "./...")
	work, ok := "", false
	for line := range strings.Lines(o.stderr) {
		if work, ok = strings.CutPrefix(strings.TrimSpace(line), "WORK="); ok {
			break
		}
	}
	if !ok {
		t.Fatalf("go vet -work does not say where:\n%s", o.stderr)
	}
	t.Cleanup(func() { os.RemoveAll(work) })
	files, err := filepath.Glob(filepath.Join(work, "*", "vet.cfg"))
	if err != nil {
		t.Fatal(err)
	}
	var units []recorded
	outputs := map[string]bool{}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		u := recorded{config: map[string]any{}}
		if err := json.Unmarshal(data, &u.config); err != nil {
			t.Fatal(err)
		}
		if module, _ := u.config["ModulePath"].(string); module == "" || u.config["ModuleVersion"] != "" {
			continue
		}
		u.id, u.dir, u.output = u.config["ID"].(string), u.config["Dir"].(string), u.config["VetxOutput"].(string)
		for _, facts := range u.config["PackageVetx"].(map[string]any) {
			u.imports = append(u.imports, facts.(string))
		}
		outputs[u.output] = true
		units = append(units, u)
	}
	for i, u := range units {
		units[i].imports = slices.DeleteFunc(u.imports, func(facts string) bool { return !outputs[facts] })
	}
	if len(units) < 10 {
		t.Fatalf("%d units; want those of the shop", len(units))
	}
	return units
}

// analyse runs the tool over the units in some order in which each comes after
// its imports, and returns what each said and handed on.
func analyse(t *testing.T, units []recorded, random *rand.Rand) map[string][]byte {
	t.Helper()
	dir := t.TempDir()
	facts := map[string]string{} // where the go command had them -> where they are now
	got := map[string][]byte{}
	for left := slices.Clone(units); len(left) > 0; {
		var ready []int
		for i, u := range left {
			if !slices.ContainsFunc(u.imports, func(f string) bool { return facts[f] == "" }) {
				ready = append(ready, i)
			}
		}
		if len(ready) == 0 {
			t.Fatal("units import each other")
		}
		i := ready[random.IntN(len(ready))]
		u := left[i]
		left = slices.Delete(left, i, i+1)

		name := filepath.Join(dir, fmt.Sprint(len(left)))
		facts[u.output] = name + ".facts"
		config := maps.Clone(u.config)
		config["VetxOutput"] = name + ".facts"
		if _, has := config["Stdout"]; has {
			config["Stdout"] = name + ".said"
		}
		imports := map[string]any{}
		for path, at := range config["PackageVetx"].(map[string]any) {
			imports[path] = at
			if now := facts[at.(string)]; now != "" {
				imports[path] = now
			}
		}
		config["PackageVetx"] = imports
		data, err := json.Marshal(config)
		if err != nil {
			t.Fatal(err)
		}
		write(t, name+".cfg", string(data))
		o := run(t, u.dir, tool, "-json", "-census.report", name+".cfg")
		if o.code != 0 {
			t.Fatalf("%s: exit code %d\n%s", u.id, o.code, o.stderr)
		}
		said, _ := os.ReadFile(name + ".said")
		handed, err := os.ReadFile(name + ".facts")
		if err != nil {
			t.Fatal(err)
		}
		variant := u.id + fmt.Sprint(config["VetxOnly"])
		got[variant+" says"] = append([]byte(o.stdout+o.stderr), said...)
		got[variant+" hands on"] = handed
	}
	return got
}
