package droppedtx

import (
	"context"
	"fmt"
	"sync"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/corpus/store"
	"example.com/corpus/tenant"
)

// Silent: the helper works on the transaction itself, and tells a hook.
func (s *Service) Hooked(ctx context.Context, id uuid.UUID, done func(ctx context.Context) error) error {
	tx, err := tenant.Begin(ctx, s.pool, id)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	if _, err := tx.Exec(ctx, "DELETE FROM orders"); err != nil {
		return err
	}
	if err := done(ctx); err != nil {
		return err
	}
	return tx.Commit(ctx)
}

// Silent: a function of the database works on its tables.
func (s *Service) Called(ctx context.Context, id uuid.UUID, done func(ctx context.Context) error) error {
	tx, err := tenant.Begin(ctx, s.pool, id)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	if _, err := tx.Exec(ctx, "SELECT reprice_products($1)", 10); err != nil {
		return err
	}
	if err := done(ctx); err != nil {
		return err
	}
	return tx.Commit(ctx)
}

// Silent: the callback before the one that gets the transaction is a hook, too.
func (s *Service) Before(ctx context.Context, id uuid.UUID, before func(ctx context.Context) error, fn func(ctx context.Context, q *store.Queries) error) error {
	tx, err := tenant.Begin(ctx, s.pool, id)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	if err := before(ctx); err != nil {
		return err
	}
	q := store.New(tx)
	if err := fn(ctx, q); err != nil {
		return err
	}
	return tx.Commit(ctx)
}

// Silent: a logger and a predicate do nothing for the tenant.
func Probe(ctx context.Context, pool *pgxpool.Pool, id uuid.UUID, logf func(ctx context.Context, format string, args ...any), retry func(error) bool) error {
	tx, err := pool.Begin(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	err = tenant.Set(ctx, tx, id)
	logf(ctx, "context: %v", err)
	if retry(err) {
		err = tenant.Set(ctx, tx, id)
	}
	return err
}

// Silent: the callback takes the transaction from a field, a variable, a map.
type session struct {
	tx   pgx.Tx
	then func(ctx context.Context) error
}

func (s *session) Run(ctx context.Context, pool *pgxpool.Pool, id uuid.UUID) error {
	tx, err := tenant.Begin(ctx, pool, id)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	s.tx = tx
	if err := s.then(ctx); err != nil {
		return err
	}
	return tx.Commit(ctx)
}

var (
	mu   sync.Mutex
	open = map[uuid.UUID]pgx.Tx{}
)

func Registered(ctx context.Context, pool *pgxpool.Pool, id uuid.UUID, fn func(ctx context.Context) error) error {
	tx, err := tenant.Begin(ctx, pool, id)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	mu.Lock()
	open[id] = tx
	mu.Unlock()
	if err := fn(ctx); err != nil {
		return err
	}
	return tx.Commit(ctx)
}

// Silent: a literal that captures it is handed on.
func Captured(ctx context.Context, pool *pgxpool.Pool, id uuid.UUID, fn func(ctx context.Context, count func() (int, error)) error) error {
	tx, err := tenant.Begin(ctx, pool, id)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	err = fn(ctx, func() (n int, err error) {
		err = tx.QueryRow(ctx, "SELECT count(*) FROM orders").Scan(&n)
		return n, err
	})
	if err != nil {
		return err
	}
	return tx.Commit(ctx)
}

// Silent: what the helper passes to its callback may carry the transaction.
func Nested(ctx context.Context, run runner, fn func(ctx context.Context) error) error {
	return run(ctx, func(ctx context.Context, tx pgx.Tx) error {
		return fn(ctx)
	})
}

type runner func(ctx context.Context, fn func(ctx context.Context, tx pgx.Tx) error) error

type both struct{ pool *pgxpool.Pool }

func (b both) begin(ctx context.Context, id uuid.UUID) (context.Context, pgx.Tx, error) {
	tx, err := tenant.Begin(ctx, b.pool, id)
	if err != nil {
		return nil, nil, err
	}
	return context.WithValue(ctx, txKey{}, tx), tx, nil
}

func (b both) Run(ctx context.Context, id uuid.UUID, fn func(ctx context.Context) error) error {
	ctx, tx, err := b.begin(ctx, id)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	if err := fn(ctx); err != nil {
		return err
	}
	return tx.Commit(ctx)
}

// Silent: the deferred end of the transaction is no use of it, but the callback is
// given what holds it.
func Deferred(ctx context.Context, pool *pgxpool.Pool, id uuid.UUID, fn func(ctx context.Context, r *repo) error) (err error) {
	tx, err := pool.Begin(ctx)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = tx.Rollback(ctx)
			return
		}
		err = tx.Commit(ctx)
	}()
	if err := tenant.Set(ctx, tx, id); err != nil {
		return err
	}
	return fn(ctx, &repo{tx: tx})
}

type repo struct{ tx pgx.Tx }

// Bad: the same without.
func DeferredBad(ctx context.Context, pool *pgxpool.Pool, id uuid.UUID, fn func(ctx context.Context) error) (err error) {
	tx, err := pool.Begin(ctx)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = tx.Rollback(ctx)
			return
		}
		err = tx.Commit(ctx)
	}()
	if err := tenant.Set(ctx, tx, id); err != nil {
		return err
	}
	return fn(ctx) // want `set on the transaction, which is used for nothing`
}

// Bad: ended by helpers.
func Ended(ctx context.Context, pool *pgxpool.Pool, id uuid.UUID, fn func(ctx context.Context) error) error {
	tx, err := pool.Begin(ctx)
	if err != nil {
		return err
	}
	defer rollback(ctx, tx)
	if err := tenant.Set(ctx, tx, id); err != nil {
		return err
	}
	if err := fn(ctx); err != nil { // want `set on the transaction, which is used for nothing`
		return err
	}
	return commit(ctx, tx)
}

func rollback(ctx context.Context, tx pgx.Tx) {
	if err := tx.Rollback(ctx); err != nil {
		fmt.Println("rollback:", err)
	}
}

func commit(ctx context.Context, tx pgx.Tx) error {
	if err := tx.Commit(ctx); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

// Silent: without the tenant's context a transaction drops nothing.
func Plain(ctx context.Context, pool *pgxpool.Pool, fn func(ctx context.Context) error) error {
	tx, err := pool.Begin(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	if err := fn(ctx); err != nil {
		return err
	}
	return tx.Commit(ctx)
}

// Silent: the callback runs before the context is set, or after the transaction.
func Around(ctx context.Context, pool *pgxpool.Pool, id uuid.UUID, before, after func(ctx context.Context) error) error {
	tx, err := pool.Begin(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	if err := before(ctx); err != nil {
		return err
	}
	if err := tenant.Set(ctx, tx, id); err != nil {
		return err
	}
	if err := tx.Commit(ctx); err != nil {
		return err
	}
	return after(ctx)
}
