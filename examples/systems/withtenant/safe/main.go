// Command withtenant shows tenants their orders.
package main

import (
	"context"
	"encoding/json"
	"log"
	"net/http"
	"os"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/withtenant/internal/orders"
	"example.com/withtenant/internal/reports"
	"example.com/withtenant/internal/worker"
)

type tenantKey struct{}

func main() {
	ctx := context.Background()
	pool, err := pgxpool.New(ctx, os.Getenv("DATABASE_URL"))
	if err != nil {
		log.Fatal(err)
	}
	reporting, err := pgxpool.New(ctx, os.Getenv("REPORTING_URL"))
	if err != nil {
		log.Fatal(err)
	}
	go func() {
		for {
			if err := worker.Close(ctx, pool); err != nil {
				time.Sleep(time.Second)
			}
		}
	}()
	go func() {
		for range time.Tick(24 * time.Hour) {
			cents, err := reports.Revenue(ctx, reporting)
			log.Println("revenue in cents:", cents, err)
		}
	}()
	store := orders.New(pool)
	http.HandleFunc("GET /orders", func(w http.ResponseWriter, r *http.Request) {
		id, ok := r.Context().Value(tenantKey{}).(string) // from the verified token
		if !ok {
			http.Error(w, "who are you?", http.StatusUnauthorized)
			return
		}
		list, err := store.List(r.Context(), id)
		if err != nil {
			http.Error(w, "sorry", http.StatusInternalServerError)
			return
		}
		open, err := store.Open(r.Context(), id)
		if err != nil {
			http.Error(w, "sorry", http.StatusInternalServerError)
			return
		}
		best, err := store.Best(r.Context(), id)
		if err != nil {
			http.Error(w, "sorry", http.StatusInternalServerError)
			return
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"orders": list, "open": open, "best": best})
	})
	log.Fatal(http.ListenAndServe(":8080", nil))
}
