// Shopadmin is the operators' tool. It works across shops and is run from the
// bastion host only.
//
//	shopadmin shops               list all shops with their orders
//	shopadmin orders <shop slug>  list the orders of one shop
//	shopadmin images              count the images in storage
package main

import (
	"context"
	"fmt"
	"log"
	"os"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/shop/internal/db"
	"example.com/shop/internal/tenant"
)

func main() {
	if err := run(context.Background(), os.Args[1:]); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, args []string) error {
	if len(args) == 1 && args[0] == "images" {
		return images(ctx)
	}
	pool, err := pgxpool.New(ctx, os.Getenv("DATABASE_URL"))
	if err != nil {
		return err
	}
	defer pool.Close()
	switch {
	case len(args) == 1 && args[0] == "shops":
		return shops(ctx, pool)
	case len(args) == 2 && args[0] == "orders":
		return orders(ctx, pool, args[1])
	}
	return fmt.Errorf("usage: shopadmin shops | orders <slug> | images")
}

// shops looks into every shop at once, as the support role.
func shops(ctx context.Context, pool *pgxpool.Pool) error {
	tx, err := pool.Begin(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	if _, err := tx.Exec(ctx, "SET LOCAL ROLE shop_support"); err != nil {
		return err
	}
	rows, err := tx.Query(ctx, `
		SELECT t.slug, count(o.id)
		FROM tenants t LEFT JOIN orders o ON o.tenant_id = t.id
		GROUP BY t.slug ORDER BY t.slug`)
	if err != nil {
		return err
	}
	var (
		slug string
		n    int64
	)
	_, err = pgx.ForEachRow(rows, []any{&slug, &n}, func() error {
		fmt.Printf("%6d  %s\n", n, slug)
		return nil
	})
	return err
}

// orders looks into one shop, as that shop would.
func orders(ctx context.Context, pool *pgxpool.Pool, slug string) error {
	shop, err := db.New(pool).GetTenantBySlug(ctx, slug)
	if err != nil {
		return err
	}
	return tenant.WithTenant(ctx, pool, shop.ID, func(ctx context.Context, tx pgx.Tx) error {
		list, err := db.New(tx).ListOrders(ctx, 1000)
		if err != nil {
			return err
		}
		for _, o := range list {
			fmt.Printf("%s  %-10s %d\n", o.ID, o.Status, o.TotalCents)
		}
		return nil
	})
}
