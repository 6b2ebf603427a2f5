// Package students keeps the students of centres.
package students

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Count counts the students of a centre.
func Count(ctx context.Context, pool *pgxpool.Pool, centre string) (n int, err error) {
	err = pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		claims := fmt.Sprintf(`{"user_metadata": {"tenant_id": %q}}`, centre)
		if _, err := tx.Exec(ctx, "SELECT set_config('request.jwt.claims', $1, true)", claims); err != nil {
			return err
		}
		return tx.QueryRow(ctx, "SELECT count(*) FROM students").Scan(&n)
	})
	return n, err
}
