package main

import (
	"context"
	"database/sql"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"

	_ "github.com/jackc/pgx/v5/stdlib"

	"example.com/isolationkit/internal/isolation"
	"example.com/isolationkit/internal/projects"
)

// Ann works for both tenants.
const ann = "cccccccc-0000-4000-8000-00000000000c"

func connect(name string) *sql.DB {
	db, err := sql.Open("pgx", os.Getenv(name))
	if err != nil {
		panic(err)
	}
	return db
}

type tenantKey struct{}

func claim(r *http.Request) string {
	id, _ := r.Context().Value(tenantKey{}).(string)
	return id
}

func main() {
	owner := connect("ADMIN_URL")
	works(true, "the set-up", isolation.Setup(context.Background(), owner))
	works(true, "the set-up, once more", isolation.Setup(context.Background(), owner))
	for tenant, name := range map[string]string{tenantA: "a", tenantB: "b"} {
		arrange("INSERT INTO projects (tenant_id, owner_id, name) VALUES ($1, $2, $3)", tenant, ann, name)
	}

	db := connect("DATABASE_URL")
	db.SetMaxOpenConns(2)
	db.SetMaxIdleConns(2)
	handler := http.NewServeMux()
	mount(handler, db)
	var served http.Handler
	handler.HandleFunc("GET /projects", func(w http.ResponseWriter, r *http.Request) {
		names, err := projects.List(r.Context())
		if err != nil {
			http.Error(w, "sorry", http.StatusInternalServerError)
			return
		}
		_, _ = w.Write([]byte(strings.Join(names, ",")))
	})
	// The browser goes away while the request is served; the second one is on the
	// other connection.
	handler.HandleFunc("GET /away", func(w http.ResponseWriter, r *http.Request) {
		r.Context().Value(goneKey{}).(func())()
	})
	handler.HandleFunc("GET /away/twice", func(w http.ResponseWriter, r *http.Request) {
		away(served, claim(r), "/away")
		r.Context().Value(goneKey{}).(func())()
	})
	served = isolation.Middleware(db, isolation.NewTenants(db), claim, handler)

	works(ask(served, tenantA, "GET", "/projects") == "a", "A's projects", nil)
	works(ask(served, tenantB, "GET", "/projects") == "b", "B's projects", nil)
	var n int
	_ = db.QueryRow("SELECT count(*) FROM projects").Scan(&n)
	works(n == 0, "nobody's projects", nil)

	away(served, tenantB, "/away/twice")
	_ = db.QueryRow("SELECT count(*) FROM projects").Scan(&n)
	leaks(n > 0, "nobody gets B's projects: B's request failed, and the tenant is still on its connection")

	export := "/people/" + ann + "?" + url.Values{"table": {
		"(SELECT set_config('app.tenant_id', '" + tenantB + "', false) AS owner_id)", "projects"}}.Encode()
	leaks(strings.Contains(ask(served, tenantA, "GET", export), tenantB), "A exports what B has: the request names tables, in SQL")

	away(served, tenantB, "/away/twice")
	ask(served, tenantA, "DELETE", "/people/"+ann)
	leaks(count("SELECT count(*) FROM projects WHERE tenant_id = $1", tenantB) == 0, "A deletes ann's rows, and B's are gone: it runs on a connection that had been B's")
	leaks(count("SELECT count(*) FROM audit_log WHERE tenant_id = $1 AND action = 'delete'", tenantA) == 0, "A's audit log doesn't say so: it is written on a connection that is not A's")
}

type goneKey struct{}

// away asks as a browser does that goes away before it has the answer.
func away(h http.Handler, tenant, path string) {
	ctx, gone := context.WithCancel(context.WithValue(context.Background(), tenantKey{}, tenant))
	r := httptest.NewRequest("GET", path, nil)
	h.ServeHTTP(httptest.NewRecorder(), r.WithContext(context.WithValue(ctx, goneKey{}, func() { gone() })))
}

func ask(h http.Handler, tenant, method, path string) string {
	r := httptest.NewRequest(method, path, nil)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r.WithContext(context.WithValue(context.Background(), tenantKey{}, tenant)))
	return w.Body.String()
}
