// Package pgxv4 uses pgx v4, whose types have other import paths and whose
// pools and transactions have methods that v5 has as functions.
package pgxv4

import (
	"context"
	"database/sql"

	"github.com/jackc/pgconn"
	"github.com/jackc/pgx/v4"
	"github.com/jackc/pgx/v4/pgxpool"
	"github.com/jackc/pgx/v4/stdlib"
)

type Store struct{ pool *pgxpool.Pool }

// Bad: the pool.
func (s *Store) Total(ctx context.Context) (n int64, err error) {
	err = s.pool.QueryRow(ctx, "SELECT sum(total) FROM orders").Scan(&n) // want `SELECT on orders runs on the pool`
	return n, err
}

// Bad: QueryFunc takes its arguments as one list.
func (s *Store) Each(ctx context.Context, min int64, f func(pgx.QueryFuncRow) error) error {
	var id string
	_, err := s.pool.QueryFunc(ctx, "SELECT id FROM orders WHERE total > $1", []any{min}, []any{&id}, f) // want `SELECT on orders runs on the pool`
	return err
}

// Bad: BeginFunc is a method, and begins a transaction without context.
func (s *Store) Reset(ctx context.Context) error {
	return s.pool.BeginFunc(ctx, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "UPDATE orders SET total = 0") // want `UPDATE on orders in a transaction where the tenant context is not set`
		return err
	})
}

// Fixed: the context comes first, and a nested BeginFunc has it as well.
func (s *Store) Scoped(ctx context.Context, tenant string) error {
	return s.pool.BeginTxFunc(ctx, pgx.TxOptions{}, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, "UPDATE orders SET total = 0"); err != nil {
			return err
		}
		return tx.BeginFunc(ctx, func(nested pgx.Tx) error {
			_, err := nested.Exec(ctx, "DELETE FROM customers")
			return err
		})
	})
}

// Bad: past the transaction that is open.
func (s *Store) Past(ctx context.Context, tenant string) error {
	return s.pool.BeginFunc(ctx, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant); err != nil {
			return err
		}
		_, err := s.pool.Exec(ctx, "DELETE FROM orders") // want `DELETE on orders runs on the pool although a tenant-scoped transaction is open`
		return err
	})
}

// Fixed: what is queued first scopes the rest of the batch.
func (s *Store) Batch(ctx context.Context, tenant string) error {
	b := &pgx.Batch{}
	b.Queue("SELECT set_config('app.tenant_id', $1, true)", tenant)
	b.Queue("DELETE FROM orders")
	return s.pool.SendBatch(ctx, b).Close()
}

// Bad: a batch without it.
func (s *Store) BareBatch(ctx context.Context) error {
	b := &pgx.Batch{}
	b.Queue("DELETE FROM orders") // want `DELETE on orders runs on the pool`
	return s.pool.SendBatch(ctx, b).Close()
}

// Bad: COPY FROM fails under row-level security.
func (s *Store) Copy(ctx context.Context, rows [][]any) error {
	_, err := s.pool.CopyFrom(ctx, pgx.Identifier{"orders"}, []string{"id"}, pgx.CopyFromRows(rows)) // want `COPY on orders runs on the pool` `COPY FROM into orders fails`
	return err
}

// DB is the program's own interface: its methods are known by what they return.
type DB interface {
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

func count(ctx context.Context, db DB) (n int, err error) {
	err = db.QueryRow(ctx, "SELECT count(*) FROM customers").Scan(&n)
	return n, err
}

func (s *Store) Count(ctx context.Context) (int, error) {
	return count(ctx, s.pool) // want `SELECT on customers runs on the pool`
}

func (s *Store) CountScoped(ctx context.Context, tenant string) (n int, err error) {
	err = s.pool.BeginFunc(ctx, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant); err != nil {
			return err
		}
		n, err = count(ctx, tx)
		return err
	})
	return n, err
}

// Bad: a connection of database/sql, taken out of its pool for pgx.
func Acquired(ctx context.Context, db *sql.DB) error {
	conn, err := stdlib.AcquireConn(db)
	if err != nil {
		return err
	}
	defer stdlib.ReleaseConn(db, conn)
	_, err = conn.Exec(ctx, "DELETE FROM orders") // want `DELETE on orders runs on a bare connection`
	return err
}
