// Package idioms has the forms in which real programs carry the tenant's
// context: in this file the ones on which tenantvet must stay silent.
package idioms

import (
	"context"
	"net/http"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/corpus/runner"
	"example.com/corpus/store"
	"example.com/corpus/tenant"
)

const guc = "app.tenant_id"

// The name and is_local bound from constants, and a CASE.
func Bound(ctx context.Context, pool *pgxpool.Pool, id uuid.UUID) error {
	return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SELECT set_config($1, $2, $3)", guc, id.String(), true); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, "DELETE FROM orders")
		return err
	})
}

func Case(ctx context.Context, pool *pgxpool.Pool, id uuid.UUID) error {
	return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SELECT CASE WHEN $1 <> '' THEN set_config('app.tenant_id', $1, true) END", id.String()); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, "DELETE FROM orders")
		return err
	})
}

// The helper behind an interface that its user declares.
type tenants interface {
	WithTenant(ctx context.Context, id uuid.UUID, fn runner.TxFunc) error
}

type Service struct {
	db      tenants
	pool    *pgxpool.Pool
	wrapped *runner.Pool
}

func (s *Service) Interface(ctx context.Context, id uuid.UUID) error {
	return s.db.WithTenant(ctx, id, func(ctx context.Context, tx pgx.Tx) error {
		_, err := store.New(tx).ListOrders(ctx)
		return err
	})
}

// A method value as the callback.
func (s *Service) remove(ctx context.Context, tx pgx.Tx) error {
	_, err := tx.Exec(ctx, "DELETE FROM orders")
	return err
}

func (s *Service) Method(ctx context.Context, id uuid.UUID) error {
	return s.db.WithTenant(ctx, id, s.remove)
}

// A callback that gets generated queries.
func Queries(ctx context.Context, db *runner.DB, id uuid.UUID) error {
	return db.WithQueries(ctx, id, func(q *store.Queries) error {
		_, err := q.ListOrders(ctx)
		return err
	})
}

// A connection with a release function that resets it.
func Pinned(ctx context.Context, db *runner.DB, id uuid.UUID) error {
	conn, release, err := db.Acquire(ctx, id)
	if err != nil {
		return err
	}
	defer release()
	_, err = conn.Exec(ctx, "DELETE FROM orders")
	return err
}

// The transaction travels in the context: whether there is one is not decided here.
func (s *Service) Carried(ctx context.Context) error {
	_, err := runner.Conn(ctx, s.pool).Exec(ctx, "DELETE FROM orders")
	return err
}

func (s *Service) Wrapped(ctx context.Context) error {
	rows, err := s.wrapped.Query(ctx, "SELECT id FROM orders")
	if err != nil {
		return err
	}
	rows.Close()
	tx, err := s.wrapped.Begin(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	if _, err := tx.Exec(ctx, "DELETE FROM orders"); err != nil {
		return err
	}
	return tx.Commit(ctx)
}

// A setter that decides by the context: not decided here either.
func Conditional(ctx context.Context, pool *pgxpool.Pool) error {
	return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if err := runner.Apply(ctx, tx); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, "DELETE FROM orders")
		return err
	})
}

// A savepoint helper on a transaction that the caller scoped.
func savepoint(ctx context.Context, tx pgx.Tx, fn func(q *store.Queries) error) error {
	sp, err := tx.Begin(ctx)
	if err != nil {
		return err
	}
	if err := fn(store.New(sp)); err != nil {
		_ = sp.Rollback(ctx)
		return err
	}
	return sp.Commit(ctx)
}

func Savepoint(ctx context.Context, pool *pgxpool.Pool, id uuid.UUID) error {
	return tenant.With(ctx, pool, id, func(ctx context.Context, tx pgx.Tx) error {
		return savepoint(ctx, tx, func(q *store.Queries) error {
			_, err := q.ListOrders(ctx)
			return err
		})
	})
}

// Lowering the role comes first, the context next.
func Lowered(ctx context.Context, pool *pgxpool.Pool, id uuid.UUID) error {
	return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SET LOCAL ROLE app_user"); err != nil {
			return err
		}
		if err := tenant.Set(ctx, tx, id); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, "DELETE FROM orders")
		return err
	})
}

// A unit of work keeps the scoped transaction in a field.
type unit struct {
	tx pgx.Tx
	q  *store.Queries
}

func begin(ctx context.Context, pool *pgxpool.Pool, id uuid.UUID) (*unit, error) {
	tx, err := tenant.Begin(ctx, pool, id)
	if err != nil {
		return nil, err
	}
	return &unit{tx: tx, q: store.New(tx)}, nil
}

func Unit(ctx context.Context, pool *pgxpool.Pool, id uuid.UUID) error {
	u, err := begin(ctx, pool, id)
	if err != nil {
		return err
	}
	defer u.tx.Rollback(ctx)
	if _, err := u.q.ListOrders(ctx); err != nil {
		return err
	}
	if _, err := u.tx.Exec(ctx, "DELETE FROM orders"); err != nil {
		return err
	}
	return u.tx.Commit(ctx)
}

// A schema for each tenant, with its name quoted.
func Schema(ctx context.Context, pool *pgxpool.Pool, name string) error {
	return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "SET LOCAL search_path TO "+pgx.Identifier{name}.Sanitize())
		return err
	})
}

// A statement that can't be read may be the one that sets the context.
func Opaque(ctx context.Context, pool *pgxpool.Pool, statements []string) error {
	return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		for _, s := range statements {
			if _, err := tx.Exec(ctx, s); err != nil {
				return err
			}
		}
		_, err := tx.Exec(ctx, "DELETE FROM orders")
		return err
	})
}

// A handler reads its tenant and goes through the helper: in its scope, whoever's it is.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	id, err := uuid.Parse(r.PathValue("tenant"))
	if err != nil {
		http.Error(w, "no tenant", http.StatusBadRequest)
		return
	}
	if err := s.Interface(r.Context(), id); err != nil { // want `tenant context app.tenant_id is taken from path parameter tenant`
		http.Error(w, "failed", http.StatusInternalServerError)
	}
}
