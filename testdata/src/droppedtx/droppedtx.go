// Package droppedtx is about transactions that carry the tenant's context to
// nobody.
package droppedtx

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"net/http"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/corpus/identity"
	"example.com/corpus/tenant"
	"example.com/corpus/unit"
)

type Service struct {
	pool *pgxpool.Pool
	unit *unit.Work
	then func(ctx context.Context) error
}

// The callers of a broken helper are not reported each: it is the helper that
// has to change.
func (s *Service) Purge(ctx context.Context, id uuid.UUID) error {
	return s.unit.Within(ctx, id, func(ctx context.Context) error {
		_, err := s.pool.Exec(ctx, "DELETE FROM orders")
		return err
	})
}

func (s *Service) PurgeRetried(ctx context.Context, id uuid.UUID) error {
	return s.unit.Retried(ctx, id, func(ctx context.Context) error {
		_, err := s.pool.Exec(ctx, "DELETE FROM orders")
		return err
	})
}

// Bad for a reason of its own: the helper is fine, and carries what this ignores.
func (s *Service) PurgeCarried(ctx context.Context, id uuid.UUID) error {
	return s.unit.Carried(ctx, id, func(ctx context.Context) error {
		_, err := s.pool.Exec(ctx, "DELETE FROM orders") // want `DELETE on orders runs on the pool although a tenant-scoped transaction is open`
		return err
	})
}

// Bad: a callback without arguments.
func (s *Service) Do(ctx context.Context, id uuid.UUID, fn func() error) error {
	return pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		if err := tenant.Set(ctx, tx, id); err != nil {
			return err
		}
		return fn() // want `set on the transaction, which is used for nothing and handed to nobody`
	})
}

// Bad: a function in a field.
func (s *Service) Field(ctx context.Context, id uuid.UUID) error {
	tx, err := tenant.Begin(ctx, s.pool, id)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	if err := s.then(ctx); err != nil { // want `set on the transaction, which is used for nothing`
		return err
	}
	return tx.Commit(ctx)
}

// Bad: a lock is no use of the tenant's context.
func (s *Service) Locked(ctx context.Context, id uuid.UUID, fn func(ctx context.Context) error) error {
	tx, err := tenant.Begin(ctx, s.pool, id)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	if _, err := tx.Exec(ctx, "SELECT pg_advisory_xact_lock(hashtext($1))", id.String()); err != nil {
		return err
	}
	if err := fn(ctx); err != nil { // want `set on the transaction, which is used for nothing`
		return err
	}
	return tx.Commit(ctx)
}

// Bad: the helper that it wraps hands the transaction on, and it doesn't.
func (s *Service) Wrapped(ctx context.Context, id uuid.UUID, fn func(ctx context.Context) error) error {
	_, err := tenant.Value(ctx, s.pool, id, func(tx pgx.Tx) (int, error) {
		return 0, fn(ctx) // want `set on the transaction, which is used for nothing`
	})
	return err
}

// Bad: database/sql, on one connection.
func Pinned(ctx context.Context, db *sql.DB, id uuid.UUID, fn func(ctx context.Context) error) error {
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, "SELECT set_config('app.tenant_id', $1, false)", id.String()); err != nil {
		return err
	}
	err = fn(ctx) // want `set on a bare connection, which is used for nothing`
	if _, reset := conn.ExecContext(ctx, "RESET app.tenant_id"); reset != nil {
		return errors.Join(err, conn.Raw(func(any) error { return reset }))
	}
	return err
}

// Bad: middleware that goes on with the request as it was.
func (s *Service) Middleware(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		tx, err := tenant.Begin(r.Context(), s.pool, uuid.Nil)
		if err != nil {
			http.Error(w, "", http.StatusInternalServerError)
			return
		}
		defer tx.Rollback(r.Context())
		next.ServeHTTP(w, r) // want `set on the transaction, which is used for nothing`
		if err := tx.Commit(r.Context()); err != nil {
			slog.Error("commit", "error", err)
		}
	})
}

// Fixed.
func (s *Service) Injecting(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		tx, err := tenant.Begin(r.Context(), s.pool, uuid.Nil)
		if err != nil {
			http.Error(w, "", http.StatusInternalServerError)
			return
		}
		defer tx.Rollback(r.Context())
		next.ServeHTTP(w, r.WithContext(withTx(r.Context(), tx)))
		if err := tx.Commit(r.Context()); err != nil {
			slog.Error("commit", "error", err)
		}
	})
}

type txKey struct{}

func withTx(ctx context.Context, tx pgx.Tx) context.Context {
	return context.WithValue(ctx, txKey{}, tx)
}

// Suspect: the transaction is of no use, since what is called begins its own.
func (s *Service) Twice(ctx context.Context, id uuid.UUID) error {
	tx, err := s.pool.Begin(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	if err := tenant.Set(ctx, tx, id); err != nil {
		return err
	}
	if err := s.purge(ctx, id); err != nil { // want `set on the transaction, which is used for nothing and handed to nobody: what is called here sets it anew on a handle of its own`
		return err
	}
	return tx.Commit(ctx)
}

func (s *Service) purge(ctx context.Context, id uuid.UUID) error {
	return tenant.With(ctx, s.pool, id, func(ctx context.Context, tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "DELETE FROM orders")
		return err
	})
}

// Bad: for whom the context names, if it names anybody.
func (s *Service) Named(ctx context.Context, fn func(ctx context.Context) error) error {
	tx, err := s.pool.Begin(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	if err := identity.Apply(ctx, tx); err != nil {
		return err
	}
	if err := fn(ctx); err != nil { // want `set on the transaction, which is used for nothing`
		return err
	}
	return tx.Commit(ctx)
}

type queries struct{ tx pgx.Tx }

func withQueries(ctx context.Context, pool *pgxpool.Pool, fn func(context.Context, pgx.Tx, *queries) error) error {
	return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", "7d3c"); err != nil {
			return err
		}
		return fn(ctx, tx, &queries{tx})
	})
}

// Silent: what is called gets the queries, and with them the transaction.
func byQueries(ctx context.Context, pool *pgxpool.Pool, fn func(*queries, context.Context) error) error {
	return withQueries(ctx, pool, func(ctx context.Context, _ pgx.Tx, q *queries) error {
		return fn(q, ctx)
	})
}
