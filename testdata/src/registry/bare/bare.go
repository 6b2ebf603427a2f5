// Package bare puts nothing but transactions without the tenant's context into its
// registry.
package bare

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

type Manager struct {
	pool *pgxpool.Pool
	txs  map[string]pgx.Tx
}

func (m *Manager) Open(ctx context.Context, id string) error {
	tx, err := m.pool.Begin(ctx)
	if err != nil {
		return err
	}
	m.txs[id] = tx
	return nil
}

func (m *Manager) Purge(ctx context.Context, id string) error {
	tx, ok := m.txs[id]
	if !ok {
		return pgx.ErrTxClosed
	}
	_, err := tx.Exec(ctx, "DELETE FROM orders") // want `DELETE on orders in a transaction where the tenant context is not set`
	return err
}

// Reset works on what is nobody's: silent.
func (m *Manager) Reset(ctx context.Context, id string) error {
	_, err := m.txs[id].Exec(ctx, "DELETE FROM countries")
	return err
}
