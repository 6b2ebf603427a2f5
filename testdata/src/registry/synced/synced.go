// Package synced keeps its transactions in a sync.Map.
package synced

import (
	"context"
	"sync"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

type DBTX interface {
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
}

type Manager struct {
	pool *pgxpool.Pool
	txs  sync.Map
}

func (m *Manager) Open(ctx context.Context, id string, tenant uuid.UUID) error {
	tx, err := m.pool.Begin(ctx)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant.String()); err != nil {
		_ = tx.Rollback(ctx)
		return err
	}
	m.txs.Store(id, tx)
	return nil
}

func (m *Manager) db(id string) DBTX {
	if v, ok := m.txs.Load(id); ok {
		return v.(pgx.Tx)
	}
	return m.pool // want `returns the pool where no transaction is registered: DELETE on orders then runs outside`
}

func (m *Manager) Purge(ctx context.Context, id string) error {
	_, err := m.db(id).Exec(ctx, "DELETE FROM orders")
	return err
}

// registry is a package's own.
var registry sync.Map

func Open(ctx context.Context, pool *pgxpool.Pool, id string) error {
	tx, err := pool.Begin(ctx)
	if err != nil {
		return err
	}
	registry.Store(id, tx)
	return nil
}

func Purge(ctx context.Context, id string) error {
	v, ok := registry.Load(id)
	if !ok {
		return pgx.ErrTxClosed
	}
	_, err := v.(pgx.Tx).Exec(ctx, "DELETE FROM orders") // want `DELETE on orders in a transaction where the tenant context is not set`
	return err
}
