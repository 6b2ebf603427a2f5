package schema_test

import (
	"fmt"
	"testing"

	"github.com/tenantvet/tenantvet/sqlcheck/schema"
)

const followSQL = `
CREATE TABLE customers (tenant_id int NOT NULL, id int PRIMARY KEY, code int, UNIQUE (tenant_id, id), UNIQUE (tenant_id, code));
CREATE TABLE orders (tenant_id int NOT NULL, id int, customer_id int, code int,
	FOREIGN KEY (tenant_id, customer_id) REFERENCES customers (tenant_id, id),
	FOREIGN KEY (tenant_id, code) REFERENCES customers (tenant_id, code));
CREATE TABLE nullable (tenant_id int, customer_id int NOT NULL, FOREIGN KEY (tenant_id, customer_id) REFERENCES customers (tenant_id, id));
CREATE TABLE single (tenant_id int NOT NULL, customer_id int REFERENCES customers (id));
CREATE TABLE late (tenant_id int NOT NULL, customer_id int);
ALTER TABLE late ADD CONSTRAINT late_fk FOREIGN KEY (tenant_id, customer_id) REFERENCES customers (tenant_id, id) NOT VALID;
CREATE TABLE checked (LIKE late);
ALTER TABLE checked ADD CONSTRAINT checked_fk FOREIGN KEY (tenant_id, customer_id) REFERENCES customers (tenant_id, id) NOT VALID;
ALTER TABLE checked VALIDATE CONSTRAINT checked_fk;
CREATE TABLE parent (tenant_id int NOT NULL, customer_id int, FOREIGN KEY (tenant_id, customer_id) REFERENCES customers (tenant_id, id));
CREATE TABLE child () INHERITS (parent);
CREATE TABLE parts (tenant_id int NOT NULL, customer_id int, FOREIGN KEY (tenant_id, customer_id) REFERENCES customers (tenant_id, id)) PARTITION BY LIST (tenant_id);
CREATE TABLE part PARTITION OF parts FOR VALUES IN (1);`

// TestFollows: a composite foreign key ties the other columns where the referenced
// row is the only one, all rows are checked, and NULL switches nothing off.
func TestFollows(t *testing.T) {
	m := replayed(t, followSQL)
	for _, c := range []struct{ from, column, target, want string }{
		{"orders", "customer_id", "id", "[[tenant_id tenant_id]]"},
		{"public.orders", "customer_id", "id", "[[tenant_id tenant_id]]"},
		{"checked", "customer_id", "id", "[[tenant_id tenant_id]]"},
		{"parts", "customer_id", "id", "[[tenant_id tenant_id]]"},
		{"part", "customer_id", "id", "[[tenant_id tenant_id]]"},

		{"orders", "id", "id", "[]"},               // refers to nothing
		{"orders", "customer_id", "code", "[]"},    // not the key's columns
		{"orders", "code", "code", "[]"},           // other tenants have the same codes
		{"orders", "tenant_id", "tenant_id", "[]"}, // many rows
		{"nullable", "customer_id", "id", "[]"},    // without tenant, any customer
		{"single", "customer_id", "id", "[]"},      // says nothing about tenants
		{"late", "customer_id", "id", "[]"},        // rows of before
		{"parent", "customer_id", "id", "[]"},      // children's rows have no foreign key
		{"missing", "customer_id", "id", "[]"},
	} {
		if got := fmt.Sprint(m.Follows(name(c.from), c.column, name("customers"), c.target)); got != c.want {
			t.Errorf("%s.%s = customers.%s: %s, want %s", c.from, c.column, c.target, got, c.want)
		}
	}
	if got := m.Follows(name("orders"), "customer_id", name("missing"), "id"); got != nil {
		t.Errorf("of a missing table: %v", got)
	}
	if got := (*schema.Model)(nil).Follows(name("orders"), "customer_id", name("customers"), "id"); got != nil {
		t.Errorf("without model: %v", got)
	}
}
