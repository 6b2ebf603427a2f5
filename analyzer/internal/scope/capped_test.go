package scope

import (
	"fmt"
	"strings"
	"testing"
)

// services is a program whose F works over the transactions in n fields, none of which
// G sets the tenant's context on.
func services(n int) string {
	var fields, uses, fills strings.Builder
	for i := range n {
		fmt.Fprintf(&fields, "tx%d *sql.Tx\n", i)
		fmt.Fprintf(&uses, "if _, err := s.tx%d.Exec(\"DELETE FROM orders\"); err != nil { return err }\n", i)
		fmt.Fprintf(&fills, "if s.tx%d, err = db.Begin(); err != nil { return err }\n", i)
	}
	return "package p\nimport \"database/sql\"\ntype S struct {\n" + fields.String() + "}\n" +
		"func F(s *S) error {\n" + uses.String() + "return nil\n}\n" +
		"func G(db *sql.DB) (err error) {\ns := &S{}\n" + fills.String() + "return F(s)\n}\n"
}

// What a function needs of its caller is told of each of its handles, and where that
// is too much, the function is one that was not followed to the end.
func TestNoNeedIsDroppedInSilence(t *testing.T) {
	for _, n := range []int{5, 40, maxEntries, 2 * maxEntries} {
		res := analyze(t, services(n))
		decided := map[string]bool{}
		for _, ev := range res.Events {
			if ev.Need != nil && ev.Call != nil && ev.Call.Parent().Name() == "G" {
				decided[ev.Need.Path] = true
			}
		}
		if want := min(n, maxEntries); len(decided) != want {
			t.Errorf("%d services: %d needs decided, want %d", n, len(decided), want)
		}
		over := false
		for _, fn := range res.OverBudget {
			over = over || fn.Name() == "F"
		}
		if want := n > maxEntries; over != want {
			t.Errorf("%d services: over budget is %v, want %v", n, over, want)
		}
	}
}
