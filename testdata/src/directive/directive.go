package directive

import (
	"context"
	"strings"

	"github.com/jackc/pgx/v5"
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

// Where the text is spelled out is a place for a directive, and so is the call.

//tenantvet:ignore boundset -- the proxy in front of the server interpolates
const setTenant = `
	SET LOCAL app.tenant_id = $1`

func AtTheText(ctx context.Context, tx pgx.Tx, id string) error {
	_, err := tx.Exec(ctx, setTenant, id)
	return err
}

const setAgain = "SET LOCAL app.tenant_id = $1"

func AtTheCall(ctx context.Context, tx pgx.Tx, id string) error {
	//tenantvet:ignore boundset -- as above
	_, err := tx.Exec(ctx, setAgain, id)
	return err
}

func AboveLines(ctx context.Context, tx pgx.Tx, id string) error {
	//tenantvet:ignore boundset -- as above;
	// with more to say
	_, err := tx.Exec(ctx, `
		-- who asks?
		SET LOCAL app.tenant_id = $1`,
		id)
	return err
}

func TrailingLines(ctx context.Context, tx pgx.Tx, id string) error {
	_, err := tx.Exec(ctx, `
		SET LOCAL app.tenant_id = $1`,
		id) //tenantvet:ignore boundset -- as above
	return err
}

func BetweenLines(ctx context.Context, tx pgx.Tx, id string) error {
	_, err := tx.Exec(ctx,
		//tenantvet:ignore boundset -- as above
		`SET LOCAL app.tenant_id = $1`,
		id)
	return err
}

func Element(ctx context.Context, pool *pgxpool.Pool) error {
	q := strings.Join([]string{
		"SELECT 1",
		//tenantvet:ignore lostcontext -- about this one
		"SELECT set_config('app.tenant_id', '1', true)",
	}, "; ")
	_, err := pool.Exec(ctx, q)
	return err
}

// The directive is about its own statement, not about the next one.
func NotTheNext(ctx context.Context, pool *pgxpool.Pool) error {
	_, err := pool.Exec(ctx,
		"SELECT name FROM countries") //tenantvet:ignore rawpool -- not needed // want `directive ignores rawpool, but there is nothing to silence`
	_, err = pool.Exec(ctx, "DELETE FROM orders") // want `DELETE on orders runs on the pool`
	return err
}

// Nor is one that stands last in a block about the condition of the block.
func Last(ctx context.Context, pool *pgxpool.Pool) error {
	if _, err := pool.Exec(ctx, "DELETE FROM orders"); err != nil { // want `DELETE on orders runs on the pool`
		return err
		/* want `directive ignores rawpool, but there is nothing to silence` */ //tenantvet:ignore rawpool -- not needed
	}
	return nil
}

/* want `directive ignores boundset, but there is nothing to silence` */ //tenantvet:ignore boundset -- not needed
const countries = "SELECT name FROM countries"

func Countries(ctx context.Context, pool *pgxpool.Pool) error {
	_, err := pool.Exec(ctx, countries)
	return err
}
