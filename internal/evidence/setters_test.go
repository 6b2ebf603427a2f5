package evidence_test

import (
	"fmt"
	"testing"
)

// What a method of an interface does, its name has to tell: one that may set the
// context is not to be taken for one that doesn't.
func TestSetters(t *testing.T) {
	const sets = "package pg\n\nfunc (t *Tenant) Scope(ctx context.Context, tx Tx) error {\n\treturn tx.Exec(ctx, \"SELECT set_config('app.tenant_id', $1, true)\", t.id)\n}\n"
	many := map[string]string{"pg/pg.go": sets}
	for i := range 70 {
		many[fmt.Sprintf("a/a%d.go", i)] = fmt.Sprintf("package a\n\nfunc f%d(ctx context.Context) { tx, _ := pool.Begin(ctx); tenant.Scope(ctx, tx) }\n", i)
	}
	for name, test := range map[string]struct {
		files map[string]string
		want  string
	}{
		"nothing":    {map[string]string{"a/a.go": "package a\n\nfunc Log(ctx context.Context, tx Tx) error { return tx.Exec(ctx, \"SELECT 1\") }\n"}, "[]"},
		"on a given": {map[string]string{"pg/pg.go": sets}, "[Scope]"},
		"through another, elsewhere": {map[string]string{"pg/pg.go": sets,
			"a/a.go": "package a\n\nfunc (p *Port) Apply(ctx context.Context, tx Tx) error { return p.tenant.Scope(ctx, tx) }\n"}, "[Apply Scope]"},
		"by a bound name":         {map[string]string{"a/a.go": "package a\n\nfunc Put(ctx context.Context, tx Tx, name, value string) error {\n\treturn tx.Exec(ctx, \"SELECT set_config($1, $2, true)\", name, value)\n}\n"}, "[Put]"},
		"more than are looked at": {many, "[* Scope]"},
		"on its own": {map[string]string{"pg/pg.go": sets,
			"a/a.go": "package a\n\nfunc (s *Store) Create(ctx context.Context) error {\n\ttx, _ := s.pool.Begin(ctx)\n\treturn s.tenant.Scope(ctx, tx)\n}\n"}, "[Scope]"},
		"by a wrapper's ordinary method": {map[string]string{"a/a.go": "package a\n\nfunc (d *DB) Exec(ctx context.Context, sql string) error {\n\treturn d.tx.Exec(ctx, \"SET LOCAL app.tenant_id = '\"+d.id+\"'\")\n}\n"}, "[]"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := fmt.Sprint(refresh(t, write(t, test.files)).Setters); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}
