// Command leak shows what a pool hands out whose hook accepts that there is no
// tenant, and what one that refuses does: first a request of a tenant, then one
// without, on the pool's only connection.
//
//	leak accept|refuse url tenant
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

type tenantKey struct{}

func main() {
	log.SetFlags(0)
	hook := accept
	if os.Args[1] == "refuse" {
		hook = refuse
	}
	if err := run(os.Args[2], os.Args[3], hook); err != nil {
		log.Fatal(err)
	}
}

// accept hands out the connection as the tenant before left it.
func accept(config *pgxpool.Config) {
	config.PrepareConn = func(ctx context.Context, conn *pgx.Conn) (bool, error) {
		if tenant, ok := ctx.Value(tenantKey{}).(string); ok {
			if _, err := conn.Exec(ctx, "SELECT set_config('app.tenant_id', $1, false)", tenant); err != nil {
				return false, err
			}
		}
		return true, nil // want `the pool's hook hands out a connection without app.tenant_id: it still has the context of the tenant before`
	}
}

func refuse(config *pgxpool.Config) {
	config.PrepareConn = func(ctx context.Context, conn *pgx.Conn) (bool, error) {
		tenant, ok := ctx.Value(tenantKey{}).(string)
		if !ok {
			return true, errors.New("no tenant")
		}
		_, err := conn.Exec(ctx, "SELECT set_config('app.tenant_id', $1, false)", tenant)
		return err == nil, err
	}
}

func run(url, tenant string, hook func(*pgxpool.Config)) error {
	ctx := context.Background()
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return err
	}
	config.MaxConns = 1
	hook(config)
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return err
	}
	defer pool.Close()
	if _, err := names(context.WithValue(ctx, tenantKey{}, tenant), pool); err != nil {
		return err
	}
	seen, err := names(ctx, pool)
	if err != nil {
		return err
	}
	fmt.Println(seen)
	return nil
}

func names(ctx context.Context, pool *pgxpool.Pool) ([]string, error) {
	rows, err := pool.Query(ctx, "SELECT name FROM orders")
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}
