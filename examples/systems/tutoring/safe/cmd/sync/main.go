// Command sync is the server's half.
package main

import (
	"context"
	"log"
	"net/http"
	"os"

	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/tutoring/internal/sync"
)

func main() {
	pool, err := pgxpool.New(context.Background(), os.Getenv("DATABASE_URL"))
	if err != nil {
		log.Fatal(err)
	}
	http.HandleFunc("POST /sync", sync.Handler(pool))
	log.Fatal(http.ListenAndServe(":8080", nil))
}
