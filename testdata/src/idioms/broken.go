package idioms

import (
	"context"
	"database/sql"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/corpus/store"
	"example.com/corpus/tenant"
)

// The helper falls back to the pool when there is no tenant: the helper is the
// one that has to change.
func fallback(ctx context.Context, pool *pgxpool.Pool, id uuid.UUID, fn func(q *store.Queries) error) error {
	if id == uuid.Nil {
		return fn(store.New(pool)) // want `runs its callback on the pool here, and in a tenant-scoped transaction elsewhere`
	}
	return tenant.With(ctx, pool, id, func(ctx context.Context, tx pgx.Tx) error {
		return fn(store.New(tx))
	})
}

func Fallback(ctx context.Context, pool *pgxpool.Pool, id uuid.UUID) error {
	return fallback(ctx, pool, id, func(q *store.Queries) error {
		_, err := q.ListOrders(ctx)
		return err
	})
}

// A transaction that nobody scoped is passed on: one finding, where it starts.
func Passing(ctx context.Context, pool *pgxpool.Pool) error {
	tx, err := pool.Begin(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	q := store.New(tx)
	if _, err := q.ListOrders(ctx); err != nil { // want `SELECT on orders in a transaction where the tenant context is not set`
		return err
	}
	if _, err := tx.Exec(ctx, "DELETE FROM customers"); err != nil {
		return err
	}
	return tx.Commit(ctx)
}

// A goroutine goes back to the pool.
func Background(ctx context.Context, pool *pgxpool.Pool, id uuid.UUID) error {
	return tenant.With(ctx, pool, id, func(ctx context.Context, tx pgx.Tx) error {
		go func() {
			_, _ = pool.Exec(ctx, "DELETE FROM orders") // want `DELETE on orders runs on the pool although a tenant-scoped transaction is open`
		}()
		return nil
	})
}

// The settings of a library: a quoted name, for the session, formatted.
func Session(ctx context.Context, db *sql.DB, account string) error {
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	_, err = conn.ExecContext(ctx, `SET SESSION "app.account_id" = '`+account+`'`) // want `tenant context app.account_id is built by formatting` `app.account_id is set for the session and not reset` `app.account_id is set, but nothing reads it`
	return err
}

// The wiring hands a pool to a type that needs a transaction: the line that
// chose the pool is the one that has to change.
type repository struct{ db store.DBTX }

func newRepository(db store.DBTX) *repository { return &repository{db: db} }

func (r *repository) Remove(ctx context.Context) error {
	_, err := r.db.Exec(ctx, "DELETE FROM orders")
	return err
}

type remover interface {
	Remove(ctx context.Context) error
}

func serve(jobs map[string]func(context.Context) error, pool *pgxpool.Pool) {
	jobs["remove"] = newRepository(pool).Remove    // want `DELETE on orders runs on the pool`
	register("remove", newRepository(pool).Remove) // want `DELETE on orders runs on the pool`
}

func register(name string, job func(context.Context) error) {}

// Committed, and used after that.
func After(ctx context.Context, pool *pgxpool.Pool, id uuid.UUID) error {
	tx, err := tenant.Begin(ctx, pool, id)
	if err != nil {
		return err
	}
	if err := tx.Commit(ctx); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, "DELETE FROM orders") // want `the transaction, and the tenant context with it, is over`
	return err
}
