package evidence_test

import (
	"fmt"
	"testing"
)

// What requests carry in their contexts decides about every query on it: a
// function that puts a bare handle there must not be taken for one that scopes.
func TestInjections(t *testing.T) {
	const carrier = `package db

import "context"

type txKey struct{}

func WithTx(ctx context.Context, tx Tx) context.Context { return context.WithValue(ctx, txKey{}, tx) }
`
	const scoped = `package web

func Middleware(next Handler) Handler {
	tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", id)
	next.ServeHTTP(w, r.WithContext(db.WithTx(ctx, tx)))
}
`
	const through = `package web

func Middleware(next Handler) Handler {
	setTenant(ctx, tx)
	c.SetUserContext(db.WithTx(c.UserContext(), tx))
}
`
	const setter = `package web

func setTenant(ctx context.Context, tx Tx) error { return tx.Exec(ctx, "SET LOCAL app.tenant_id = '" + id + "'") }
`
	const bare = `package jobs

func InTx(ctx context.Context, fn func(context.Context) error) error { return fn(db.WithTx(ctx, tx)) }
`
	const sqlc = `package db

func (q *Queries) WithTx(tx Tx) *Queries { return &Queries{tx} }
`
	for name, test := range map[string]struct {
		files map[string]string
		want  string
	}{
		"nobody":            {map[string]string{"db/db.go": carrier}, "map[]"},
		"nobody, by far":    {map[string]string{"db/db.go": carrier, "web/set.go": setter}, "map[]"},
		"a middleware":      {map[string]string{"db/db.go": carrier, "web/web.go": scoped}, "map[example.com/shop/db.txKey:{1 0}]"},
		"through a setter":  {map[string]string{"db/db.go": carrier, "web/web.go": through, "web/set.go": setter}, "map[example.com/shop/db.txKey:{1 0}]"},
		"a bare one beside": {map[string]string{"db/db.go": carrier, "web/web.go": scoped, "jobs/jobs.go": bare}, "map[example.com/shop/db.txKey:{1 1}]"},
		"passed on": {map[string]string{"db/db.go": carrier, "db/put.go": "package db\n\nfunc put(ctx context.Context, tx Tx) context.Context { return WithTx(ctx, tx) }\n",
			"web/web.go": "package web\n\nfunc Middleware(next Handler) { set(ctx, \"SET LOCAL app.tenant_id = '\" + id + \"'\"); next.Serve(db.put(ctx, tx)) }\n"}, "map[example.com/shop/db.txKey:{1 0}]"},
		"sqlc's WithTx": {map[string]string{"db/db.go": carrier, "db/q.go": sqlc, "web/web.go": scoped,
			"a/a.go": "package a\n\nfunc f(ctx context.Context) { q.WithTx(tx).List(ctx, 1) }\n"}, "map[example.com/shop/db.txKey:{1 0}]"},
		"at once": {map[string]string{"web/web.go": "package web\n\nconst key ctxKey = 0\n\nfunc Acquire(ctx context.Context) context.Context {\n" +
			"\tconn.Exec(ctx, \"SET app.tenant_id = '\" + id + \"'\")\n\treturn context.WithValue(ctx, key, conn)\n}\n"}, "map[example.com/shop/web.key:{1 0}]"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := fmt.Sprint(refresh(t, write(t, test.files)).Injections); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}
