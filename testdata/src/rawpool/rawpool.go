package rawpool

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/corpus/store"
	"example.com/corpus/tenant"
)

type Store struct {
	pool *pgxpool.Pool
	q    *store.Queries
	db   *sql.DB
}

func NewStore(pool *pgxpool.Pool, db *sql.DB) *Store {
	return &Store{pool: pool, q: store.New(pool), db: db}
}

// Bad: the receiver's pool.
func (s *Store) Total(ctx context.Context) (n int64, err error) {
	err = s.pool.QueryRow(ctx, "SELECT sum(total) FROM orders").Scan(&n) // want `SELECT on orders runs on the pool, outside a tenant-scoped transaction`
	return n, err
}

// Bad: database/sql.
func (s *Store) Rename(ctx context.Context, id uuid.UUID) error {
	_, err := s.db.ExecContext(ctx, "UPDATE customers SET email = lower(email) WHERE id = $1", id) // want `UPDATE on customers runs on the pool`
	return err
}

// Bad: a connection has no more context than the pool that it comes from.
func (s *Store) Pinned(ctx context.Context) error {
	conn, err := s.pool.Acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	_, err = conn.Exec(ctx, "DELETE FROM orders") // want `DELETE on orders runs on a bare connection`
	return err
}

// Bad: generated queries that the constructor built on the pool.
func (s *Store) List(ctx context.Context) ([]store.Order, error) {
	return s.q.ListOrders(ctx) // want `SELECT on orders runs on the pool`
}

// Bad: the helper sends what it is told.
func (s *Store) exec(ctx context.Context, text string, args ...any) error {
	_, err := s.pool.Exec(ctx, text, args...)
	return err
}

func (s *Store) Purge(ctx context.Context) error {
	return s.exec(ctx, "DELETE FROM customers WHERE email = $1", "x") // want `DELETE on customers runs on the pool`
}

// Bad: text from parts.
func (s *Store) Search(ctx context.Context, desc bool) (pgx.Rows, error) {
	query := "SELECT id FROM customers"
	if desc {
		query += " ORDER BY email DESC"
	}
	query += fmt.Sprintf(" LIMIT %d", 10)
	return s.pool.Query(ctx, query) // want `SELECT on customers runs on the pool`
}

// Bad: a handle behind an interface is reported where it is chosen.
type querier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
}

func touch(ctx context.Context, db querier) error {
	_, err := db.Exec(ctx, "UPDATE orders SET total = total")
	return err
}

func (s *Store) Touch(ctx context.Context) error {
	return touch(ctx, s.pool) // want `UPDATE on orders runs on the pool`
}

// Fixed.
func (s *Store) TouchScoped(ctx context.Context, id uuid.UUID) error {
	return tenant.With(ctx, s.pool, id, func(ctx context.Context, tx pgx.Tx) error {
		return touch(ctx, tx)
	})
}

func (s *Store) TotalScoped(ctx context.Context, id uuid.UUID) (n int64, err error) {
	err = tenant.With(ctx, s.pool, id, func(ctx context.Context, tx pgx.Tx) error {
		return tx.QueryRow(ctx, "SELECT sum(total) FROM orders").Scan(&n)
	})
	return n, err
}

func (s *Store) ListScoped(ctx context.Context, id uuid.UUID) ([]store.Order, error) {
	return tenant.Value(ctx, s.pool, id, func(tx pgx.Tx) ([]store.Order, error) {
		return s.q.WithTx(tx).ListOrders(ctx)
	})
}

// A batch is one implicit transaction: its first item scopes the rest.
func (s *Store) Batch(ctx context.Context, id uuid.UUID) error {
	b := &pgx.Batch{}
	b.Queue("SELECT set_config('app.tenant_id', $1, true)", id.String())
	b.Queue("UPDATE orders SET total = 0")
	return s.pool.SendBatch(ctx, b).Close()
}

// Bad: it does so on one branch only.
func (s *Store) BranchBatch(ctx context.Context, id uuid.UUID, scoped bool) error {
	b := &pgx.Batch{}
	if scoped {
		b.Queue("SELECT set_config('app.tenant_id', $1, true)", id.String())
	}
	b.Queue("UPDATE orders SET total = 0") // want `UPDATE on orders runs on the pool`
	return s.pool.SendBatch(ctx, b).Close()
}

// A batch for each tenant, in a loop and on a branch of it.
func (s *Store) Batches(ctx context.Context, ids []uuid.UUID, skip uuid.UUID) error {
	for _, id := range ids {
		if id != skip {
			b := &pgx.Batch{}
			b.Queue("SELECT set_config('app.tenant_id', $1, true)", id.String())
			for range 3 {
				b.Queue("UPDATE orders SET total = 0")
			}
			if err := s.pool.SendBatch(ctx, b).Close(); err != nil {
				return err
			}
		}
	}
	return nil
}

// Bad: nothing scopes this one.
func (s *Store) BareBatch(ctx context.Context) error {
	b := &pgx.Batch{}
	b.Queue("UPDATE orders SET total = 0") // want `UPDATE on orders runs on the pool`
	return s.pool.SendBatch(ctx, b).Close()
}

// One Exec with several statements is one implicit transaction as well.
func (s *Store) Script(ctx context.Context) error {
	_, err := s.pool.Exec(ctx, "SELECT set_config('app.tenant_id', '00000000-0000-0000-0000-000000000001', true); DELETE FROM orders")
	return err
}

// Shared tables, catalogs, DDL and functions are nobody's rows.
func (s *Store) Silent(ctx context.Context) error {
	if _, err := s.q.CountCountries(ctx); err != nil {
		return err
	}
	for _, text := range []string{"x"} {
		_ = text
	}
	if _, err := s.pool.Exec(ctx, "SELECT 1 FROM pg_class WHERE relname = 'orders'"); err != nil {
		return err
	}
	if _, err := s.pool.Exec(ctx, "SELECT tenant_id FROM resolve_key($1)", "k"); err != nil {
		return err
	}
	if _, err := s.pool.Exec(ctx, "SELECT name FROM tenants"); err != nil {
		return err
	}
	_, err := s.pool.Exec(ctx, "CREATE INDEX ON orders (tenant_id)")
	return err
}
