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
			fmt.Println(r.Name, r.Write)
		}
	}
	// Output:
	// delete
	// shop.orders false
	// carts true
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

func ExampleFacts_String() {
	fmt.Print(sqlcheck.AnalyzeText("SELECT set_config('app.tenant_id', $1, true)"))
	fmt.Print(sqlcheck.AnalyzeText("SELECT FROM WHERE"))
	// Output:
	// set 0-44 params=1
	//   sets app.tenant_id local = $1 by set_config certain @7
	// rejected @12: syntax error at or near "WHERE"
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
