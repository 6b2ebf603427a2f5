// Package begins has a registry, and where nothing is registered begins a transaction
// with the tenant's context: silent.
package begins

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

type Manager struct {
	pool *pgxpool.Pool
	txs  map[string]pgx.Tx
}

func (m *Manager) scoped(ctx context.Context, tenant uuid.UUID) (pgx.Tx, error) {
	tx, err := m.pool.Begin(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant.String()); err != nil {
		_ = tx.Rollback(ctx)
		return nil, err
	}
	return tx, nil
}

func (m *Manager) Open(ctx context.Context, id string, tenant uuid.UUID) error {
	tx, err := m.scoped(ctx, tenant)
	if err != nil {
		return err
	}
	m.txs[id] = tx
	return nil
}

// Register is for those who begin their transactions themselves, as all do here.
func (m *Manager) Register(id string, tx pgx.Tx) { m.txs[id] = tx }

func (m *Manager) tx(ctx context.Context, id string, tenant uuid.UUID) (pgx.Tx, error) {
	if tx, ok := m.txs[id]; ok {
		return tx, nil
	}
	return m.scoped(ctx, tenant)
}

func (m *Manager) Purge(ctx context.Context, id string, tenant uuid.UUID) error {
	tx, err := m.tx(ctx, id, tenant)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, "DELETE FROM orders")
	return err
}
