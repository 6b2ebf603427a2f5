package sqlcheck_test

import (
	"fmt"

	"github.com/tenantvet/tenantvet/sqlcheck"
)

func ExampleAnalyzeText() {
	facts := sqlcheck.AnalyzeText(`
		WITH recent AS (SELECT * FROM shop.orders o WHERE o.created > $1)
		DELETE FROM carts USING recent WHERE carts.id = recent.cart_id`)
	for _, s := range facts.Statements {
		fmt.Println(s.Op)
		for _, r := range s.Relations {
			fmt.Println(r.Name, r.Role, r.Within, r.Write)
		}
	}
	// Output:
	// delete
	// shop.orders from in cte false
	// carts target at top true
}

// A text of several statements has the facts of each.
func ExampleAnalyzeText_statements() {
	facts := sqlcheck.AnalyzeText(`
		BEGIN;
		SELECT set_config('app.tenant_id', $1, true);
		SELECT * FROM orders;
		COMMIT`)
	for _, s := range facts.Statements {
		fmt.Println(s.Op, s.Tx, len(s.Relations), len(s.Settings))
	}
	// Output:
	// txn begin 0 0
	// set none 0 1
	// select none 1 0
	// txn commit 0 0
}

// A setting has a lifetime, and a value that is bound, written out or formatted.
func ExampleAnalyzeText_settings() {
	for _, sql := range []string{
		"SELECT set_config('app.tenant_id', $1, true)",
		"SET app.tenant_id = '42'",
		"SET LOCAL ROLE app_user",
		"RESET ALL",
		"SELECT set_config('app.tenant_id', $1, true) FROM orders",
	} {
		s := sqlcheck.AnalyzeText(sql).Statements[0].Settings[0]
		fmt.Printf("%s %s, value %s, reset %t, certain %t\n", s.Name, s.Lifetime, s.Value, s.Reset, s.Certain)
	}
	// Output:
	// app.tenant_id local, value $1, reset false, certain true
	// app.tenant_id session, value "42", reset false, certain true
	// role local, value "app_user", reset false, certain true
	// all session, value nothing, reset true, certain true
	// app.tenant_id local, value $1, reset false, certain false
}

// The body of a DO is read, and what it executes if that is made of constants.
func ExampleAnalyzeText_bodies() {
	fmt.Print(sqlcheck.AnalyzeText(`DO $$
		DECLARE t text;
		BEGIN
			FOREACH t IN ARRAY ARRAY['orders', 'items'] LOOP
				EXECUTE format('TRUNCATE shop.%I', t);
			END LOOP;
			EXECUTE current_setting('app.script');
		END $$`))
	// Output:
	// call 0-190
	//   writes shop.orders in body @113
	//   writes shop.items in body @113
	//   dynamic
}

// What a text prepares is what EXECUTE does, with the arguments in the place of
// the placeholders.
func ExampleStatement_prepared() {
	facts := sqlcheck.AnalyzeText("PREPARE q AS SELECT set_config($1, $2, true); EXECUTE q('app.tenant_id', '42')")
	s := facts.Statements[1]
	fmt.Println(s.Executes, s.Settings[0].Name, s.Settings[0].Value, s.Settings[0].Certain)
	// Output:
	// q app.tenant_id "42" true
}

func ExampleAnalyze() {
	// fmt.Sprintf("SET LOCAL app.tenant_id = '%s'", id)
	t := sqlcheck.Template{Parts: []sqlcheck.Part{
		{Text: "SET LOCAL app.tenant_id = '"},
		{Hole: &sqlcheck.Hole{Type: "string"}},
		{Text: "'"},
	}}
	for _, s := range sqlcheck.Analyze(t).Statements[0].Settings {
		fmt.Println(s.Name, s.Lifetime == sqlcheck.Local, s.Value.Kind == sqlcheck.Formatted, s.Value.Holes)
	}
	// Output:
	// app.tenant_id true true [1]
}

// The place of a hole says what its value can do there.
func ExampleAnalyze_holes() {
	// "SELECT * FROM " + table + " WHERE name = '" + name + "' " + clause
	t := sqlcheck.Template{Parts: []sqlcheck.Part{
		{Text: "SELECT * FROM "},
		{Hole: &sqlcheck.Hole{Trust: sqlcheck.QuotedIdentifier}},
		{Text: " WHERE name = '"},
		{Hole: &sqlcheck.Hole{}},
		{Text: "' "},
		{Hole: &sqlcheck.Hole{}},
	}}
	s := sqlcheck.Analyze(t).Statements[0]
	for _, h := range s.Holes {
		fmt.Println(h.Part, h.Place, t.Parts[h.Part].Hole.Trust.Safe(h.Place))
	}
	fmt.Println("may do more than its facts say:", s.Opaque())
	// Output:
	// 1 name true
	// 3 literal false
	// 5 fragment false
	// may do more than its facts say: true
}

// Pins are what the conditions hold a relation's columns to.
func ExamplePin() {
	s := sqlcheck.AnalyzeText(`
		SELECT o.id FROM orders o JOIN items i ON i.tenant_id = o.tenant_id AND i.order_id = o.id
		WHERE o.tenant_id = $1 AND o.status = 'paid' OR o.tenant_id = $1 AND o.id = $2`).Statements[0]
	for _, r := range s.Relations {
		for _, p := range r.Pins {
			fmt.Println(r.Name, p.Column, p.To, p.Param)
		}
	}
	// Output:
	// orders id lookup 0
	// orders tenant_id param 1
	// items order_id lookup 0
	// items tenant_id param 1
}

func ExampleInsertion() {
	s := sqlcheck.AnalyzeText(`
		INSERT INTO settings (tenant_id, key, value) VALUES ($1, 'theme', $2)
		ON CONFLICT (key) DO UPDATE SET value = excluded.value`).Statements[0]
	in := s.Inserts[0]
	for _, c := range in.Columns {
		fmt.Printf("%s: %s %d %q\n", c.Column, c.From, c.Param, c.Text)
	}
	fmt.Println(s.Relations[in.Relation].Name, in.Conflict.Columns, in.Conflict.Update)
	// Output:
	// tenant_id: param 1 ""
	// key: literal 0 "theme"
	// value: param 2 ""
	// settings [key] true
}

// columnsOf is a catalog that knows columns and no keys.
type columnsOf map[string][]string

func (c columnsOf) Columns(n sqlcheck.Name) (columns []string, known bool) {
	columns, known = c[n.Name]
	return columns, known
}

func (columnsOf) Unique(sqlcheck.Name, []string) (unique, known bool) { return false, false }

// With a catalog it is known which relation a column without qualifier belongs to.
func ExampleAnalyzeIn() {
	t := sqlcheck.Text("SELECT * FROM orders JOIN currencies ON code = currency WHERE tenant_id = $1")
	catalog := columnsOf{"orders": {"id", "tenant_id", "currency"}, "currencies": {"code", "name"}}
	for _, r := range sqlcheck.AnalyzeIn(t, catalog).Statements[0].Relations {
		for _, p := range r.Pins {
			fmt.Println(r.Name, p.Column, p.To)
		}
	}
	// Output:
	// orders tenant_id param
	// currencies code lookup
}

func ExampleFacts_String() {
	fmt.Print(sqlcheck.AnalyzeText("SELECT set_config('app.tenant_id', $1, true)"))
	fmt.Print(sqlcheck.AnalyzeText("SELECT FROM WHERE"))
	// Output:
	// set 0-44 params=1
	//   sets app.tenant_id local = $1 by set_config certain @7
	// rejected @12: syntax error at or near "WHERE"
}

// A text that can't be understood says why, and where.
func ExampleError() {
	whole := sqlcheck.Template{Parts: []sqlcheck.Part{{Hole: &sqlcheck.Hole{}}}}
	for _, t := range []sqlcheck.Template{sqlcheck.Text("SELECT 1; DELETE orders"), whole} {
		err := sqlcheck.Analyze(t).Err
		fmt.Printf("%s at %d: %s\n", err.Cause, err.Offset, err)
	}
	// Output:
	// rejected at 17: syntax error at or near "orders"
	// opaque at 0: the text is not known
}

func ExampleTemplate_Locate() {
	t := sqlcheck.Template{Parts: []sqlcheck.Part{
		{Text: "SELECT * FROM orders WHERE "},
		{Hole: &sqlcheck.Hole{}},
		{Text: " AND id IN (SELECT id FROM items)"},
	}}
	for _, r := range sqlcheck.Analyze(t).Statements[0].Relations {
		part, offset, _ := t.Locate(r.Pos)
		fmt.Println(r.Name, "in part", part, "at", offset)
	}
	// Output:
	// orders in part 0 at 14
	// items in part 2 at 27
}

func ExampleStatement_Moves() {
	facts := sqlcheck.AnalyzeText("UPDATE orders SET tenant_id = $2 WHERE tenant_id = $1 AND id = $3")
	for _, m := range facts.Statements[0].Moves("tenant_id") {
		fmt.Printf("from $%d to $%d\n", m.From.Param, m.To.Param)
	}
	// Output: from $1 to $2
}
