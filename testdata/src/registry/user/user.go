// Package user registers transactions with a manager of another package.
package user

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/corpus/registry/begins"
)

func Open(ctx context.Context, m *begins.Manager, pool *pgxpool.Pool, id string) error {
	tx, err := pool.Begin(ctx)
	if err != nil {
		return err
	}
	m.Register(id, tx) // want `puts the transaction into begins.Manager.txs without the tenant context: queries that take it from there run outside the tenant's scope`
	return nil
}

func OpenScoped(ctx context.Context, m *begins.Manager, pool *pgxpool.Pool, id string, tenant uuid.UUID) error {
	tx, err := pool.Begin(ctx)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant.String()); err != nil {
		return err
	}
	m.Register(id, tx)
	return nil
}
