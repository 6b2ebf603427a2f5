// Package wired puts a program together whose layers know interfaces of each other,
// which a package that none of them implements declares. Only here both sides of
// an interface are in sight.
package wired

import (
	"context"
	"net/http"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/corpus/wired/pg"
	"example.com/corpus/wired/svc"
	"example.com/corpus/wired/web"
)

func scoped(ctx context.Context, pool *pgxpool.Pool, id string, fn func(tx pgx.Tx) error) error {
	return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", id); err != nil {
			return err
		}
		return fn(tx)
	})
}

// Bad: the repository is put on the pool, whatever the service is called with.
func OnPool(ctx context.Context, pool *pgxpool.Pool) error {
	s := svc.New(pg.New(pool)) // want `SELECT on orders runs on the pool`
	_, err := s.Total(ctx)
	return err
}

// Fixed: on the transaction.
func OnTx(ctx context.Context, pool *pgxpool.Pool, id string) error {
	return scoped(ctx, pool, id, func(tx pgx.Tx) error {
		_, err := svc.New(pg.New(tx)).Total(ctx)
		return err
	})
}

// Bad: the handler is mounted, and its service works on the pool, two interfaces
// further on.
func Mounted(mux *http.ServeMux, pool *pgxpool.Pool) {
	s := &web.Server{Orders: svc.New(pg.New(pool))} // want `SELECT on orders runs on the pool`
	mux.HandleFunc("GET /orders", s.List)
}

// Bad: with a decorator between them, which adds nothing.
func Decorated(mux *http.ServeMux, pool *pgxpool.Pool) {
	s := &web.Server{Orders: svc.New(&svc.Cache{Next: pg.New(pool)})} // want `SELECT on orders runs on the pool`
	mux.HandleFunc("GET /orders/cached", s.List)
}

// Bad: this context carries no transaction.
func Nightly(pool *pgxpool.Pool) error {
	_, err := svc.New(pg.Carried(pool)).Nightly() // want `SELECT on orders runs on the pool \(this context carries no handle\)`
	return err
}

// Fixed: this one does.
func InTurn(ctx context.Context, pool *pgxpool.Pool, id string) error {
	s := svc.New(pg.Carried(pool))
	return scoped(ctx, pool, id, func(tx pgx.Tx) error {
		_, err := s.Total(pg.WithTx(ctx, tx))
		return err
	})
}

// Bad: the transaction of the context is not scoped.
func Bare(ctx context.Context, pool *pgxpool.Pool) error {
	s := svc.New(pg.Carried(pool))
	return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		_, err := s.Total(pg.WithTx(ctx, tx)) // want `SELECT on orders in a transaction where the tenant context is not set`
		return err
	})
}

// Silent: nothing in sight has a database.
func InMemory(ctx context.Context) (int, error) { return svc.New(pg.None{}).Total(ctx) }

// Silent: which one it is, who calls decides.
func Given(ctx context.Context, db pg.DB) (int, error) { return svc.New(pg.New(db)).Total(ctx) }

// A requestContext is a context of the program's own.
type requestContext struct {
	context.Context
	user string
}

// Fixed: the context within carries the transaction.
func InOwn(ctx context.Context, pool *pgxpool.Pool, id string) error {
	s := svc.New(pg.Carried(pool))
	return scoped(ctx, pool, id, func(tx pgx.Tx) error {
		_, err := s.Total(&requestContext{Context: pg.WithTx(ctx, tx), user: "a"})
		return err
	})
}

// Bad: it carries none.
func OutOfOwn(pool *pgxpool.Pool) error {
	_, err := svc.New(pg.Carried(pool)).Total(requestContext{context.Background(), "a"}) // want `SELECT on orders runs on the pool \(this context carries no handle\)`
	return err
}
