package sqltext

import (
	"bytes"
	"encoding/gob"
	"go/types"
	"strings"
	"testing"
)

// TestFacts: what other packages are told is small, survives the way there, and
// says nothing about texts that are not known.
func TestFacts(t *testing.T) {
	long := strings.Repeat("x", maxFactBytes)
	pkg, _, _ := build(t, "p.go", `package shapes
var Query = "SELECT 1"
var Changed = "SELECT 1"
func Change() { Changed = "SELECT 2" }
func Table(name string) string { return "SELECT * FROM " + name }
func Both(a string, on bool) (string, error) { if on { return "A " + a, nil }; return "B", nil }
func Long() string { return "`+long+`y" }
func Many(n int) string { switch n { case 1: return "a"; case 2: return "b"; case 3: return "c"; case 4: return "d" }; return "e" }
func Unknown(s string) string { return s }
func private() string { return "SELECT 1" }
`)
	r := NewResolver(Source{Pkg: pkg, Functions: functionsOf(pkg)})
	want := map[string]string{
		"Query": `text 0="SELECT 1"`,
		"Table": `text 0="SELECT * FROM "⟨p0⟩`,
		"Both":  `text 0="A "⟨p0⟩ | "B"`,
	}
	facts := r.Facts()
	for obj, fact := range facts {
		if want[obj.Name()] != fact.String() {
			t.Errorf("%s: %s, want %q", obj.Name(), fact, want[obj.Name()])
		}
		delete(want, obj.Name())
	}
	for name := range want {
		t.Errorf("nothing is said about %s", name)
	}

	var wire bytes.Buffer
	table := facts[pkg.Pkg.Scope().Lookup("Both").(*types.Func)]
	if err := gob.NewEncoder(&wire).Encode(table); err != nil {
		t.Fatal(err)
	}
	var back Fact
	if err := gob.NewDecoder(&wire).Decode(&back); err != nil {
		t.Fatal(err)
	}
	got, ok := r.recalled(&back, 0, func(i int) Text { return plain("arg") })
	if text := show(got); !ok || text != `"A arg" | "B"` {
		t.Errorf("recalled: %s", text)
	}
}
