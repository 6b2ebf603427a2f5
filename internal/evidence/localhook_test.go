package evidence

import "testing"

// A hook that sets the context for the transaction protects nothing: there is
// none yet. It must not make the module's pools count as scoped.
func TestHookThatSetsLocally(t *testing.T) {
	for hook, want := range map[string]bool{
		`conn.Exec(ctx, "SELECT set_config('app.tenant_id', $1, false)", id)`: true,
		`conn.Exec(ctx, "SELECT set_config($1, $2, false)", name, id)`:        true,
		`conn.Exec(ctx, "SET app.tenant_id = 'a'")`:                           true,
		`conn.Exec(ctx, "SET app.tenant_id = '" + id + "'")`:                  true,
		`conn.Exec(ctx, fmt.Sprintf("SET app.tenant_id TO %s", quote(id)))`:   true,
		`conn.Exec(ctx, "SET LOCAL app.tenant_id = " + quote(id))`:            false,
		`conn.Exec(ctx, "ALTER ROLE web SET app.tenant_id = 'a'")`:            false,
		`conn.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", id)`:  false,
		`conn.Exec(ctx, "SELECT set_config($1, $2, true)", name, id)`:         false,
		`conn.Exec(ctx, "SET LOCAL app.tenant_id = 'a'")`:                     false,
	} {
		src := "package p\n\nfunc f() {\n\tconfig.PrepareConn = func() { " + hook + " }\n}\n"
		if got := hooksOf(scanGo(src).Hooks, nil).SetsContext; got != want {
			t.Errorf("%s: sets context %v, want %v", hook, got, want)
		}
	}
}

// What gorm runs before each statement may set the context, for its
// transaction, too.
func TestGormCallback(t *testing.T) {
	for callback, want := range map[string]bool{
		`func(db *gorm.DB) { db.Exec("SELECT set_config('app.tenant_id', ?, true)", id) }`: true,
		`func(db *gorm.DB) { db.Where("tenant_id = ?", id) }`:                              false,
	} {
		src := "package p\n\nfunc f() {\n\tdb.Callback().Query().Before(\"gorm:query\").Register(\"tenant\", " + callback + ")\n}\n"
		if got := hooksOf(scanGo(src).Hooks, nil).SetsContext; got != want {
			t.Errorf("%s: sets context %v, want %v", callback, got, want)
		}
	}
}
