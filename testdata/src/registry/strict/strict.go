// Package strict has a registry, and no answer where nothing is registered: silent.
package strict

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

var errNone = errors.New("no such transaction")

type Manager struct {
	pool *pgxpool.Pool
	txs  map[string]pgx.Tx
}

func New(pool *pgxpool.Pool) *Manager { return &Manager{pool, map[string]pgx.Tx{}} }

func (m *Manager) Open(ctx context.Context, id string, tenant uuid.UUID) error {
	tx, err := m.pool.Begin(ctx)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant.String()); err != nil {
		_ = tx.Rollback(ctx)
		return err
	}
	m.txs[id] = tx
	return nil
}

func (m *Manager) Purge(ctx context.Context, id string) error {
	tx, ok := m.txs[id]
	if !ok {
		return fmt.Errorf("%w: %s", errNone, id)
	}
	_, err := tx.Exec(ctx, "DELETE FROM orders")
	return err
}

// Close rolls back what is left.
func (m *Manager) Close(ctx context.Context) {
	for id, tx := range m.txs {
		_ = tx.Rollback(ctx)
		delete(m.txs, id)
	}
}
