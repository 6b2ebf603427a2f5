package sqlcheck_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/tenantvet/tenantvet/sqlcheck"
)

// shop is a catalog of three tables; orders and items have id as their key.
type shop struct{}

func (shop) Columns(n sqlcheck.Name) ([]string, bool) {
	columns, ok := map[string]string{
		"orders": "tenant_id id n open", "items": "tenant_id id order_id n", "tenants": "id slug",
	}[n.Name]
	return strings.Fields(columns), ok
}

func (shop) Unique(_ sqlcheck.Name, columns []string) (unique, known bool) {
	return slices.Contains(columns, "id"), true
}

// With a catalog, names are resolved as the server does, and rows are found
// again by their key.
func TestCatalog(t *testing.T) {
	for _, tt := range []struct{ sql, with, without string }{
		{"SELECT * FROM orders JOIN tenants ON tenants.id = orders.id WHERE tenant_id = $1", "orders", "orders tenants"},
		{"SELECT * FROM orders NATURAL JOIN items WHERE orders.tenant_id = $1", "items orders", "items orders"},
		{"SELECT * FROM orders NATURAL LEFT JOIN items WHERE tenant_id = $1", "items orders", "items orders"},
		{"SELECT * FROM orders o WHERE EXISTS (SELECT 1 FROM tenants t WHERE t.id = o.id AND tenant_id = $1)", "orders", "tenants"},
		{"SELECT * FROM (SELECT * FROM orders) s(a, b) WHERE a = $1", "orders", ""},
		{"SELECT * FROM (SELECT * FROM items UNION SELECT n, id, id, tenant_id FROM orders) s WHERE tenant_id = $1", "items", ""},
		{"UPDATE orders SET open = false WHERE id IN (SELECT id FROM orders WHERE tenant_id = $1 LIMIT 1 FOR UPDATE SKIP LOCKED)", "orders orders", "orders"},
		{"UPDATE orders SET open = false WHERE id = (SELECT id FROM orders WHERE tenant_id = $1 LIMIT 1)", "orders orders", "orders"},
		{"WITH next AS (SELECT id FROM orders WHERE tenant_id = $1 LIMIT 1) UPDATE orders o SET open = false FROM next WHERE o.id = next.id", "orders orders", "orders"},
		{"UPDATE orders SET open = false WHERE n IN (SELECT n FROM orders WHERE tenant_id = $1 LIMIT 1)", "orders", "orders"},
		{"DELETE FROM items WHERE id IN (SELECT id FROM orders WHERE tenant_id = $1 LIMIT 1)", "orders", "orders"},
		{"WITH x AS (UPDATE orders SET tenant_id = $1 WHERE tenant_id = $2 RETURNING id) SELECT * FROM orders o JOIN x ON x.id = o.id", "", ""},
		{"WITH RECURSIVE x AS (SELECT id, n FROM orders WHERE tenant_id = $1 UNION SELECT o.n, o.id FROM orders o JOIN x ON x.id = o.id) SELECT 1 FROM x", "orders", "orders"},
	} {
		for _, c := range []struct {
			catalog sqlcheck.Catalog
			want    string
		}{{shop{}, tt.with}, {nil, tt.without}} {
			var got []string
			for _, r := range sqlcheck.AnalyzeIn(sqlcheck.Text(tt.sql), c.catalog).Statements[0].Relations {
				if slices.ContainsFunc(r.Pins, func(p sqlcheck.Pin) bool {
					return p.Column == "tenant_id" && p.To == sqlcheck.FromParam && p.Param == 1
				}) {
					got = append(got, r.Name.Name)
				}
			}
			slices.Sort(got)
			if fmt.Sprint(got) != fmt.Sprint(strings.Fields(c.want)) {
				t.Errorf("%s\nwith catalog: %t, pinned: %v, want %s", tt.sql, c.catalog != nil, got, c.want)
			}
		}
	}
}

// Without a column list the values are those of the table's columns in their order.
func TestPositional(t *testing.T) {
	for sql, want := range map[string]string{
		"INSERT INTO orders VALUES ($1, $2, 3)":                       "[tenant_id=$1 id=$2 n=\"3\" open=default]",
		"INSERT INTO orders VALUES ('a', $1), ('a', $2)":              "[tenant_id=\"a\" id=$0 n=default open=default]",
		"INSERT INTO orders VALUES ($1, $2, 3, 4, 5)":                 "[]",
		"INSERT INTO orders SELECT * FROM items WHERE tenant_id = $1": "[tenant_id=$1 id=lookup n=lookup open=lookup]",
		"INSERT INTO orders SELECT id, slug FROM tenants":             "[tenant_id=elsewhere id=elsewhere n=default open=default]",
		"INSERT INTO strangers VALUES ($1)":                           "[]",
		"INSERT INTO orders DEFAULT VALUES":                           "[]",
	} {
		var got []string
		for _, c := range sqlcheck.AnalyzeIn(sqlcheck.Text(sql), shop{}).Statements[0].Inserts[0].Columns {
			switch c.From {
			case sqlcheck.FromParam:
				got = append(got, fmt.Sprintf("%s=$%d", c.Column, c.Param))
			case sqlcheck.FromLiteral:
				got = append(got, fmt.Sprintf("%s=%q", c.Column, c.Text))
			default:
				got = append(got, fmt.Sprintf("%s=%s", c.Column, c.From))
			}
		}
		if fmt.Sprint(got) != want {
			t.Errorf("%s\ngot  %v\nwant %s", sql, got, want)
		}
	}
}
