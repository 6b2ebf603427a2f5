// Command staffandcustomers serves the page of a tour operator.
package main

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"os"

	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/staffandcustomers/internal/web"
)

func main() {
	pool, err := pgxpool.New(context.Background(), os.Getenv("DATABASE_URL"))
	if err != nil {
		log.Fatal(err)
	}
	http.HandleFunc("GET /", web.Page)
	http.HandleFunc("GET /seats", func(w http.ResponseWriter, r *http.Request) {
		claims, ok := r.Context().Value(claimsKey{}).(string) // put there by who has verified the token
		if !ok {
			http.Error(w, "who are you?", http.StatusUnauthorized)
			return
		}
		seats, err := web.Seats(r.Context(), pool, claims)
		if err != nil {
			http.Error(w, "sorry", http.StatusInternalServerError)
			return
		}
		fmt.Fprintln(w, seats)
	})
	log.Fatal(http.ListenAndServe(":8080", nil))
}

type claimsKey struct{}
