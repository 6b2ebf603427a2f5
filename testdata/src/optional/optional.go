// Package optional has repositories with a pool and a transaction that may be missing:
// whether it is, who makes them says.
package optional

import (
	"context"
	"net/http"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/corpus/tenant"
)

type DBTX interface {
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
}

type Repo struct {
	pool *pgxpool.Pool
	tx   pgx.Tx
}

func NewRepo(pool *pgxpool.Pool) *Repo { return &Repo{pool: pool} }

// WithTx copies all of it.
func (r *Repo) WithTx(tx pgx.Tx) *Repo {
	c := *r
	c.tx = tx
	return &c
}

// In makes another one.
func (r *Repo) In(tx pgx.Tx) *Repo { return &Repo{pool: r.pool, tx: tx} }

func (r *Repo) db() DBTX {
	if r.tx != nil {
		return r.tx
	}
	return r.pool
}

func (r *Repo) Purge(ctx context.Context) error {
	_, err := r.db().Exec(ctx, "DELETE FROM orders")
	return err
}

// Clear asks the other way round, and in place.
func (r *Repo) Clear(ctx context.Context) error {
	if r.tx == nil {
		_, err := r.pool.Exec(ctx, "DELETE FROM orders")
		return err
	}
	_, err := r.tx.Exec(ctx, "DELETE FROM orders")
	return err
}

// Prune has a default.
func (r *Repo) Prune(ctx context.Context) error {
	var db DBTX = r.pool
	if r.tx != nil {
		db = r.tx
	}
	_, err := db.Exec(ctx, "DELETE FROM orders")
	return err
}

func scoped(ctx context.Context, pool *pgxpool.Pool) error {
	r := NewRepo(pool)
	return tenant.With(ctx, pool, uuid.Nil, func(ctx context.Context, tx pgx.Tx) error {
		if err := r.WithTx(tx).Purge(ctx); err != nil {
			return err
		}
		if err := r.WithTx(tx).Clear(ctx); err != nil {
			return err
		}
		return r.In(tx).Prune(ctx)
	})
}

func badUnscoped(ctx context.Context, pool *pgxpool.Pool) error {
	return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		return NewRepo(pool).WithTx(tx).Purge(ctx) // want `DELETE on orders in a transaction where the tenant context is not set`
	})
}

func badPool(ctx context.Context, pool *pgxpool.Pool) error {
	r := NewRepo(pool)
	if err := r.Clear(ctx); err != nil { // want `DELETE on orders runs on the pool, outside a tenant-scoped transaction`
		return err
	}
	if err := r.Prune(ctx); err != nil { // want `DELETE on orders runs on the pool, outside a tenant-scoped transaction`
		return err
	}
	return r.Purge(ctx) // want `DELETE on orders runs on the pool, outside a tenant-scoped transaction`
}

// badOuter forgets WithTx.
func badOuter(ctx context.Context, pool *pgxpool.Pool) error {
	r := NewRepo(pool)
	return tenant.With(ctx, pool, uuid.Nil, func(ctx context.Context, tx pgx.Tx) error {
		return r.Purge(ctx) // want `DELETE on orders runs on the pool although a tenant-scoped transaction is open`
	})
}

// A Service has one that the constructor is given.
type Service struct {
	repo *Repo
	pool *pgxpool.Pool
}

func NewService(repo *Repo, pool *pgxpool.Pool) *Service { return &Service{repo, pool} }

func (s *Service) Raw(ctx context.Context) error { return s.repo.Purge(ctx) }

func (s *Service) Scoped(ctx context.Context) error {
	return tenant.With(ctx, s.pool, uuid.Nil, func(ctx context.Context, tx pgx.Tx) error { return s.repo.WithTx(tx).Purge(ctx) })
}

func wires(ctx context.Context, pool *pgxpool.Pool) error {
	s := NewService(NewRepo(pool), pool)
	if err := s.Scoped(ctx); err != nil {
		return err
	}
	return s.Raw(ctx) // want `DELETE on orders runs on the pool, outside a tenant-scoped transaction`
}

// A handler takes the service along.
type handler struct{ service *Service }

func (h *handler) raw(w http.ResponseWriter, r *http.Request)    { _ = h.service.Raw(r.Context()) }
func (h *handler) scoped(w http.ResponseWriter, r *http.Request) { _ = h.service.Scoped(r.Context()) }

func routes(mux *http.ServeMux, pool *pgxpool.Pool) {
	h := &handler{NewService(NewRepo(pool), pool)} // want `DELETE on orders runs on the pool, outside a tenant-scoped transaction`
	mux.HandleFunc("/raw", h.raw)
	mux.HandleFunc("/scoped", h.scoped)
}

// Stateful begins one by itself: its constructor doesn't say that it has none.
type Stateful struct {
	pool *pgxpool.Pool
	tx   pgx.Tx
}

func NewStateful(pool *pgxpool.Pool) *Stateful { return &Stateful{pool: pool} }

func (s *Stateful) Begin(ctx context.Context, id uuid.UUID) (err error) {
	s.tx, err = tenant.Begin(ctx, s.pool, id)
	return err
}

func (s *Stateful) Purge(ctx context.Context) error {
	if s.tx != nil {
		_, err := s.tx.Exec(ctx, "DELETE FROM orders")
		return err
	}
	_, err := s.pool.Exec(ctx, "DELETE FROM orders")
	return err
}

func stateful(ctx context.Context, pool *pgxpool.Pool) error {
	s := NewStateful(pool)
	if err := s.Begin(ctx, uuid.Nil); err != nil {
		return err
	}
	return s.Purge(ctx)
}

// pick is given what may be missing.
func pick(tx pgx.Tx, pool *pgxpool.Pool) DBTX {
	if tx == nil {
		return pool
	}
	return tx
}

func purge(ctx context.Context, pool *pgxpool.Pool, tx pgx.Tx) error {
	_, err := pick(tx, pool).Exec(ctx, "DELETE FROM orders")
	return err
}

func passes(ctx context.Context, pool *pgxpool.Pool) error {
	return tenant.With(ctx, pool, uuid.Nil, func(ctx context.Context, tx pgx.Tx) error { return purge(ctx, pool, tx) })
}

func badPassesNone(ctx context.Context, pool *pgxpool.Pool) error {
	return purge(ctx, pool, nil) // want `DELETE on orders runs on the pool, outside a tenant-scoped transaction`
}

// own begins a transaction of the tenant where none is passed.
func own(ctx context.Context, pool *pgxpool.Pool, tx pgx.Tx) error {
	if tx == nil {
		return tenant.With(ctx, pool, uuid.Nil, func(ctx context.Context, tx pgx.Tx) error { return own(ctx, pool, tx) })
	}
	_, err := tx.Exec(ctx, "DELETE FROM orders")
	return err
}

func owns(ctx context.Context, pool *pgxpool.Pool) error { return own(ctx, pool, nil) }
