package sqlcheck_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/tenantvet/tenantvet/sqlcheck"
)

func TestMentions(t *testing.T) {
	tests := []struct{ sql, want string }{
		{`SELECT id, FROM public."Orders" o JOIN customers c ON`, `public.Orders@16 customers@39`},
		{`SELECT name, FROM orders WHERE x = 'SELECT 1 FROM products'`, `orders@18`},
		{`UPDATE orders SET total = , WHERE id = $1`, `orders@7`},
		{`INSERT INTO orders (id) VALUE ($1) -- INTO customers`, `orders@12`},
		{`DELETE FROM ONLY orders WHERE`, `orders@17`},
		{`SELECT name, FROM orders`, `orders@18`},
		{`select name, from orders`, ``}, // could be a sentence
		{`ALTER TABLE IF orders ADD ( x`, ``},
		{`WITH x AS (SELECT 1 FROM orders`, `orders@25`},
		{`SELECT 1; UPDATE orders SET`, `orders@17`},
		{`SET LOCAL app.tenant_id = current_setting('x')`, `set app.tenant_id@0`},
		{`SET app."Tenant" TO a || b`, `set app.tenant@0`},
		{`SET LOCAL app.tenant-id = 'x'`, `set app.tenant@0`},
		{`SELECT set_config('App.tenant_id', $1 true)`, `set app.tenant_id@7`},
		{`SELECT set_config($1, $2 true)`, ``},
		// English.
		{`Set the tenant before you start`, ``},
		{`Update orders for each tenant, then set the total`, ``},
		{`select the best from orders, please`, ``},
		{`cannot delete from orders (still in use)`, ``},
		{`no rows in result set; from orders`, ``},
		{``, ``},
	}
	for _, tt := range tests {
		relations, settings := sqlcheck.Mentions(sqlcheck.Text(tt.sql))
		var got []string
		for _, r := range relations {
			got = append(got, fmt.Sprintf("%s@%d", r.Name, r.Pos))
		}
		for _, s := range settings {
			got = append(got, fmt.Sprintf("set %s@%d", s.Name, s.Pos))
		}
		if strings.Join(got, " ") != tt.want {
			t.Errorf("%s\ngot  %q\nwant %q", tt.sql, strings.Join(got, " "), tt.want)
		}
	}
}

// A name with a hole in it is nobody's.
func TestMentionsOfTemplates(t *testing.T) {
	tmpl := sqlcheck.Template{Parts: []sqlcheck.Part{
		{Text: "SELECT x, FROM orders_"}, {Hole: &sqlcheck.Hole{Type: "string"}}, {Text: " JOIN customers ON ("},
	}}
	relations, _ := sqlcheck.Mentions(tmpl)
	if len(relations) != 1 || relations[0].Name.Name != "customers" || tmpl.Render()[relations[0].Pos:][:9] != "customers" {
		t.Errorf("relations %v", relations)
	}
}
