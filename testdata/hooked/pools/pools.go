// Package pools has the two pools of a program: one whose hooks set the
// tenant's context on each connection, and a plain one.
package pools

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

type tenantKey struct{}

var errNoTenant = errors.New("no tenant")

// Scoped opens the pool for requests.
func Scoped(ctx context.Context, url string) (*pgxpool.Pool, error) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, err
	}
	Configure(config)
	return pgxpool.NewWithConfig(ctx, config)
}

// Configure sets the tenant on each connection that is taken, and refuses
// where there is none.
func Configure(config *pgxpool.Config) {
	config.PrepareConn = func(ctx context.Context, conn *pgx.Conn) (bool, error) {
		tenant, ok := ctx.Value(tenantKey{}).(string)
		if !ok {
			return true, errNoTenant
		}
		if _, err := conn.Exec(ctx, "SELECT set_config('app.tenant_id', $1, false)", tenant); err != nil {
			return false, err
		}
		return true, nil
	}
	config.AfterRelease = func(conn *pgx.Conn) bool {
		_, err := conn.Exec(context.Background(), "RESET app.tenant_id")
		return err == nil
	}
}

// Plain opens a pool without hooks.
func Plain(ctx context.Context, url string) (*pgxpool.Pool, error) {
	return pgxpool.New(ctx, url)
}

// Open opens a pool with the hook that it is given.
func Open(ctx context.Context, url string, prepare func(context.Context, *pgx.Conn) bool) (*pgxpool.Pool, error) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, err
	}
	config.BeforeAcquire = prepare
	return pgxpool.NewWithConfig(ctx, config)
}

// A Store runs its statements on the pool that it gets: whoever wires it decides.
type Store struct{ pool *pgxpool.Pool }

func NewStore(pool *pgxpool.Pool) *Store { return &Store{pool: pool} }

func (s *Store) Names(ctx context.Context) (pgx.Rows, error) {
	return s.pool.Query(ctx, "SELECT name FROM orders")
}

// Clear begins a transaction, which has what its connection has.
func (s *Store) Clear(ctx context.Context) error {
	tx, err := s.pool.Begin(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	if _, err := tx.Exec(ctx, "DELETE FROM orders"); err != nil {
		return err
	}
	return tx.Commit(ctx)
}
