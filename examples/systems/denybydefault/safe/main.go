// Command denybydefault answers what a company asks about itself.
package main

import (
	"context"
	"fmt"
	"log"
	"os"

	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/denybydefault/internal/store"
)

func main() {
	ctx := context.Background()
	pool, err := pgxpool.New(ctx, os.Getenv("DATABASE_URL"))
	if err != nil {
		log.Fatal(err)
	}
	titles, err := store.Contracts(ctx, pool, os.Getenv("COMPANY"))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(titles)
	people, err := store.SignedIn(ctx, pool, os.Getenv("COMPANY"))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(people)
	if err := store.SignOut(ctx, pool, os.Getenv("COMPANY"), os.Getenv("PERSON")); err != nil {
		log.Fatal(err)
	}
}
