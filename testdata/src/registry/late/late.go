// Package late registers transactions first and sets the tenant's context then, or has
// its callers do it, of which nothing is known: silent.
package late

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

type Manager struct {
	pool      *pgxpool.Pool
	txs, more map[string]pgx.Tx
}

func (m *Manager) Open(ctx context.Context, id string, tenant uuid.UUID) error {
	tx, err := m.pool.Begin(ctx)
	if err != nil {
		return err
	}
	m.txs[id] = tx
	if _, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant.String()); err != nil {
		delete(m.txs, id)
		_ = tx.Rollback(ctx)
		return err
	}
	return nil
}

func (m *Manager) Purge(ctx context.Context, id string) error {
	_, err := m.txs[id].Exec(ctx, "DELETE FROM orders")
	return err
}

func (m *Manager) begin(ctx context.Context, id string) (pgx.Tx, error) {
	tx, err := m.pool.Begin(ctx)
	if err != nil {
		return nil, err
	}
	m.more[id] = tx
	return tx, nil
}

func (m *Manager) Begin(ctx context.Context, id string, tenant uuid.UUID) error {
	tx, err := m.begin(ctx, id)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant.String())
	return err
}

func (m *Manager) PurgeMore(ctx context.Context, id string) error {
	_, err := m.more[id].Exec(ctx, "DELETE FROM orders")
	return err
}
