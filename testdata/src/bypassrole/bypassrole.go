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

const batchRole, appRole = "batch", "app_user"

// Bad: a name in quotes is the same role.
func Quoted(ctx context.Context, tx pgx.Tx) error {
	_, err := tx.Exec(ctx, "SET LOCAL ROLE "+pgx.Identifier{batchRole}.Sanitize()) // want `switches to role batch, which has BYPASSRLS`
	return err
}

// Lowered is what the statement does to the login's rights.
func Lowered(ctx context.Context, tx pgx.Tx) error {
	_, err := tx.Exec(ctx, "SET LOCAL ROLE "+pgx.Identifier{appRole}.Sanitize())
	return err
}

// Bad: members of a role reach it with SET ROLE.
func Grant(ctx context.Context, pool *pgxpool.Pool) error {
	_, err := pool.Exec(ctx, "GRANT batch TO app_user") // want `grants batch, which has BYPASSRLS, to app_user`
	return err
}

// An ordinary role, what is taken away, and privileges on tables.
func Grants(ctx context.Context, pool *pgxpool.Pool) error {
	for _, statement := range []string{"GRANT app_user TO reporting", "REVOKE batch FROM app_user", "GRANT SELECT ON orders TO batch", "GRANT batch TO service_role"} {
		if _, err := pool.Exec(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}

// Policies hold whatever fires: this switches triggers and foreign keys off.
func Restore(ctx context.Context, tx pgx.Tx) error {
	_, err := tx.Exec(ctx, "SET LOCAL session_replication_role = replica")
	return err
}

// Bad: a login that the migrations, or the provider, let past the policies.
func Login(ctx context.Context) (int64, error) {
	pool, err := pgxpool.New(ctx, "host=db user=batch dbname=app") // want `SELECT on orders runs over a handle that was opened with role batch: row-level security does not bind its role`
	if err != nil {
		return 0, err
	}
	return total(ctx, pool)
}

func LoginFixed(ctx context.Context) (int64, error) {
	pool, err := pgxpool.New(ctx, "host=db user=app_user dbname=app")
	if err != nil {
		return 0, err
	}
	return total(ctx, pool)
}

func total(ctx context.Context, pool *pgxpool.Pool) (total int64, err error) {
	err = pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", "7d3c"); err != nil {
			return err
		}
		return tx.QueryRow(ctx, "SELECT sum(total) FROM orders").Scan(&total)
	})
	return total, err
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

// Silent, and unknown: the helper goes past the policies for nobody only, and that
// is said there.
func ForSome(ctx context.Context, pool *pgxpool.Pool, tenant string) error {
	return support.Aware(ctx, pool, tenant, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "DELETE FROM orders")
		return err
	})
}
