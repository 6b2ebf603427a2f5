package bypassrole

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/corpus/support"
)

// Bad: the role has BYPASSRLS.
func Batch(ctx context.Context, tx pgx.Tx) error {
	_, err := tx.Exec(ctx, "SET LOCAL ROLE batch") // want `switches to role batch, which has BYPASSRLS`
	return err
}

// Bad: a flag that the policies accept.
func Flag(ctx context.Context, tx pgx.Tx) error {
	_, err := tx.Exec(ctx, "SELECT set_config('app.bypass_rls', 'on', true)") // want `sets app.bypass_rls, which the policies accept as a bypass`
	return err
}

// Bad: known to bypass at the provider.
func Service(ctx context.Context, tx pgx.Tx) error {
	_, err := tx.Exec(ctx, "SET LOCAL ROLE service_role") // want `switches to role service_role`
	return err
}

// Fixed: lowering privilege.
func Lower(ctx context.Context, tx pgx.Tx) error {
	_, err := tx.Exec(ctx, "SET LOCAL ROLE app_user")
	return err
}

// Stepping down after the work.
func Down(ctx context.Context, tx pgx.Tx) error {
	_, err := tx.Exec(ctx, "RESET ROLE")
	return err
}

func FlagOff(ctx context.Context, tx pgx.Tx) error {
	_, err := tx.Exec(ctx, "SELECT set_config('app.bypass_rls', 'off', true)")
	return err
}

// Bad: a helper of another package hands out a handle without bounds.
func Helper(ctx context.Context, pool *pgxpool.Pool) error {
	tx, err := support.Begin(ctx, pool) // want `Begin hands out a handle that row-level security does not bind`
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	_, err = tx.Exec(ctx, "DELETE FROM orders")
	return err
}

// One that keeps the handle to itself is the other package's affair.
func Result(ctx context.Context, pool *pgxpool.Pool) ([]string, error) {
	return support.Names(ctx, pool)
}
