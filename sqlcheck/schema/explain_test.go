package schema_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/tenantvet/tenantvet/sqlcheck"
	"github.com/tenantvet/tenantvet/sqlcheck/schema"
)

const explained = `
CREATE SCHEMA app;
CREATE ROLE keeper;
CREATE TABLE app.orders (id int, tenant_id int) PARTITION BY LIST (id);
CREATE TABLE app.unrelated (id int);
SET search_path = app;
CREATE FUNCTION inner_tenant() RETURNS int LANGUAGE sql AS $$ SELECT current_setting('app.tenant')::int $$;
CREATE FUNCTION tenant() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN inner_tenant(); END $$;
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenants ON orders USING (tenant_id = tenant());
ALTER TABLE orders OWNER TO keeper;
CREATE TABLE orders_1 PARTITION OF orders DEFAULT;
CREATE VIEW listed AS SELECT id FROM orders;
CREATE VIEW over_listed AS SELECT id FROM listed;
CREATE ROLE other;
`

const weakens = `
ALTER ROLE keeper BYPASSRLS;
CREATE OR REPLACE FUNCTION app.inner_tenant() RETURNS int LANGUAGE sql SECURITY DEFINER AS $$ SELECT 1 $$;
ALTER POLICY tenants ON app.orders USING (true);
GRANT SELECT ON app.orders_1, app.unrelated TO PUBLIC;
DROP POLICY tenants ON app.orders;
`

func TestExplain(t *testing.T) {
	m, problems := schema.Replay([]schema.File{{Path: "1.sql", SQL: explained}, {Path: "2.sql", SQL: weakens}})
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	changes := m.Explain(sqlcheck.Name{Name: "orders"})
	var b strings.Builder
	for _, c := range changes {
		fmt.Fprintf(&b, "%s:%d %s: %s\n", c.At.File, c.At.Line, c.Of, c.What)
	}
	const want = `1.sql:2 schema app: created
1.sql:3 role keeper: created
1.sql:4 table app.orders: created
1.sql:7 function app.inner_tenant(): created
1.sql:8 function app.tenant(): created
1.sql:9 table app.orders: rls enabled
1.sql:10 table app.orders: policy tenants created
1.sql:11 table app.orders: owner changed from the migrating role to keeper
1.sql:12 table app.orders_1: created
1.sql:13 view app.listed: created
1.sql:14 view app.over_listed: created
2.sql:2 role keeper: bypassrls
2.sql:3 function app.inner_tenant(): replaced
2.sql:3 function app.inner_tenant(): became security definer
2.sql:4 table app.orders: policy tenants altered
2.sql:5 table app.orders_1: granted select to public
2.sql:6 table app.orders: policy tenants dropped
`
	if b.String() != want { // also the functions of a policy that is gone
		t.Errorf("got:\n%s", b.String())
	}
	for _, c := range changes {
		switch c.Kind {
		case schema.PolicyAltered:
			if c.Before == nil || c.Before.Using != "tenant_id = tenant()" {
				t.Errorf("altered from %+v", c.Before)
			}
		case schema.PolicyDropped:
			if c.Before == nil || c.Before.Using != "true" {
				t.Errorf("dropped %+v", c.Before)
			}
		}
	}
	if m.Explain(sqlcheck.Name{Name: "nothing"}) != nil || m.Lean().Explain(sqlcheck.Name{Name: "orders"}) != nil {
		t.Error("a timeline of nothing")
	}
}
