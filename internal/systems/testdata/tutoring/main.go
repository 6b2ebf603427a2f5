package main

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"

	"github.com/jackc/pgx/v5"

	"example.com/tutoring/internal/backend"
	"example.com/tutoring/internal/sync"
)

// signed are the claims of A's teacher, as the service that signs tokens has them:
// the teacher writes user_metadata.
func signed(claimed string) string {
	return `{"app_metadata": {"tenant_id": "` + tenantA + `"}, "user_metadata": {"tenant_id": "` + claimed + `"}}`
}

func main() {
	ctx := context.Background()
	pool := open(os.Getenv("DATABASE_URL"))
	h := sync.Handler(pool)
	get := func(tenant string) string {
		r := httptest.NewRequest("POST", "/sync?tenant="+tenant, nil)
		r = r.WithContext(verified(ctx, signed(tenantA)))
		w := httptest.NewRecorder()
		h(w, r)
		return strings.TrimSpace(w.Body.String())
	}
	works(get(tenantA) == "29", "A's students", nil)
	leaks(get(tenantB) == "1", "A's teacher counts B's students, with B in the query string")

	as := func(claims, sql string, args ...any) (n int, err error) {
		err = pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
			if _, err := tx.Exec(ctx, "SELECT set_config('request.jwt.claims', $1, true)", claims); err != nil {
				return err
			}
			return tx.QueryRow(ctx, sql, args...).Scan(&n)
		})
		return n, err
	}
	n, _ := as(signed(tenantB), "SELECT count(*) FROM students")
	leaks(n == 1, "A's teacher counts B's students, with B in what users say about themselves")

	const add = "WITH added AS (INSERT INTO students (tenant_id, name) VALUES ($1, 'one more') RETURNING 1) SELECT count(*) FROM added"
	_, err := as(signed(tenantA), add, tenantA)
	works(true, "A's thirtieth student", err)
	_, err = as(signed(tenantA), add, tenantA)
	leaks(err == nil, "A has thirty-one students: only the desktop program knows the limit")

	// The program at the teacher's.
	var sent http.Header
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { sent = r.Header }))
	defer server.Close()
	const secret = "the key to every centre"
	os.Setenv("SUPABASE_SERVICE_ROLE_KEY", secret)
	res, err := backend.Sync(ctx, server.URL, "token")
	works(res != nil, "the desktop program syncs", err)
	leaks(sent.Get("apikey") == secret, "the desktop program has the service key")
}
