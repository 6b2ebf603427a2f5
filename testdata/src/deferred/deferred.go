// Package deferred uses transactions at the end of what begins them.
package deferred

import (
	"context"
	"log"
	"net/http"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/corpus/tenant"
)

type server struct{ pool *pgxpool.Pool }

func finish(ctx context.Context, tx pgx.Tx) {
	_, _ = tx.Exec(ctx, "DELETE FROM orders")
	_ = tx.Commit(ctx)
}

func (s *server) routes(mux *http.ServeMux) {
	mux.HandleFunc("/bad", func(w http.ResponseWriter, r *http.Request) {
		tx, err := s.pool.Begin(r.Context())
		if err != nil {
			return
		}
		defer func() {
			_, _ = tx.Exec(r.Context(), "DELETE FROM orders") // want `DELETE on orders in a transaction where the tenant context is not set on every path before it`
			_ = tx.Commit(r.Context())
		}()
		w.WriteHeader(http.StatusOK)
	})
	mux.HandleFunc("/bad/handed", func(w http.ResponseWriter, r *http.Request) {
		tx, err := s.pool.Begin(r.Context())
		if err != nil {
			return
		}
		defer finish(r.Context(), tx) // want `DELETE on orders in a transaction where the tenant context is not set on every path before it`
		w.WriteHeader(http.StatusOK)
	})
	// Right, although the returns before it would not run it in the tenant's context:
	// they don't run it.
	mux.HandleFunc("/handed", func(w http.ResponseWriter, r *http.Request) {
		tx, err := s.pool.Begin(r.Context())
		if err != nil {
			return
		}
		if err := tenant.Set(r.Context(), tx, uuid.Nil); err != nil {
			return
		}
		defer finish(r.Context(), tx)
		w.WriteHeader(http.StatusOK)
	})
	// The literal runs where setting the context has failed, too.
	mux.HandleFunc("/suspect", func(w http.ResponseWriter, r *http.Request) {
		tx, err := s.pool.Begin(r.Context())
		if err != nil {
			return
		}
		defer func() {
			_, _ = tx.Exec(r.Context(), "DELETE FROM orders") // want `DELETE on orders runs although the tenant context may have failed to be set`
			_ = tx.Commit(r.Context())
		}()
		if err := tenant.Set(r.Context(), tx, uuid.Nil); err != nil {
			return
		}
		w.WriteHeader(http.StatusOK)
	})
}

// named asks the named result whether it was set.
func (s *server) named(ctx context.Context, id uuid.UUID) (err error) {
	tx, err := s.pool.Begin(ctx)
	if err != nil {
		return err
	}
	defer func() {
		if err == nil {
			_, err = tx.Exec(ctx, "DELETE FROM orders")
		}
		if err == nil {
			err = tx.Commit(ctx)
		}
	}()
	return tenant.Set(ctx, tx, id)
}

// badNamed asks the wrong way round.
func (s *server) badNamed(ctx context.Context, id uuid.UUID) (err error) {
	tx, err := s.pool.Begin(ctx)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_, err = tx.Exec(ctx, "DELETE FROM orders") // want `DELETE on orders runs although the tenant context may have failed to be set`
		}
	}()
	return tenant.Set(ctx, tx, id)
}

// only in one branch, as what is deferred there.
func (s *server) branch(ctx context.Context, id uuid.UUID, needed bool) error {
	if needed {
		tx, err := s.pool.Begin(ctx)
		if err != nil {
			return err
		}
		if err := tenant.Set(ctx, tx, id); err != nil {
			return err
		}
		defer finish(ctx, tx)
	}
	return nil
}

func (s *server) badBranch(ctx context.Context, id uuid.UUID, known bool) error {
	tx, err := s.pool.Begin(ctx)
	if err != nil {
		return err
	}
	if known {
		if err := tenant.Set(ctx, tx, id); err != nil {
			return err
		}
	}
	defer finish(ctx, tx) // want `DELETE on orders in a transaction where the tenant context is not set on every path before it`
	return nil
}

func (s *server) badEnded(ctx context.Context, id uuid.UUID) error {
	tx, err := s.pool.Begin(ctx)
	if err != nil {
		return err
	}
	if err := tenant.Set(ctx, tx, id); err != nil {
		return err
	}
	defer func() {
		_, _ = tx.Exec(ctx, "DELETE FROM orders") // want `DELETE on orders in a transaction where the transaction, and the tenant context with it, is over`
	}()
	return tx.Commit(ctx)
}

// set has a named result and defers: its callers test the error all the same.
func set(ctx context.Context, tx pgx.Tx, id uuid.UUID) (err error) {
	defer log.Print("set")
	if _, err = tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", id); err != nil {
		return err
	}
	return nil
}

func tell(ctx context.Context, tx pgx.Tx, id uuid.UUID) (err error) {
	defer func() {
		if err != nil {
			log.Print(err)
		}
	}()
	_, err = tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", id)
	return err
}

func (s *server) helped(ctx context.Context, id uuid.UUID) error {
	return pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		if err := set(ctx, tx, id); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, "DELETE FROM orders")
		return err
	})
}

func (s *server) told(ctx context.Context, id uuid.UUID) error {
	return pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		if err := tell(ctx, tx, id); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, "DELETE FROM orders")
		return err
	})
}

func (s *server) badHelped(ctx context.Context, id uuid.UUID) error {
	return pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		_ = set(ctx, tx, id)
		_, err := tx.Exec(ctx, "DELETE FROM orders") // want `DELETE on orders runs although the tenant context may have failed to be set`
		return err
	})
}
