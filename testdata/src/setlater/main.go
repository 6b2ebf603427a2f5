// Command setlater sets the tenant on transactions that are in the context already.
package main

import (
	"context"
	"errors"
	"log"
	"net/http"
	"os"

	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/setlater/db"
	"example.com/setlater/jobs"
	"example.com/setlater/orders"
	"example.com/setlater/web"
)

func main() {
	pool, err := pgxpool.New(context.Background(), os.Getenv("DATABASE_URL"))
	if err != nil {
		log.Fatal(err)
	}
	if err := jobs.Archive(context.Background(), pool); err != nil {
		log.Print(err)
	}
	verify := func(*http.Request) (string, error) { return "", errors.New("nobody") }
	http.Handle("/orders", web.Transaction(pool, web.Tenant(verify, orders.New(db.New(pool)))))
	log.Fatal(http.ListenAndServe(":8080", nil))
}
