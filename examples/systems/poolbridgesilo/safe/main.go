// Command poolbridgesilo shows tenants their invoices, wherever these are.
package main

import (
	"context"
	"encoding/json"
	"log"
	"net/http"
	"net/url"
	"os"

	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/poolbridgesilo/internal/auth"
	"example.com/poolbridgesilo/internal/invoices"
	"example.com/poolbridgesilo/internal/place"
)

func main() {
	shared, err := pgxpool.New(context.Background(), os.Getenv("DATABASE_URL"))
	if err != nil {
		log.Fatal(err)
	}
	places := &place.Places{Shared: shared, Silos: &place.Silos{DSN: silo}}
	store := &invoices.Store{Places: places}

	mux := http.NewServeMux()
	mux.HandleFunc("GET /invoices", func(w http.ResponseWriter, r *http.Request) {
		list, err := store.List(r.Context())
		if err != nil {
			http.Error(w, "sorry", http.StatusInternalServerError)
			return
		}
		_ = json.NewEncoder(w).Encode(list)
	})
	log.Fatal(http.ListenAndServe(":8080", auth.Middleware(shared, mux)))
}

// silo says where the database of a tenant is: all are on one server.
func silo(tenant string) (string, error) {
	dsn, err := url.Parse(os.Getenv("SILO_URL"))
	if err != nil {
		return "", err
	}
	dsn.Path = "/tenant_" + tenant
	return dsn.String(), nil
}
