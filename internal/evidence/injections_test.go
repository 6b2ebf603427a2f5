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
	const typed = `package db

import "context"

type key[T any] struct{}

func With[T any](ctx context.Context, v T) context.Context { return context.WithValue(ctx, key[T]{}, v) }
`
	const typedPut = `package web

func Middleware(next Handler) Handler {
	next.ServeHTTP(w, r.WithContext(db.With[Tx](ctx, tx)))
}
`
	const sqlc = `package db

func (q *Queries) WithTx(tx Tx) *Queries { return &Queries{tx} }
`
	const gin = `package web

import "github.com/gin-gonic/gin"

func Middleware(c *gin.Context) {
	tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", id)
	c.Set(%s, tx)
}
`
	const ginPut = `package web

import (
	"github.com/gin-gonic/gin"
)

const txKey = "tx"

func put(c *gin.Context, tx Tx) { c.Set(txKey, tx) }

func header(c *gin.Context, h Header) { h.Set("tx", "no context") }
`
	const ginCalls = `package jobs

import "github.com/gin-gonic/gin"

func Middleware() gin.HandlerFunc {
	return func(c *gin.Context) { web.put(c, begin()) }
}
`
	for name, test := range map[string]struct {
		files map[string]string
		want  string
	}{
		"nobody":            {map[string]string{"db/db.go": carrier}, "map[]"},
		"nobody, by far":    {map[string]string{"db/db.go": carrier, "web/set.go": setter}, "map[]"},
		"a middleware":      {map[string]string{"db/db.go": carrier, "web/web.go": scoped}, "map[example.com/shop/db.txKey:{1 0 0}]"},
		"through a setter":  {map[string]string{"db/db.go": carrier, "web/web.go": through, "web/set.go": setter}, "map[example.com/shop/db.txKey:{1 0 0}]"},
		"a bare one beside": {map[string]string{"db/db.go": carrier, "web/web.go": scoped, "jobs/jobs.go": bare}, "map[example.com/shop/db.txKey:{1 1 1}]"},
		"passed on": {map[string]string{"db/db.go": carrier, "db/put.go": "package db\n\nfunc put(ctx context.Context, tx Tx) context.Context { return WithTx(ctx, tx) }\n",
			"web/web.go": "package web\n\nfunc Middleware(next Handler) { set(ctx, \"SET LOCAL app.tenant_id = '\" + id + \"'\"); next.Serve(db.put(ctx, tx)) }\n"}, "map[example.com/shop/db.txKey:{1 0 0}]"},
		"sqlc's WithTx": {map[string]string{"db/db.go": carrier, "db/q.go": sqlc, "web/web.go": scoped,
			"a/a.go": "package a\n\nfunc f(ctx context.Context) { q.WithTx(tx).List(ctx, 1) }\n"}, "map[example.com/shop/db.txKey:{1 0 0}]"},
		"at once": {map[string]string{"web/web.go": "package web\n\nconst key ctxKey = 0\n\nfunc Acquire(ctx context.Context) context.Context {\n" +
			"\tconn.Exec(ctx, \"SET app.tenant_id = '\" + id + \"'\")\n\treturn context.WithValue(ctx, key, conn)\n}\n"}, "map[example.com/shop/web.key:{1 0 0}]"},
		"gin": {map[string]string{"web/web.go": fmt.Sprintf(gin, `"tx"`)}, `map["tx":{1 0 0}]`},
		"gin, a constant": {map[string]string{"web/web.go": fmt.Sprintf(gin, "txKey"), "web/key.go": "package web\n\nconst txKey = \"tx\"\n"},
			`map["tx":{1 0 0}]`},
		"gin, another package's": {map[string]string{"web/web.go": "package web\n\nimport \"example.com/shop/keys\"\n" + fmt.Sprintf(gin, "keys.Tx")[len("package web\n"):],
			"keys/keys.go": "package keys\n\nconst Tx string = \"tx\"\n"}, `map["tx":{1 0 0}]`},
		"gin, a constant with a type": {map[string]string{"web/web.go": fmt.Sprintf(gin, "txKey"), "web/key.go": "package web\n\ntype key string\n\nconst txKey key = \"tx\"\n"},
			`map[example.com/shop/web.txKey:{1 0 0}]`},
		"gin, a constant made a string": {map[string]string{"web/web.go": fmt.Sprintf(gin, "string(txKey)"), "web/key.go": "package web\n\ntype key string\n\nconst txKey key = \"tx\"\n"},
			`map["tx":{1 0 0}]`},
		"gin, a key that is given": {map[string]string{"web/web.go": "package web\n\nimport \"github.com/gin-gonic/gin\"\n\n" +
			"func put(c *gin.Context, key string, v any) { c.Set(key, v) }\n", "web/set.go": setter}, "map[*:{0 1 0}]"},
		"gin, passed on": {map[string]string{"web/put.go": ginPut, "web/set.go": setter, "jobs/jobs.go": ginCalls}, `map["tx":{0 1 0}]`},
		"echo": {map[string]string{"web/web.go": "package web\n\nimport \"github.com/labstack/echo/v4\"\n\nfunc Middleware(next echo.HandlerFunc) echo.HandlerFunc {\n" +
			"\treturn func(c echo.Context) error {\n\t\tset(ctx, \"SET LOCAL app.tenant_id = '\" + id + \"'\")\n\t\tc.Set(\"tx\", tx)\n\t\treturn next(c)\n\t}\n}\n"},
			`map["tx":{1 0 0}]`},
		"fiber": {map[string]string{"web/web.go": "package web\n\nimport f \"github.com/gofiber/fiber/v2\"\n\ntype key struct{}\n\nfunc Middleware(c *f.Ctx) error {\n" +
			"\tset(ctx, \"SET LOCAL app.tenant_id = '\" + id + \"'\")\n\tc.Locals(key{}, tx)\n\t_ = c.Locals(\"user\")\n\treturn c.Next()\n}\n"},
			`map[example.com/shop/web.key:{1 0 0}]`},
		"a unit of work": {map[string]string{"db/db.go": carrier, "db/work.go": "package db\n\nfunc Work(ctx context.Context, fn func(ctx context.Context) error) error {\n" +
			"\ttx.Exec(ctx, \"SET LOCAL app.tenant_id = '\" + id + \"'\")\n\treturn fn(WithTx(ctx, tx))\n}\n"}, "map[example.com/shop/db.txKey:{1 0 1}]"},
		"a unit of work whose context requests get": {map[string]string{"db/db.go": carrier, "db/work.go": "package db\n\nfunc Work(ctx context.Context, fn func(ctx context.Context) error) error {\n" +
			"\ttx.Exec(ctx, \"SET LOCAL app.tenant_id = '\" + id + \"'\")\n\treturn fn(WithTx(ctx, tx))\n}\n",
			"web/web.go": "package web\n\nimport \"net/http\"\n\nfunc Serve(w http.ResponseWriter, r *http.Request) {\n\tdb.Work(r.Context(), func(ctx context.Context) error {\n" +
				"\t\tnext.ServeHTTP(w, r.WithContext(ctx))\n\t\treturn nil\n\t})\n}\n"}, "map[example.com/shop/db.txKey:{1 0 0}]"},
		"a unit of work by a variable": {map[string]string{"db/db.go": carrier, "db/work.go": "package db\n\nfunc Work[T any](ctx context.Context, fn func(ctx context.Context) (T, error)) (T, error) {\n" +
			"\ttx.Exec(ctx, \"SET LOCAL app.tenant_id = '\" + id + \"'\")\n\tctx = context.WithValue(ctx, txKey{}, tx)\n\tlog(ctx)\n\treturn fn(ctx)\n}\n"}, "map[example.com/shop/db.txKey:{1 0 1}]"},
		"a unit of work that is also returned": {map[string]string{"db/db.go": carrier, "db/work.go": "package db\n\nfunc Work(ctx context.Context, fn func(ctx context.Context) error) (context.Context, error) {\n" +
			"\ttx.Exec(ctx, \"SET LOCAL app.tenant_id = '\" + id + \"'\")\n\tctx = WithTx(ctx, tx)\n\treturn ctx, fn(ctx)\n}\n"}, "map[example.com/shop/db.txKey:{1 0 0}]"},
		"an interceptor": {map[string]string{"db/db.go": carrier, "rpc/rpc.go": "package rpc\n\nfunc Unary(ctx context.Context, req any, handler func(context.Context, any) (any, error)) (any, error) {\n" +
			"\ttx.Exec(ctx, \"SET LOCAL app.tenant_id = '\" + id + \"'\")\n\treturn handler(db.WithTx(ctx, tx), req)\n}\n"}, "map[example.com/shop/db.txKey:{1 0 0}]"},
		"a key for each type": {map[string]string{"db/db.go": typed, "web/web.go": typedPut, "web/set.go": setter}, "map[example.com/shop/db.key:{0 1 0}]"},
		"others of the name": {map[string]string{"web/web.go": "package web\n\nimport \"github.com/gin-gonic/gin\"\n\nfunc f(c *gin.Context, h Header) {\n" +
			"\tset(ctx, \"SET LOCAL app.tenant_id = '\" + id + \"'\")\n\th.Set(\"X-Trace\", id)\n\tc.Writer.Header().Set(\"A\", b)\n}\n"}, "map[]"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := fmt.Sprint(refresh(t, write(t, test.files)).Injections); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}
