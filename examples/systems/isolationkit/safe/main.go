// Command isolationkit keeps the projects of tenants.
package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"log"
	"net/http"
	"os"

	_ "github.com/jackc/pgx/v5/stdlib"

	"example.com/isolationkit/internal/gdpr"
	"example.com/isolationkit/internal/isolation"
	"example.com/isolationkit/internal/projects"
)

type tokenKey struct{}

// claim returns the tenant of the token, which the gateway has verified.
func claim(r *http.Request) string {
	id, _ := r.Context().Value(tokenKey{}).(string)
	return id
}

func main() {
	owner, err := sql.Open("pgx", os.Getenv("OWNER_URL"))
	if err != nil {
		log.Fatal(err)
	}
	if err := isolation.Setup(context.Background(), owner); err != nil {
		log.Fatal(err)
	}
	owner.Close()
	db, err := sql.Open("pgx", os.Getenv("DATABASE_URL"))
	if err != nil {
		log.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /projects", answer(func(r *http.Request) (any, error) {
		return projects.List(r.Context())
	}))
	mux.HandleFunc("GET /people/{id}", answer(func(r *http.Request) (any, error) {
		return gdpr.Export(r.Context(), r.PathValue("id"))
	}))
	mux.HandleFunc("DELETE /people/{id}", answer(func(r *http.Request) (any, error) {
		return "done", gdpr.Delete(r.Context(), r.PathValue("id"))
	}))
	log.Fatal(http.ListenAndServe(":8080", isolation.Middleware(db, isolation.NewTenants(db), claim, mux)))
}

// answer writes what a function returns.
func answer(of func(*http.Request) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		v, err := of(r)
		if err != nil {
			http.Error(w, "sorry", http.StatusInternalServerError)
			return
		}
		_ = json.NewEncoder(w).Encode(v)
	}
}
