package sqlcheck_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/tenantvet/tenantvet/sqlcheck"
)

// TestMoves: what can take a row to another tenant is an assignment of a value that
// the condition does not ask for.
func TestMoves(t *testing.T) {
	for _, c := range []struct{ name, sql, want string }{
		{"another placeholder", "UPDATE orders SET tenant_id = $2 WHERE tenant_id = $1 AND id = $3", "orders: param from param"},
		{"no condition on it", "UPDATE orders SET tenant_id = $1 WHERE id = $2", "orders: param from anywhere"},
		{"a constant", "UPDATE orders SET tenant_id = 'a', n = 1 WHERE tenant_id = $1", "orders: literal from param"},
		{"another constant", "UPDATE orders SET tenant_id = 'a' WHERE tenant_id = 'b'", "orders: literal from literal"},
		{"another row's", "UPDATE orders o SET tenant_id = c.tenant_id FROM customers c WHERE o.tenant_id = $1 AND c.id = $2", "orders: lookup from param"},
		{"what can be null", "UPDATE orders SET tenant_id = COALESCE($2, tenant_id) WHERE tenant_id = $1", "orders: param from param"},
		{"a part of a row", "UPDATE orders SET (n, tenant_id) = ($2, $3) WHERE tenant_id = $1", "orders: param from param"},
		{"in a cte", "WITH x AS (UPDATE orders SET tenant_id = $2 WHERE tenant_id = $1 RETURNING id) SELECT id FROM x", "orders: param from param"},
		{"the one that is there", "INSERT INTO orders (id, tenant_id) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET tenant_id = excluded.tenant_id", "orders: param from anywhere"},
		{"merge", "MERGE INTO orders o USING new n ON o.id = n.id AND o.tenant_id = $1 WHEN MATCHED THEN UPDATE SET tenant_id = $2", "orders: param from param"},

		{"the same placeholder", "UPDATE orders SET tenant_id = $1, n = n + 1 WHERE tenant_id = $1", ""},
		{"the same constant", "UPDATE orders SET tenant_id = 'a' WHERE tenant_id = 'a'", ""},
		{"the context", "UPDATE orders SET tenant_id = current_setting('a.t')::uuid WHERE tenant_id = current_setting('a.t')::uuid", ""},
		{"itself", "UPDATE orders SET tenant_id = tenant_id WHERE id = $1", ""},
		{"itself by alias", "UPDATE orders AS o SET tenant_id = o.tenant_id::uuid WHERE id = $1", ""},
		{"pinned through another row", "UPDATE orders o SET tenant_id = c.tenant_id FROM customers c WHERE o.tenant_id = $1 AND c.tenant_id = $1", ""},
		{"the row that conflicts", "INSERT INTO orders (id, tenant_id) VALUES ($1, $2) ON CONFLICT (tenant_id, id) DO UPDATE SET tenant_id = excluded.tenant_id", ""},
		{"another column", "UPDATE orders SET org_id = $2 WHERE tenant_id = $1", ""},
		{"new rows", "INSERT INTO orders (tenant_id) VALUES ($1)", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := sqlcheck.AnalyzeText(c.sql)
			if f.Err != nil {
				t.Fatal(f.Err)
			}
			var got []string
			for _, s := range f.Statements {
				for _, m := range s.Moves("tenant_id") {
					from := "anywhere"
					if m.From != nil {
						from = m.From.To.String()
					}
					got = append(got, fmt.Sprintf("%s: %s from %s", s.Relations[m.Relation].Name, m.To.From, from))
				}
			}
			if got := strings.Join(got, ", "); got != c.want {
				t.Errorf("%s\ngot  %q\nwant %q\n%s", c.sql, got, c.want, f)
			}
		})
	}
}
