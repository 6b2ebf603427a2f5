// Command partnerportal serves partners or, as a second process, the administration.
package main

import (
	"context"
	"log"
	"net/http"
	"os"

	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/partnerportal/internal/admin"
	"example.com/partnerportal/internal/portal"
)

type tokens struct{}

// Market is what a verified token says; here there is nobody to issue one.
func (tokens) Market(token string) (string, error) { return "", http.ErrNoCookie }

func main() {
	pool, err := pgxpool.New(context.Background(), os.Getenv("DATABASE_URL"))
	if err != nil {
		log.Fatal(err)
	}
	staff := admin.New(pool)
	if os.Getenv("SERVE") == "admin" {
		log.Fatal(http.ListenAndServe("localhost:8081", staff.Handler()))
	}
	log.Fatal(http.ListenAndServe(":8080", portal.New(pool, tokens{})))
}
