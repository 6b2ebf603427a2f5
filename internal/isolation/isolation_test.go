package isolation_test

import (
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/tenantvet/tenantvet/internal/isolation"
)

func TestFind(t *testing.T) {
	for name, test := range map[string]struct {
		files            string
		found            int
		tested, untested []string
	}{
		"identifiers": {"-- a_test.go --\npackage a\nfunc TestOrders(t *testing.T) { tenantA, tenantB := New(), New(); ListOrderItems(tenantA); CreateInvoice(tenantB) }\n",
			1, []string{"order_items", "invoices", "orders"}, []string{"items_sold", "customers"}},
		"numbers":     {"-- a_test.go --\npackage a\nvar org1, org2 = 1, 2\nconst q = `SELECT * FROM app.notes`\n", 1, []string{"notes"}, []string{"orders"}},
		"other":       {"-- a_test.go --\npackage a\nfunc TestLeak(t *testing.T) { read(\"companies\", otherTenantID) }\n", 1, []string{"companies"}, nil},
		"values":      {"-- a_test.go --\npackage a\nvar ids = []string{\"tenant-a\", \"tenant-b\"}; var _ = \"DELETE FROM boxes\"\n", 1, []string{"boxes"}, nil},
		"one":         {"-- a_test.go --\npackage a\nvar tenantID = 1; const q = `SELECT * FROM notes`\n", 0, nil, []string{"notes"}},
		"no test":     {"-- a.go --\npackage a\nvar tenantA, tenantB = 1, 2; const q = `SELECT * FROM notes`\n", 0, nil, []string{"notes"}},
		"vendored":    {"-- vendor/b/a_test.go --\npackage a\nvar tenantA, tenantB = 1, 2; const q = `SELECT * FROM notes`\n", 0, nil, []string{"notes"}},
		"pgTAP":       {"-- tests/1.sql --\nSELECT plan(2);\nSELECT set_config('app.tenant_id', '1', true);\nSELECT is_empty('SELECT FROM notes');\nSELECT set_config('app.tenant_id', '2', true);\n", 1, []string{"notes"}, []string{"orders"}},
		"one context": {"-- tests/1.sql --\nSELECT plan(2);\nSELECT set_config('app.tenant_id', '1', true);\nSELECT is_empty('SELECT FROM notes');\n", 0, nil, []string{"notes"}},
		"no pgTAP":    {"-- migrations/1.sql --\nSELECT set_config('app.tenant_id', '1', true);\nSELECT set_config('app.tenant_id', '2', true);\nINSERT INTO notes VALUES (1);\n", 0, nil, []string{"notes"}},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			for _, f := range txtar.Parse([]byte(test.files)).Files {
				file := filepath.Join(dir, filepath.FromSlash(f.Name))
				if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(file, f.Data, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			found := isolation.Find([]string{dir}, []string{"tenant", "org"}, []string{"app.tenant_id"})
			if len(found.Files) != test.found {
				t.Errorf("isolation tests: %v", found.Files)
			}
			for _, table := range test.tested {
				if !found.Exercise(table) {
					t.Errorf("%s is tested", table)
				}
			}
			for _, table := range test.untested {
				if found.Exercise(table) {
					t.Errorf("%s is not tested", table)
				}
			}
		})
	}
}
