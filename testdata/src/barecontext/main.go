// Command barecontext puts a transaction without tenant into the contexts of its requests.
package main

import (
	"context"
	"log"
	"net/http"
	"os"

	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/barecontext/db"
	"example.com/barecontext/jobs"
	"example.com/barecontext/orders"
	"example.com/barecontext/web"
)

func main() {
	pool, err := pgxpool.New(context.Background(), os.Getenv("DATABASE_URL"))
	if err != nil {
		log.Fatal(err)
	}
	o := orders.New(db.New(pool))
	if err := jobs.New(pool).Run(context.Background(), "a", o.Archive); err != nil {
		log.Print(err)
	}
	http.Handle("DELETE /order", web.Transaction(pool, o))
	http.Handle("GET /orders", web.Transaction(pool, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := o.Count(r.Context()); err != nil {
			http.Error(w, "failed", http.StatusInternalServerError)
		}
		if err := o.Purge(r.Context()); err != nil {
			http.Error(w, "failed", http.StatusInternalServerError)
		}
		if err := o.Rename(r.Context(), "new"); err != nil {
			http.Error(w, "failed", http.StatusInternalServerError)
		}
		if err := o.Ping(r.Context()); err != nil {
			http.Error(w, "failed", http.StatusInternalServerError)
		}
	})))
	log.Fatal(http.ListenAndServe(":8080", nil))
}
