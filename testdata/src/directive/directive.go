package directive

import (
	"context"

	"github.com/jackc/pgx/v5/pgxpool"
)

// Silenced, with a reason.
func Nightly(ctx context.Context, pool *pgxpool.Pool) error {
	//tenantvet:ignore rawpool -- the nightly report covers every tenant
	_, err := pool.Exec(ctx, "DELETE FROM orders WHERE total = 0")
	return err
}

func Trailing(ctx context.Context, pool *pgxpool.Pool) error {
	_, err := pool.Exec(ctx, "DELETE FROM orders") //tenantvet:ignore rawpool -- as above
	return err
}

func NoReason(ctx context.Context, pool *pgxpool.Pool) error {
	/* want `directive without a reason` */        //tenantvet:ignore rawpool
	_, err := pool.Exec(ctx, "DELETE FROM orders") // want `DELETE on orders runs on the pool`
	return err
}

func Unknown(ctx context.Context, pool *pgxpool.Pool) error {
	/* want `directive ignores unknown rule rawpol` */ //tenantvet:ignore rawpol -- typo
	_, err := pool.Exec(ctx, "DELETE FROM orders")     // want `DELETE on orders runs on the pool`
	return err
}

func Unused(ctx context.Context, pool *pgxpool.Pool) error {
	/* want `directive ignores rawpool, but there is nothing to silence` */ //tenantvet:ignore rawpool -- not needed
	_, err := pool.Exec(ctx, "SELECT name FROM countries")
	return err
}

func Verb(ctx context.Context, pool *pgxpool.Pool) error {
	/* want `unknown directive silence` */ //tenantvet:silence rawpool -- wrong verb
	_, err := pool.Exec(ctx, "SELECT name FROM countries")
	return err
}
