package evidence_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

// A key is bare only if nobody may set the tenant's context on what is under it: each of
// the cases that are not has some way to, which a finding must not overlook.
func TestBare(t *testing.T) {
	const head = `
import (
	"context"
	"net/http"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/shop/db"
	"example.com/shop/tenant"
)
`
	const carrier = `package db

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

type txKey struct{}

func WithTx(ctx context.Context, tx pgx.Tx) context.Context { return context.WithValue(ctx, txKey{}, tx) }

type Store struct{ pool *pgxpool.Pool }

func From(ctx context.Context) pgx.Tx {
	tx, _ := ctx.Value(txKey{}).(pgx.Tx)
	return tx
}

func (s *Store) Conn(ctx context.Context) DBTX {
	if tx, ok := ctx.Value(txKey{}).(pgx.Tx); ok {
		return tx
	}
	return s.pool
}
`
	const middleware = "package web\n" + head + `
func Middleware(pool *pgxpool.Pool, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		tx, err := pool.Begin(r.Context())
		if err != nil {
			return
		}
		defer tx.Rollback(r.Context())
		next.ServeHTTP(w, r.WithContext(db.WithTx(r.Context(), tx)))
		tx.Commit(r.Context())
	})
}
`
	const setter = "package tenant\n" + `
import (
	"context"

	"github.com/jackc/pgx/v5"
)

type execer interface{ Exec(ctx context.Context, sql string, args ...any) error }

func Set(ctx context.Context, tx execer, id string) error {
	return tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", id)
}
`
	// The module sets the context somewhere else.
	const jobs = "package jobs\n" + head + `
type Jobs struct{ pool *pgxpool.Pool }

func (j *Jobs) Run(ctx context.Context, id string, fn func(pgx.Tx) error) error {
	tx, err := j.pool.Begin(ctx)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", id); err != nil {
		return err
	}
	return fn(tx)
}
`
	const main = "package main\n\nfunc main() {}\n"
	web := func(body string) string { return "package more\n" + head + body }
	base := map[string]string{"main.go": main, "db/db.go": carrier, "web/web.go": middleware, "jobs/jobs.go": jobs}
	const key = "example.com/shop/db.txKey"
	for name, test := range map[string]struct {
		files map[string]string
		bare  bool
	}{
		"set elsewhere only": {nil, true},
		"a setter, called elsewhere": {map[string]string{"tenant/set.go": setter, "more/more.go": web(`
func one(ctx context.Context, pool *pgxpool.Pool) error {
	return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error { return tenant.Set(ctx, tx, "a") })
}
`)}, true},
		"a setter, called on the pool": {map[string]string{"tenant/set.go": setter, "more/more.go": web(`
func one(ctx context.Context, pool *pgxpool.Pool) error { return tenant.Set(ctx, pool, "a") }
`)}, true},
		"begun by a function": {map[string]string{"tenant/set.go": setter, "more/more.go": web(`
func begin(ctx context.Context, pool *pgxpool.Pool) (tx pgx.Tx, err error) {
	tx, err = pool.BeginTx(ctx, pgx.TxOptions{})
	return
}

func one(ctx context.Context, pool *pgxpool.Pool) error {
	tx, err := begin(ctx, pool)
	if err != nil {
		return err
	}
	return tenant.Set(ctx, tx, "a")
}
`)}, true},
		"within a function": {map[string]string{"tenant/set.go": setter, "more/more.go": web(`
func within(ctx context.Context, pool *pgxpool.Pool, fn func(pgx.Tx) error) error {
	return pgx.BeginFunc(ctx, pool, fn)
}

func one(ctx context.Context, pool *pgxpool.Pool) error {
	return within(ctx, pool, func(tx pgx.Tx) error { return tenant.Set(ctx, tx, "a") })
}
`)}, true},
		"generated queries": {map[string]string{"store/store.go": `package store

func New(db DBTX) *Queries { return &Queries{db: db} }

type Queries struct{ db DBTX }

func (q *Queries) WithTx(tx pgx.Tx) *Queries { return &Queries{db: tx} }

const setTenant = "-- name: SetTenant :exec\nSELECT set_config('app.tenant_id', $1, true)\n"

func (q *Queries) SetTenant(ctx context.Context, id string) error {
	_, err := q.db.Exec(ctx, setTenant, id)
	return err
}
`, "more/more.go": web(`
type S struct {
	pool    *pgxpool.Pool
	queries *store.Queries
}

func (s *S) one(ctx context.Context) error {
	tx, err := s.pool.Begin(ctx)
	if err != nil {
		return err
	}
	q := s.queries.WithTx(tx)
	return q.SetTenant(ctx, "a")
}
`)}, true},
		"a pool among others": {map[string]string{"more/more.go": web(`
type deps struct{ DB *pgxpool.Pool }

type S struct{ deps deps }

func (s *S) one(ctx context.Context) error {
	tx, err := s.deps.DB.Begin(ctx)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", "a")
	return err
}
`)}, true},
		"a batch": {map[string]string{"more/more.go": web(`
func one(ctx context.Context, pool *pgxpool.Pool) error {
	b := &pgx.Batch{}
	b.Queue("SELECT set_config('app.tenant_id', $1, true)", "a")
	return pool.SendBatch(ctx, b).Close()
}
`)}, true},
		"other settings, and functions of the server": {map[string]string{"more/more.go": web(`
func one(ctx context.Context) error {
	tx := db.From(ctx)
	tx.Exec(ctx, "SET LOCAL statement_timeout = '5s'")
	return tx.QueryRow(ctx, "SELECT pg_advisory_xact_lock($1)", 1).Scan(nil)
}
`)}, true},
		"a function of the module's SQL that sets nothing": {map[string]string{
			"migrations/1.up.sql": "CREATE FUNCTION app.next_number() RETURNS int LANGUAGE sql AS 'SELECT 1';\n",
			"more/more.go": web(`
func one(ctx context.Context) error { return db.From(ctx).QueryRow(ctx, "SELECT app.next_number()").Scan(nil) }
`)}, true},
		"a unit of work": {map[string]string{"web/web.go": "package web\n" + head + `
func Within(ctx context.Context, pool *pgxpool.Pool, fn func(ctx context.Context) error) error {
	return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error { return fn(db.WithTx(ctx, tx)) })
}
`}, true},
		"a pool of the module's own": {map[string]string{"more/more.go": web(`
type Pool struct {
	*pgxpool.Pool
	name string
}

func (p *Pool) InTenant(ctx context.Context, id string, fn func(pgx.Tx) error) error {
	tx, err := p.Begin(ctx)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", id); err != nil {
		return err
	}
	return fn(tx)
}
`)}, true},

		"a second middleware": {map[string]string{"more/more.go": web(`
func Second(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		tx := db.From(r.Context())
		tx.Exec(r.Context(), "SELECT set_config('app.tenant_id', $1, true)", "a")
		next.ServeHTTP(w, r)
	})
}
`)}, false},
		"a second middleware with a setter": {map[string]string{"tenant/set.go": setter, "more/more.go": web(`
func Second(w http.ResponseWriter, r *http.Request) { tenant.Set(r.Context(), db.From(r.Context()), "a") }
`)}, false},
		"a setter that asks the context": {map[string]string{"db/set.go": `package db

import (
	"context"

	"github.com/jackc/pgx/v5"
)

func Scope(ctx context.Context, id string) {
	tx := ctx.Value(txKey{}).(pgx.Tx)
	tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", id)
}
`}, false},
		"a wrapper that runs on what the context carries": {map[string]string{"db/set.go": `package db

import "context"

func (s *Store) Exec(ctx context.Context, sql string, args ...any) error { return s.Conn(ctx).Exec(ctx, sql, args...) }
`, "more/more.go": web(`
type H struct{ store *db.Store }

func (h *H) Second(ctx context.Context) { h.store.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", "a") }
`)}, false},
		"through two getters": {map[string]string{"tenant/set.go": setter, "more/more.go": web(`
func current(ctx context.Context) pgx.Tx { return db.From(ctx) }

func second(ctx context.Context) error {
	tx := current(ctx)
	return tenant.Set(ctx, tx, "a")
}
`)}, false},
		"through two setters": {map[string]string{"tenant/set.go": setter, "more/more.go": web(`
func apply(ctx context.Context, tx pgx.Tx) error { return tenant.Set(ctx, tx, "a") }

func second(ctx context.Context) error { return apply(ctx, db.From(ctx)) }
`)}, false},
		"a setter that is passed on": {map[string]string{"tenant/set.go": setter, "more/more.go": web(`
func with(ctx context.Context, set func(context.Context, pgx.Tx, string) error) error { return set(ctx, db.From(ctx), "a") }

func second(ctx context.Context) error { return with(ctx, tenant.Set) }
`)}, false},
		"a getter in a field": {map[string]string{"tenant/set.go": setter, "more/more.go": web(`
type H struct{ tx func(context.Context) pgx.Tx }

func (h *H) second(ctx context.Context) error { return tenant.Set(ctx, h.tx(ctx), "a") }

var h = &H{tx: db.From}
`)}, false},
		"in a closure": {map[string]string{"more/more.go": web(`
func second(ctx context.Context) {
	tx := db.From(ctx)
	set := func(id string) { tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", id) }
	set("a")
}
`)}, false},
		"a savepoint": {map[string]string{"more/more.go": web(`
func second(ctx context.Context) {
	sp, _ := db.From(ctx).Begin(ctx)
	sp.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", "a")
}
`)}, false},
		"generated queries on it": {map[string]string{"store/store.go": `package store

func New(db DBTX) *Queries { return &Queries{db: db} }

type Queries struct{ db DBTX }

func (q *Queries) SetTenant(ctx context.Context, id string) error {
	_, err := q.db.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", id)
	return err
}
`, "more/more.go": web(`
func second(ctx context.Context) error { return store.New(db.From(ctx)).SetTenant(ctx, "a") }
`)}, false},
		"in a field that is stored later": {map[string]string{"more/more.go": web(`
type unit struct {
	pool *pgxpool.Pool
	tx   pgx.Tx
}

func (u *unit) scope(ctx context.Context) error {
	_, err := u.tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", "a")
	return err
}

func second(ctx context.Context, pool *pgxpool.Pool) error {
	u := &unit{pool: pool}
	u.tx = db.From(ctx)
	return u.scope(ctx)
}
`)}, false},
		"who called the unit of work": {map[string]string{"db/begin.go": `package db

import (
	"context"

	"github.com/jackc/pgx/v5"
)

func (s *Store) Begin(ctx context.Context) (context.Context, pgx.Tx, error) {
	tx, err := s.pool.Begin(ctx)
	return WithTx(ctx, tx), tx, err
}
`, "more/more.go": web(`
func one(ctx context.Context, s *db.Store) {
	ctx, tx, _ := s.Begin(ctx)
	tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", "a")
}
`)}, false},
		"the callback of the unit of work": {map[string]string{"db/within.go": `package db

import (
	"context"

	"github.com/jackc/pgx/v5"
)

func (s *Store) Within(ctx context.Context, fn func(context.Context, pgx.Tx) error) error {
	return pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error { return fn(WithTx(ctx, tx), tx) })
}
`, "more/more.go": web(`
func one(ctx context.Context, s *db.Store) error {
	return s.Within(ctx, func(ctx context.Context, tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", "a")
		return err
	})
}
`)}, false},
		"a holder that is put there": {map[string]string{"more/more.go": web(`
type unit struct{ tx pgx.Tx }

func (u *unit) into(ctx context.Context) context.Context { return db.WithTx(ctx, u.tx) }
`)}, false},
		"one that somebody began": {map[string]string{"more/more.go": web(`
func resume(ctx context.Context, begin func() pgx.Tx) context.Context {
	tx := begin()
	return db.WithTx(ctx, tx)
}
`)}, false},
		"begun scoped by a function": {map[string]string{"more/more.go": web(`
func begin(ctx context.Context, pool *pgxpool.Pool) pgx.Tx {
	tx, _ := pool.Begin(ctx)
	tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", "a")
	return tx
}

func third(ctx context.Context, pool *pgxpool.Pool) context.Context {
	tx := begin(ctx, pool)
	return db.WithTx(ctx, tx)
}
`)}, false},
		"begun by a pool that scopes": {map[string]string{"more/more.go": web(`
type Pool struct{ inner *pgxpool.Pool }

func (p *Pool) Begin(ctx context.Context) (pgx.Tx, error) {
	tx, err := p.inner.Begin(ctx)
	if err != nil {
		return nil, err
	}
	_, err = tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", "a")
	return tx, err
}

func third(ctx context.Context, p *Pool) context.Context {
	tx, _ := p.Begin(ctx)
	return db.WithTx(ctx, tx)
}
`)}, false},
		"a pool of the module's own that takes what the context carries": {map[string]string{"more/more.go": web(`
type Pool struct{ *pgxpool.Pool }

func (p *Pool) Begin(ctx context.Context) (pgx.Tx, error) {
	if tx := db.From(ctx); tx != nil {
		return tx, nil
	}
	return p.Pool.Begin(ctx)
}

func (p *Pool) InTenant(ctx context.Context, id string) error {
	tx, err := p.Begin(ctx)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", id)
	return err
}
`)}, false},
		"begun by another module's pool": {map[string]string{"more/more.go": "package more\n\nimport (\n\t\"context\"\n\n\t\"corp.example/tenantdb\"\n\n\t\"example.com/shop/db\"\n)\n" + `
func third(ctx context.Context, p *tenantdb.Pool) context.Context {
	tx, _ := p.Begin(ctx)
	return db.WithTx(ctx, tx)
}
`}, false},
		"scoped by another module": {map[string]string{"more/more.go": "package more\n\nimport (\n\t\"context\"\n\n\t\"corp.example/tenantdb\"\n\t\"github.com/jackc/pgx/v5/pgxpool\"\n\n\t\"example.com/shop/db\"\n)\n" + `
func third(ctx context.Context, pool *pgxpool.Pool) context.Context {
	tx, _ := pool.Begin(ctx)
	tenantdb.Scope(ctx, tx)
	return db.WithTx(ctx, tx)
}
`}, false},
		"scoped by another module, later": {map[string]string{"more/more.go": "package more\n\nimport (\n\t\"context\"\n\n\t\"corp.example/tenantdb\"\n\n\t\"example.com/shop/db\"\n)\n" + `
func second(ctx context.Context) {
	tx := db.From(ctx)
	tenantdb.Scope(ctx, tx)
}
`}, false},
		"scoped by another module, through a getter": {map[string]string{"more/more.go": "package more\n\nimport (\n\t\"context\"\n\n\t\"corp.example/tenantdb\"\n\n\t\"example.com/shop/db\"\n)\n" + `
func current(ctx context.Context) any {
	tx := db.From(ctx)
	return tx
}

func second(ctx context.Context, t *tenantdb.Tenant) { t.Scope(ctx, current(ctx)) }
`}, false},
		"one pool of many": {map[string]string{"more/more.go": web(`
type tenantOf struct{ pool *pgxpool.Pool }

func third(ctx context.Context, all map[string]*tenantOf) context.Context {
	t := all["a"]
	tx, _ := t.pool.Begin(ctx)
	return db.WithTx(ctx, tx)
}
`)}, false},
		"put by a function that is passed on": {map[string]string{"more/more.go": web(`
var put = db.WithTx

func third(ctx context.Context, pool *pgxpool.Pool) context.Context {
	tx, _ := pool.Begin(ctx)
	tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", "a")
	return put(ctx, tx)
}
`)}, false},
		"a function of SQL that sets it": {map[string]string{
			"migrations/1.up.sql": "CREATE FUNCTION app.set_tenant(t text) RETURNS void LANGUAGE sql AS $$ SELECT set_config('app.tenant_id', t, true) $$;\n",
			"more/more.go": web(`
func second(ctx context.Context) { db.From(ctx).Exec(ctx, "SELECT app.set_tenant($1)", "a") }
`)}, false},
		"a function of SQL beside a table": {map[string]string{
			"migrations/1.up.sql": "CREATE FUNCTION app.set_tenant(t text) RETURNS void LANGUAGE sql AS $$ SELECT set_config('app.tenant_id', t, true) $$;\n",
			"more/more.go": web(`
func second(ctx context.Context) { db.From(ctx).Exec(ctx, "SELECT app.set_tenant(tenant) FROM users WHERE name = $1", "a") }
`)}, false},
		"a function of SQL that calls another one": {map[string]string{
			"migrations/1.up.sql": "CREATE FUNCTION app.set_tenant(t text) RETURNS void LANGUAGE sql AS $$ SELECT set_config('app.tenant_id', t, true) $$;\n",
			"migrations/2.up.sql": "CREATE FUNCTION app.enter(t text) RETURNS void LANGUAGE sql AS $$ SELECT app.set_tenant(t) $$;\n",
			"more/more.go": web(`
func second(ctx context.Context) { db.From(ctx).Exec(ctx, "SELECT app.enter($1)", "a") }
`)}, false},
		"a trigger": {map[string]string{
			"migrations/1.up.sql": "CREATE FUNCTION app.enter() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM set_config('app.tenant_id', NEW.t, true); RETURN NEW; END $$;\n"}, false},
		"a connection of a driver": {map[string]string{"more/more.go": web(`
type conn struct{ inner driver.Conn }

func (c *conn) BeginTx(ctx context.Context, opts driver.TxOptions) (driver.Tx, error) {
	c.inner.ExecContext(ctx, "SELECT set_config('app.tenant_id', $1, true)", "a")
	return nil, nil
}

func one(ctx context.Context, pool *pgxpool.Pool) { pool.BeginTx(ctx, pgx.TxOptions{}) }
`)}, false},
		"a module below this one": {map[string]string{"go.mod": "module example.com/shop\n", "tools/go.mod": "module example.com/tools\n\nrequire example.com/shop v0.0.0\n\nreplace example.com/shop => ../\n"}, false},
		"a function of SQL that nobody knows": {map[string]string{"more/more.go": web(`
func second(ctx context.Context) { db.From(ctx).Exec(ctx, "CALL enter($1)", "a") }
`)}, false},
		"a setting whose name is put together": {map[string]string{"more/more.go": web(`
func second(ctx context.Context, name string) { db.From(ctx).Exec(ctx, fmt.Sprintf("SET LOCAL %s = '%s'", name, "a")) }
`)}, false},
		"a role": {map[string]string{"more/more.go": web(`
func second(ctx context.Context) { db.From(ctx).Exec(ctx, "SET LOCAL ROLE tenant_a") }
`)}, false},
		"a text in a table": {map[string]string{"more/more.go": web(`
var texts = map[string]string{"set": "SELECT set_config('app.tenant_id', $1, true)"}

func second(ctx context.Context) { db.From(ctx).Exec(ctx, texts["set"], "a") }
`)}, false},
		"a function in a table": {map[string]string{"more/more.go": web(`
var steps = []func(context.Context){func(ctx context.Context) { db.From(ctx).Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", "a") }}
`)}, false},
		"a text in a list of them": {map[string]string{"more/more.go": web(`
const set = "SELECT set_config('app.tenant_id', $1, true)"

var all = []string{set}

func second(ctx context.Context) { db.From(ctx).Exec(ctx, all[0], "a") }
`)}, false},
		"a variable that another function fills": {map[string]string{"more/more.go": web(`
func take(ctx context.Context, to *pgx.Tx) { *to = db.From(ctx) }

func second(ctx context.Context, pool *pgxpool.Pool) {
	tx, _ := pool.Begin(ctx)
	take(ctx, &tx)
	tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", "a")
}
`)}, false},
		"a text of another package": {map[string]string{"tenant/text.go": "package tenant\n\nconst Set = \"SELECT set_config('app.tenant_id', $1, true)\"\n", "more/more.go": web(`
func second(ctx context.Context) { db.From(ctx).Exec(ctx, tenant.Set, "a") }
`)}, false},
		"a text in an embedded file": {map[string]string{"more/set.sql": "SELECT set_config('app.tenant_id', $1, true);\n", "more/more.go": "package more\n\nimport _ \"embed\"\n\n//go:embed set.sql\nvar text string\n"}, false},
		"a context of its own": {map[string]string{"db/own.go": `package db

import "context"

type own struct {
	context.Context
	tx any
}

func (o own) Value(key any) any {
	if key == (txKey{}) {
		return o.tx
	}
	return o.Context.Value(key)
}
`}, false},
		"a key that nobody names": {map[string]string{"more/more.go": web(`
func third(ctx context.Context, key any, tx pgx.Tx) context.Context { return context.WithValue(ctx, key, tx) }
`)}, false},
		"a library":                  {map[string]string{"main.go": "package shop\n"}, false},
		"wrappers that are declared": {map[string]string{"tenantvet.yaml": "version: 1\napis:\n  - type: \"*corp.example/tenantdb.Pool\"\n    kind: pool\n"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			files := maps.Clone(base)
			maps.Copy(files, test.files)
			bare := refresh(t, write(t, files)).Bare
			at, ok := bare[key]
			if ok != test.bare || len(bare) > 1 {
				t.Fatalf("got %v; bare: %t", slices.Sorted(maps.Keys(bare)), test.bare)
			}
			if ok && (!strings.HasPrefix(at.File, "web/") || at.Line == 0) {
				t.Errorf("it is put there at %v", at)
			}
		})
	}
}

// Contexts of web frameworks carry them under texts, which anything may be named for.
func TestBareInWebContexts(t *testing.T) {
	const begin = `package web

import (
	"github.com/gin-gonic/gin"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

const txKey = "tx"

type server struct{ pool *pgxpool.Pool }

func (s *server) begin(c *gin.Context) {
	tx, err := s.pool.Begin(c)
	if err != nil {
		return
	}
	c.Set(txKey, tx)
	c.Next()
}

func txOf(c *gin.Context) pgx.Tx { return c.MustGet("tx").(pgx.Tx) }
`
	const job = `package jobs

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

func Run(ctx context.Context, pool *pgxpool.Pool) error {
	return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", "a")
		return err
	})
}
`
	const head = "package web\n\nimport \"github.com/gin-gonic/gin\"\n\n"
	for name, test := range map[string]struct {
		more string
		bare bool
	}{
		"nobody sets it":       {"package web\n", true},
		"a second middleware":  {head + "func second(c *gin.Context) { txOf(c).Exec(c, \"SELECT set_config('app.tenant_id', $1, true)\", \"a\") }\n", false},
		"a table of keys":      {head + "var keys = []string{\"tx\", \"user\"}\n", false},
		"a helper for any key": {head + "func put(c *gin.Context, key string, v any) { c.Set(key, v) }\n", false},
	} {
		t.Run(name, func(t *testing.T) {
			bare := refresh(t, write(t, map[string]string{"main.go": "package main\n\nfunc main() {}\n",
				"web/web.go": begin, "jobs/jobs.go": job, "web/more.go": test.more})).Bare
			if _, ok := bare[`"tx"`]; ok != test.bare || len(bare) > 1 {
				t.Errorf("got %v; bare: %t", bare, test.bare)
			}
		})
	}
}
