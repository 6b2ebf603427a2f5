// Shopworker does the shop's background work. With an argument it does one
// thing and ends:
//
//	shopworker statements           write the monthly statements
//	shopworker sellers <shop id>    print a shop's best sellers
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"os/signal"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/shop/internal/billing"
	"example.com/shop/internal/reporting"
	"example.com/shop/internal/worker"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil && !errors.Is(err, context.Canceled) {
		log.Fatal(err)
	}
}

func run(ctx context.Context, args []string) error {
	if len(args) == 2 && args[0] == "sellers" {
		return sellers(ctx, args[1])
	}
	pool, err := pgxpool.New(ctx, os.Getenv("DATABASE_URL"))
	if err != nil {
		return err
	}
	defer pool.Close()
	if len(args) == 1 && args[0] == "statements" {
		return billing.Statements(ctx, pool, os.Stdout)
	}
	return worker.New(pool).Run(ctx)
}

func sellers(ctx context.Context, shop string) error {
	id, err := uuid.Parse(shop)
	if err != nil {
		return err
	}
	reports, err := reporting.Open(os.Getenv("DATABASE_URL"))
	if err != nil {
		return err
	}
	defer reports.Close()
	best, err := reports.BestSellers(ctx, id, 10)
	if err != nil {
		return err
	}
	for _, s := range best {
		fmt.Printf("%6d  %s\n", s.Sold, s.Title)
	}
	return nil
}
