// Package mixed registers transactions with the tenant's context and without: which one
// comes out, nobody knows. Silent.
package mixed

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

type Manager struct {
	pool *pgxpool.Pool
	txs  map[string]pgx.Tx
	kept map[string]pgx.Tx
}

func (m *Manager) Open(ctx context.Context, id string, tenant uuid.UUID) error {
	tx, err := m.pool.Begin(ctx)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant.String()); err != nil {
		return err
	}
	m.txs[id], m.kept[id] = tx, tx
	return nil
}

func (m *Manager) OpenForAll(ctx context.Context, id string) error {
	tx, err := m.pool.Begin(ctx)
	if err != nil {
		return err
	}
	m.txs[id] = tx
	return nil
}

func (m *Manager) Purge(ctx context.Context, id string) error {
	_, err := m.txs[id].Exec(ctx, "DELETE FROM orders")
	return err
}

// Kept hands the map itself out: who knows what others put there.
func (m *Manager) Kept() map[string]pgx.Tx { return m.kept }

func (m *Manager) PurgeKept(ctx context.Context, id string) error {
	_, err := m.kept[id].Exec(ctx, "DELETE FROM orders")
	return err
}
