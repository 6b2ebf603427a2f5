package proof

import (
	"cmp"
	"slices"
	"strings"
	"testing"

	"github.com/tenantvet/tenantvet/internal/proof/pgserver"
)

// proofs lists the proofs, each rule's together.
func proofs() []Proof {
	return slices.Concat(handleProofs(), textProofs(), lifetimeProofs(), roleProofs(), detourProofs(), filterProofs(), requestProofs())
}

func TestProofs(t *testing.T) {
	s := pgserver.Need(t, server)
	if err := prepare(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, p := range proofs() {
		name := p.Rule + "/" + p.Form
		if seen[name] {
			t.Errorf("two proofs are called %s", name)
		}
		seen[name] = true
		t.Run(name, func(t *testing.T) {
			database := s.Clone(t, "proof")
			for _, driver := range drivers(p.Bad) {
				t.Run("bad"+driver, func(t *testing.T) { p.checkBad(t, database, driver) })
				t.Run("fixed"+driver, func(t *testing.T) { p.checkFixed(t, database, driver) })
			}
		})
	}
}

// drivers lists the database/sql drivers that a program is run with.
func drivers(p Program) []string {
	if p.SQL != nil {
		return []string{"pgx", "postgres"}
	}
	return []string{""}
}

func (p Proof) checkBad(t *testing.T, database, driver string) {
	value := tenantA
	if p.Hostile != nil {
		value = p.Hostile(tenantA, tenantB)
	}
	o := p.observe(t, p.Bad, database, driver, cmp.Or(p.Login, "app"), value)
	if _, ok := o.symptoms[p.Expect]; !ok {
		t.Errorf("the bad program shows %v; the rule says that it %s", o, p.Expect)
	}
	switch {
	case p.Error == "" && o.err != nil:
		t.Errorf("the bad program fails with %v; it should go wrong in silence", o.err)
	case p.Error != "" && (o.err == nil || !strings.Contains(o.err.Error(), p.Error)):
		t.Errorf("the bad program fails with %v, want an error with %q", o.err, p.Error)
	}
	t.Log(o)
	if p.Hostile == nil {
		return
	}
	// What makes the rule necessary: nobody notices as long as values are honest.
	if o := p.observe(t, p.Bad, database, driver, cmp.Or(p.Login, "app"), tenantA); len(o.symptoms) > 0 {
		t.Errorf("with an honest value the bad program shows %v", o)
	}
}

func (p Proof) checkFixed(t *testing.T, database, driver string) {
	login := cmp.Or(p.FixedLogin, p.Login, "app")
	if o := p.observe(t, p.Fixed, database, driver, login, tenantA); len(o.symptoms) > 0 {
		t.Errorf("the fixed program shows %v", o)
	}
	if p.Hostile == nil {
		return
	}
	o := p.observe(t, p.Fixed, database, driver, login, p.Hostile(tenantA, tenantB))
	delete(o.symptoms, Breaks) // it may refuse the value
	if len(o.symptoms) > 0 {
		t.Errorf("with a hostile value the fixed program shows %v", o)
	}
}
