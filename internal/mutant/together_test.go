package mutant_test

import (
	"reflect"
	"testing"

	"github.com/tenantvet/tenantvet/internal/mutant"
)

// Mutants that are judged many in a run get the verdicts they get one by one.
func TestTogether(t *testing.T) {
	const dir = "testdata/hooked"
	program, err := mutant.Load(dir, "./...")
	if err != nil {
		t.Fatal(err)
	}
	judge, err := mutant.NewJudge(t.Context(), buildTool(t), copyOf(t, dir))
	if err != nil {
		t.Fatal(err)
	}
	// Some that are found out, where they are and elsewhere, and some that are not.
	chosen, _ := program.Mutants()
	want, got := map[string]mutant.Verdict{}, map[string]mutant.Verdict{}
	kinds := map[mutant.Verdict]bool{}
	for _, m := range chosen {
		o, err := judge.Judge(t.Context(), m)
		if err != nil {
			t.Fatal(err)
		}
		want[m.String()] = o.Verdict
		kinds[o.Verdict] = true
	}
	if !kinds[mutant.Killed] || len(kinds) < 2 {
		t.Errorf("too much alike: %v", want)
	}
	runs := 0
	err = judge.Together(t.Context(), program, chosen, func(o mutant.Outcome) { got[o.Mutant.String()] = o.Verdict; runs++ })
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) || runs != len(chosen) {
		t.Errorf("%d of %d judged:\ngot  %v\nwant %v", runs, len(chosen), got, want)
	}
}
