package proof

import (
	"slices"
	"testing"

	"github.com/tenantvet/tenantvet/internal/proof/pgserver"
	"github.com/tenantvet/tenantvet/sqlcheck"
	"github.com/tenantvet/tenantvet/sqlcheck/schema"
)

const followSchema = `
CREATE TABLE customers (tenant_id int NOT NULL, id int PRIMARY KEY, n int, code int, UNIQUE (tenant_id, id), UNIQUE (tenant_id, code));
CREATE TABLE orders (tenant_id int NOT NULL, id int PRIMARY KEY, customer_id int, code int,
	FOREIGN KEY (tenant_id, customer_id) REFERENCES customers (tenant_id, id),
	FOREIGN KEY (tenant_id, code) REFERENCES customers (tenant_id, code));
CREATE TABLE visits (tenant_id int, customer_id int, FOREIGN KEY (tenant_id, customer_id) REFERENCES customers (tenant_id, id));
`

const followRows = `
INSERT INTO customers VALUES (1, 1, 1, 1), (1, 2, 2, 2), (2, 3, 1, 1), (2, 4, 2, 2);
INSERT INTO orders VALUES (1, 1, 1, 1), (1, 2, 2, 2), (1, 3, NULL, NULL), (2, 4, 3, 1), (2, 5, 4, 2), (2, 6, NULL, 1);
INSERT INTO visits VALUES (1, 1), (2, 3), (NULL, 1), (NULL, 3);
`

// TestFollowedReference runs statements that follow a reference from the rows of
// tenant 1 on the data of two tenants: what a foreign key on (tenant_id, id) is
// judged to hold to the tenant reaches no row of the other one, and what it is not
// judged to hold does.
func TestFollowedReference(t *testing.T) {
	s := pgserver.Need(t, server)
	ctx := t.Context()
	if err := s.Prepare(ctx, "follow", followSchema+followRows); err != nil {
		t.Fatal(err)
	}
	conn := connect(t, s, s.Clone(t, "follow"))
	m, problems := schema.Replay([]schema.File{{Path: "1.sql", SQL: followSchema}})
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	for _, c := range []struct {
		sql    string
		pinned bool
		leaks  int // rows of the other tenant
	}{
		{"SELECT c.tenant_id FROM orders o JOIN customers c ON c.id = o.customer_id WHERE o.tenant_id = 1", true, 0},
		{"SELECT c.tenant_id FROM orders o LEFT JOIN customers c ON c.id = o.customer_id WHERE o.tenant_id = 1 AND c.tenant_id IS NOT NULL", true, 0},
		{"SELECT o.tenant_id FROM customers c JOIN orders o ON o.customer_id = c.id WHERE c.tenant_id = 1", true, 0},
		{"SELECT tenant_id FROM orders WHERE customer_id IN (SELECT id FROM customers WHERE tenant_id = 1)", true, 0},
		{"SELECT tenant_id FROM orders o WHERE EXISTS (SELECT 1 FROM customers c WHERE c.id = o.customer_id AND c.tenant_id = 1)", true, 0},
		{"SELECT o.tenant_id FROM (SELECT id FROM customers WHERE tenant_id = 1) c JOIN orders o ON o.customer_id = c.id", true, 0},

		// Other tenants have the same codes.
		{"SELECT c.tenant_id FROM orders o JOIN customers c ON c.code = o.code WHERE o.tenant_id = 1", false, 2},
		// The condition names no column of the key.
		{"SELECT c.tenant_id FROM orders o JOIN customers c ON c.n = o.id WHERE o.tenant_id = 1", false, 2},
		// Where a column is NULL, the key is not looked at.
		{"SELECT c.tenant_id FROM visits v JOIN customers c ON c.id = v.customer_id WHERE v.tenant_id IS NULL", false, 1},
	} {
		st := sqlcheck.AnalyzeIn(sqlcheck.Text(c.sql), m).Statements[0]
		pinned := !slices.ContainsFunc(st.Relations, func(r sqlcheck.Relation) bool {
			return !slices.ContainsFunc(r.Pins, func(p sqlcheck.Pin) bool {
				return p.Column == "tenant_id" && p.To == sqlcheck.FromLiteral && p.Text == "1"
			})
		})
		if pinned != c.pinned {
			t.Errorf("judged pinned: %t, want %t: %s\n%s", pinned, c.pinned, c.sql, sqlcheck.Facts{Statements: []sqlcheck.Statement{st}})
		}
		rows, err := conn.Query(ctx, c.sql)
		if err != nil {
			t.Fatal(err)
		}
		own, leaks := 0, 0
		for rows.Next() {
			var tenant int
			if err := rows.Scan(&tenant); err != nil {
				t.Fatal(err)
			}
			if tenant == 1 {
				own++
			} else {
				leaks++
			}
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
		if own == 0 || leaks != c.leaks {
			t.Errorf("%d rows of the tenant, %d of the other, want %d: %s", own, leaks, c.leaks, c.sql)
		}
	}
}
