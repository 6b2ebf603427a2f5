// Command unset has policies that ask for a setting, and no code that sets it.
package main

import (
	"context"
	"log"
	"net/http"
	"os"

	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/unset/store"
)

func main() {
	pool, err := pgxpool.New(context.Background(), os.Getenv("DATABASE_URL"))
	if err != nil {
		log.Fatal(err)
	}
	s := &store.Store{Pool: pool}
	http.Handle("POST /purge", inTx(pool, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := s.Purge(r.Context()); err != nil { // want `DELETE on notes runs on the pool`
			http.Error(w, "failed", http.StatusInternalServerError)
		}
	})))
	log.Fatal(http.ListenAndServe(":8080", nil))
}

func inTx(pool *pgxpool.Pool, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		tx, err := pool.Begin(r.Context())
		if err != nil {
			http.Error(w, "no transaction", http.StatusInternalServerError)
			return
		}
		defer tx.Rollback(r.Context())
		next.ServeHTTP(w, r.WithContext(store.WithTx(r.Context(), tx)))
		_ = tx.Commit(r.Context())
	})
}
