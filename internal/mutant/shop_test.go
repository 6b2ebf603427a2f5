package mutant_test

import (
	"path/filepath"
	"testing"

	"github.com/tenantvet/tenantvet/internal/mutant"
)

// harmless are the mutants of the shop that need no finding, by operator and
// file, and why.
func harmless() map[string]string {
	const privileged = "the package is declared privileged, whatever its statements run on"
	return map[string]string{
		"bareconn cmd/shopadmin/main.go":    privileged,
		"commitfirst cmd/shopadmin/main.go": privileged,
		"othertx cmd/shopadmin/main.go":     privileged,
		"pool cmd/shopadmin/main.go":        privileged,
		"poolarg cmd/shopadmin/main.go":     privileged,

		"othertx internal/httpapi/customers.go": "what runs on it takes the role that sees every shop, and says so",
	}
}

// TestShop breaks what is right in the example shop, one mutant at a time.
func TestShop(t *testing.T) {
	if !*everyMutant {
		t.Skip("runs the tool once for each mutant; -mutants.all asks for that")
	}
	const shop = "../../examples/shop"
	program, err := mutant.Load(shop, "./...")
	if err != nil {
		t.Fatal(err)
	}
	judge, err := mutant.NewJudge(t.Context(), buildTool(t), copyOf(t, shop))
	if err != nil {
		t.Fatal(err)
	}
	all, _ := program.Mutants()
	needed := map[string]bool{}
	for _, m := range judge.Correct(all) {
		o, err := judge.Judge(t.Context(), m)
		if err != nil {
			t.Fatal(err)
		}
		if o.Verdict == mutant.Killed {
			continue
		}
		known := m.Operator + " " + filepath.ToSlash(m.File)
		needed[known] = true
		if harmless()[known] == "" {
			t.Errorf("%s: %s %s", o.Verdict, m, o.Detail)
		}
	}
	for known := range harmless() {
		if !needed[known] {
			t.Errorf("%s: no mutant needs this reason", known)
		}
	}
}
