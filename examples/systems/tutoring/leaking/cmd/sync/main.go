// Command sync is the server's half.
package main

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"os"

	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/tutoring/internal/students"
)

func main() {
	pool, err := pgxpool.New(context.Background(), os.Getenv("DATABASE_URL"))
	if err != nil {
		log.Fatal(err)
	}
	http.HandleFunc("POST /sync", func(w http.ResponseWriter, r *http.Request) {
		n, err := students.Count(r.Context(), pool, r.URL.Query().Get("tenant"))
		if err != nil {
			http.Error(w, "sorry", http.StatusInternalServerError)
			return
		}
		fmt.Fprintln(w, n)
	})
	log.Fatal(http.ListenAndServe(":8080", nil))
}
