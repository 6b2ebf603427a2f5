package proof

import (
	"os"
	"slices"
	"testing"

	"github.com/tenantvet/tenantvet/internal/proof/pgserver"
)

// fixedEnv is set in the copy of the proofs in which the tool's fixes were
// applied to the bad examples.
const fixedEnv = "TENANTVET_PROOF_FIXED"

// fixing lists the rules whose fixes are tried.
func fixing() []string { return []string{"formattedset", "boundset", "sessioncontext"} }

// TestFixedExamples runs in that copy only: what were the bad examples must now
// do what the fixed ones do.
func TestFixedExamples(t *testing.T) {
	if os.Getenv(fixedEnv) == "" {
		t.Skip("for TestFixesHold, which calls it")
	}
	s := pgserver.Need(t, server)
	if err := prepare(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	for _, p := range proofs() {
		if !slices.Contains(fixing(), p.Rule) || p.NoFix != "" {
			continue
		}
		p.Fixed = p.Bad
		t.Run(p.Rule+"/"+p.Form, func(t *testing.T) {
			database := s.Clone(t, "proof")
			for _, driver := range drivers(p.Fixed) {
				p.checkFixed(t, database, driver)
			}
		})
	}
}
