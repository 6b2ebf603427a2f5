// Package words holds texts that are not spelled out where they are sent: a
// finding about a text stands at its words, where these are in the same file
// and it is the only one about them.
package words

import (
	"context"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/corpus/spelled"
)

const setTenant = "SET LOCAL app.tenant_id = $1" // want `SET app.tenant_id with a placeholder`

func Constant(ctx context.Context, tx pgx.Tx, id string) error {
	_, err := tx.Exec(ctx, setTenant, id)
	return err
}

func Lines(ctx context.Context, tx pgx.Tx, id string) error {
	_, err := tx.Exec(ctx, `
		-- who asks?
		SET LOCAL app.tenant_id = $1`, id) // want `SET app.tenant_id with a placeholder`
	return err
}

func Trimmed(ctx context.Context, pool *pgxpool.Pool, id string) error {
	q := strings.TrimSpace(`
		SELECT pg_catalog.set_config('app.tenant_id', $1, true) `) // want `app.tenant_id is set for the transaction, but the pool has none open`
	_, err := pool.Exec(ctx, q, id)
	return err
}

func Session(ctx context.Context, pool *pgxpool.Pool, id string) error {
	conn, err := pool.Acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	const set = "SELECT set_config('app.tenant_id', $1, false)" // want `app.tenant_id is set for the session and not reset`
	_, err = conn.Exec(ctx, set, id)
	return err
}

func Role(ctx context.Context, tx pgx.Tx) error {
	role := "SET LOCAL ROLE service_role" // want `switches to role service_role`
	_, err := tx.Exec(ctx, role)
	return err
}

// Two calls send it: each is wrong by itself.
const shared = "SELECT set_config('app.tenant_id', $1, true)"

func First(ctx context.Context, pool *pgxpool.Pool, id string) error {
	_, err := pool.Exec(ctx, shared, id) // want `app.tenant_id is set for the transaction, but the pool has none open`
	return err
}

func Second(ctx context.Context, pool *pgxpool.Pool, id string) error {
	_, err := pool.Exec(ctx, shared, id) // want `app.tenant_id is set for the transaction, but the pool has none open`
	return err
}

// The same text in two places: which one is sent is not known.
func Twice(ctx context.Context, tx pgx.Tx, id string, again bool) error {
	q := "SET LOCAL app.tenant_id = $1"
	if again {
		q = "SET LOCAL app.tenant_id = $1"
	}
	_, err := tx.Exec(ctx, q, id) // want `SET app.tenant_id with a placeholder`
	return err
}

// Elsewhere: the call keeps the finding.
func OtherFile(ctx context.Context, tx pgx.Tx, id string) error {
	_, err := tx.Exec(ctx, inOtherFile, id) // want `SET app.tenant_id with a placeholder`
	return err
}

func OtherPackage(ctx context.Context, tx pgx.Tx, id string) error {
	_, err := tx.Exec(ctx, spelled.SetTenant, id) // want `SET app.tenant_id with a placeholder`
	return err
}

// What is wrong with a query is the handle: the finding stays at the call.
func Query(ctx context.Context, pool *pgxpool.Pool) error {
	const q = `
		SELECT name
		FROM orders`
	_, err := pool.Exec(ctx, q) // want `SELECT on orders runs on the pool`
	return err
}
