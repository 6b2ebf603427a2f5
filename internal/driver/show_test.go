package driver_test

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"github.com/tenantvet/tenantvet/internal/schemacheck"
)

// Two tables of tenants: one that a view leads round, and one with names that
// Mermaid would take for its own words.
const pictured = `
-- db/migrations/1.sql --
CREATE ROLE app LOGIN;
CREATE ROLE reports BYPASSRLS;
CREATE TABLE countries (code text PRIMARY KEY);
CREATE TABLE orders (id int PRIMARY KEY, tenant_id int NOT NULL, name text);
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
ALTER TABLE orders FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON orders USING (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::int);
CREATE VIEW order_names AS SELECT name FROM orders;
ALTER VIEW order_names OWNER TO reports;
GRANT SELECT ON orders, order_names TO app;
CREATE TABLE "end ""x"" [y]" (id int PRIMARY KEY, tenant_id int NOT NULL);
ALTER TABLE "end ""x"" [y]" ENABLE ROW LEVEL SECURITY;
CREATE POLICY "%% --> | p" ON "end ""x"" [y]" USING (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::int);
CREATE POLICY everybody ON "end ""x"" [y]" FOR SELECT USING (true);
`

func TestSchemaShow(t *testing.T) {
	dir := program(t, pictured)
	o := run(t, dir, tool, "schema", "show")
	for _, want := range []string{
		"db/migrations: tables of tenants: 2, others: 1; tenant context: app.tenant_id\n",
		"orders, by tenant_id\n  row-level security: on, forced; owner: the role that runs the migrations\n  policy tenant_isolation for all to public: closed\n  app may select\n" +
			"  leads round the policies: view order_names: a view of orders that runs with the rights of reports, which the policies don't bind; granted to app (1.sql:8)\n",
		"policy everybody for select to public: open to everybody",
		"may lead round the policies: owner: row-level security is not forced",
		"no tenant's: countries\n",
	} {
		if o.code != 0 || !strings.Contains(o.stdout, want) {
			t.Errorf("exits with %d, lacks %q:\n%s%s", o.code, want, o.stdout, o.stderr)
		}
	}
	var p schemacheck.Picture
	if o := run(t, dir, tool, "schema", "show", "-format", "json", "db"); json.Unmarshal([]byte(o.stdout), &p) != nil || len(p.Schemas) != 1 || len(p.Schemas[0].Tables) != 2 {
		t.Fatalf("exits with %d:\n%s%s", o.code, o.stdout, o.stderr)
	}
	orders := p.Schemas[0].Tables[1]
	if orders.Name != "orders" || orders.Policies[0].Verdict != "closed" || len(orders.Paths) != 1 || orders.Paths[0].Kind != "view" || orders.Position.Line != 4 {
		t.Errorf("%+v", orders)
	}
	for _, args := range [][]string{{"schema", "-format", "mermaid"}, {"schema", "show", "-format", "sarif"}} {
		if o := run(t, dir, tool, args...); o.code != 2 || !strings.Contains(o.stderr, "unknown format") {
			t.Errorf("%v exits with %d: %s", args, o.code, o.stderr)
		}
	}
	if o := run(t, dir, tool, "schema", "-format", "mermaid"); !strings.Contains(o.stderr, "schema show") {
		t.Errorf("who asks for the picture is not told where it is: %s", o.stderr)
	}
	if o := run(t, t.TempDir(), tool, "schema", "show"); o.code != 2 || !strings.Contains(o.stderr, "no schema was found") {
		t.Errorf("without a schema it exits with %d: %s", o.code, o.stderr)
	}
}

// Each line of the chart has one of a few forms, and no word of a schema is outside
// of quotes. That Mermaid reads them was tried with its own parser.
func TestSchemaShowMermaid(t *testing.T) {
	o := run(t, program(t, pictured), tool, "schema", "show", "-format", "mermaid")
	const text = `"(?:[^"#&<>|\[\](){};\\]|#\d+;|<br/>)*"`
	forms := regexp.MustCompile(`^(flowchart LR|  subgraph s\d+\[` + text + `\]|    direction LR|    n\d+(\[` + text + `\]|\(\[` + text + `\]\)|\{\{` + text + `\}\})(:::[a-z]+)?|    n\d+ (?:-->|-\.->)\|` + text + `\| n\d+|  end|  classDef [a-z]+ [a-z0-9#:,-]+)$`)
	for line := range strings.Lines(o.stdout) {
		if !forms.MatchString(strings.TrimSuffix(line, "\n")) {
			t.Errorf("%s", line)
		}
	}
	for _, want := range []string{`"orders<br/>tenant_id<br/>row-level security: on, forced"]:::closed`, `:::open`, `{{"view order_names"}}:::round`, `"tenant_isolation #40;all#41;: closed"`} {
		if !strings.Contains(o.stdout, want) {
			t.Errorf("lacks %s:\n%s", want, o.stdout)
		}
	}
}
