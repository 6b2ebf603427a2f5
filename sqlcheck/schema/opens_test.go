package schema_test

import (
	"fmt"
	"testing"

	"github.com/tenantvet/tenantvet/sqlcheck/schema"
)

// TestOpeningValues says with which values a flag opens a policy.
func TestOpeningValues(t *testing.T) {
	for expr, want := range map[string]string{
		`current_setting('app.mode', true) = 'system'`:                                                    "[system]",
		`COALESCE(current_setting('app.mode', true), 'off') = 'on'`:                                       "[on]",
		`'on' = current_setting('app.mode')::text`:                                                        "[on]",
		`current_setting('app.mode', true) IN ('a', 'b')`:                                                 "[a b]",
		`current_setting('app.mode') IN ('a', 'b') AND owner_id IS NULL`:                                  "[]",
		`current_setting('app.mode') IN ('a', 'b') AND (path = 'x' OR current_setting('app.mode') = 'b')`: "[b]",
		`current_setting('app.mode') = 'a' AND current_setting('app.more') = 'b'`:                         "[a]",
		`NOT (current_setting('app.mode') = 'a' AND role = 'x')`:                                          "[]",
		`current_setting('app.mode') <> 'user'`:                                                           "any",
		`current_setting('app.mode')::boolean`:                                                            "any",
		`lower(current_setting('app.mode')) = 'on'`:                                                       "any",
		`current_setting('app.mode') = 'a' OR is_mode()`:                                                  "[a]",
	} {
		sql := "CREATE TABLE orders (id uuid, owner_id uuid, path text, role text);\n" +
			"ALTER TABLE orders ENABLE ROW LEVEL SECURITY;\n" +
			"CREATE POLICY p ON orders USING (" + expr + ");"
		model, problems := schema.Replay([]schema.File{{Path: "f.sql", SQL: sql}})
		if len(problems) > 0 {
			t.Fatalf("%s: %v", expr, problems)
		}
		got := ""
		for _, u := range model.Tables[0].Policies[0].Settings {
			if u.Name == "app.mode" && u.Use == schema.Flag {
				got = fmt.Sprint(u.Opens)
				if u.Any {
					got = "any"
				}
			}
		}
		if got != want {
			t.Errorf("%s: opens with %s, want %s", expr, got, want)
		}
	}
}
