package driver

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/tenantvet/tenantvet/internal/dependency"
)

func TestMatters(t *testing.T) {
	dir := t.TempDir()
	file := func(name, content string) string {
		name = filepath.Join(dir, name)
		if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
		return name
	}
	noFacts, facts := file("none.vetx", ""), file("some.vetx", "x")
	plain := file("plain.go", "package p\n\n// Wait selects where updates come from.\nfunc Wait(c chan int) {\n\tselect {\n\tcase <-c:\n\t}\n}\n")
	query := file("query.go", "package p\n\nconst q = \"select id from orders\"\n")
	lines := file("lines.go", "package p\n\nconst q = `\n\tSELECT\n\t\tid\n\tFROM orders`\n")
	where := file("where.go", "package p\n\nconst q = \" WHERE tenant_id = $1\"\n")
	setting := file("setting.go", "package p\n\nconst q = \"set local app.tenant = 1\"\n")
	key := file("key.go", "package p\n\nimport \"os\"\n\nvar k = os.Getenv(\"SUPABASE_SECRET_KEY\")\n")
	handle := file("handle.go", "package p\n\nimport \"database/sql\"\n\nfunc F(*sql.DB) {}\n")
	renamed := file("renamed.go", "package p\n\nimport db \"database/sql\"\n\nfunc F(*db.DB) {}\n")
	dotted := file("dotted.go", "package p\n\nimport . \"database/sql\"\n\nfunc F(*DB) {}\n")
	null := file("null.go", "package p\n\nimport \"database/sql\"\n\ntype T struct{ sql.NullString }\n")
	databases := []string{"database/sql", "github.com/jackc/pgx/v5"}

	sqlOnly := map[string]string{"database/sql": "database/sql"}
	own := unit{Unit: dependency.Unit{ModulePath: "shop", ImportPath: "shop/p", GoFiles: []string{plain}}}
	other := unit{Unit: dependency.Unit{ModulePath: "example.com/lib", ModuleVersion: "v1.0.0", ImportPath: "example.com/lib", GoFiles: []string{query}}}
	tests := []struct {
		name string
		unit unit
		want bool
	}{
		{"plain", own, false},
		{"imports a database", own.with(func(u *unit) { u.ImportMap = map[string]string{"database/sql": "database/sql"} }), true},
		{"imports a part of a database package", own.with(func(u *unit) { u.ImportMap = map[string]string{"database/sql/driver": "database/sql/driver"} }), false},
		{"imports facts", own.with(func(u *unit) { u.PackageVetx = map[string]string{"a": noFacts, "b": facts} }), true},
		{"imports empty facts", own.with(func(u *unit) { u.PackageVetx = map[string]string{"a": noFacts} }), false},
		{"facts that can't be read", own.with(func(u *unit) { u.PackageVetx = map[string]string{"a": filepath.Join(dir, "gone")} }), true},
		{"query text", own.with(func(u *unit) { u.GoFiles = []string{plain, query} }), true},
		{"query over several lines", own.with(func(u *unit) { u.GoFiles = []string{lines} }), true},
		{"part of a query", own.with(func(u *unit) { u.GoFiles = []string{where} }), true},
		{"setting", own.with(func(u *unit) { u.GoFiles = []string{setting} }), true},
		{"credential", own.with(func(u *unit) { u.GoFiles = []string{key} }), true},
		{"file that can't be read", own.with(func(u *unit) { u.GoFiles = []string{filepath.Join(dir, "gone.go")} }), true},
		{"reads requests", own.with(func(u *unit) { u.ImportMap = map[string]string{"net/http": "net/http"} }), true},
		{"hands contexts on", own.with(func(u *unit) { u.ImportMap = map[string]string{"context": "context"} }), true},
		{"another module that reads requests", other.with(func(u *unit) { u.ImportMap = map[string]string{"net/http": "net/http"} }), false},
		{"list of files", unit{Unit: dependency.Unit{ImportPath: "command-line-arguments", GoFiles: []string{query}}}, true},
		{"query text of another module", other, false},
		{"another module on a database", other.with(func(u *unit) { u.ImportMap = map[string]string{"github.com/jackc/pgx/v5": "x"} }), true},
		{"another module on database/sql", other.with(func(u *unit) { u.ImportMap, u.GoFiles = sqlOnly, []string{plain, handle} }), true},
		{"another module on database/sql by another name", other.with(func(u *unit) { u.ImportMap, u.GoFiles = sqlOnly, []string{renamed} }), true},
		{"another module on database/sql without a name", other.with(func(u *unit) { u.ImportMap, u.GoFiles = sqlOnly, []string{dotted} }), true},
		{"another module with types for database/sql", other.with(func(u *unit) { u.ImportMap, u.GoFiles = sqlOnly, []string{null} }), false},
		{"types for database/sql", own.with(func(u *unit) { u.ImportMap, u.GoFiles = sqlOnly, []string{null} }), true},
		{"the database itself", other.with(func(u *unit) {
			u.ImportPath = "github.com/jackc/pgx/v5/pgxpool"
			u.ImportMap = map[string]string{"github.com/jackc/pgx/v5": "x"}
		}), false},
		{"standard library", unit{Unit: dependency.Unit{ImportPath: "net/http", GoFiles: []string{query}, ImportMap: map[string]string{"database/sql": "database/sql"}}}, false},
		{"vendored by the standard library", unit{Unit: dependency.Unit{ImportPath: "vendor/golang.org/x/net/idna", GoFiles: []string{query}}}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.unit.matters(databases, []string{"net/http"}); got != tt.want {
				t.Errorf("matters = %v, want %v", got, tt.want)
			}
		})
	}
}

func (u unit) with(change func(*unit)) unit {
	change(&u)
	return u
}
