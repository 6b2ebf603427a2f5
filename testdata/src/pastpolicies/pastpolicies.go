// Package pastpolicies works for the operators of the service: all that it does is done
// past the policies.
package pastpolicies

import (
	"context"

	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/corpus/support"
)

// Bad, like the others below: whether the package may is one question.
func Orders(ctx context.Context, pool *pgxpool.Pool) (n int, err error) {
	tx, err := support.Begin(ctx, pool) // want `Begin hands out a handle that row-level security does not bind: what runs on it sees every tenant's rows; so it does in 4 more places of this package; declare the package privileged in tenantvet.yaml`
	if err != nil {
		return 0, err
	}
	defer tx.Rollback(ctx)
	err = tx.QueryRow(ctx, "SELECT count(*) FROM orders").Scan(&n)
	return n, err
}

func Customers(ctx context.Context, pool *pgxpool.Pool) (n int, err error) {
	tx, err := support.Begin(ctx, pool)
	if err != nil {
		return 0, err
	}
	defer tx.Rollback(ctx)
	err = tx.QueryRow(ctx, "SELECT count(*) FROM customers").Scan(&n)
	return n, err
}

func Members(ctx context.Context, pool *pgxpool.Pool) (n int, err error) {
	tx, err := support.Begin(ctx, pool)
	if err != nil {
		return 0, err
	}
	defer tx.Rollback(ctx)
	err = tx.QueryRow(ctx, "SELECT count(*) FROM members").Scan(&n)
	return n, err
}

func Branches(ctx context.Context, pool *pgxpool.Pool) (n int, err error) {
	tx, err := support.Begin(ctx, pool)
	if err != nil {
		return 0, err
	}
	defer tx.Rollback(ctx)
	err = tx.QueryRow(ctx, "SELECT count(*) FROM branches").Scan(&n)
	return n, err
}

// Silent: that it is meant is said here.
func Drafts(ctx context.Context, pool *pgxpool.Pool) (n int, err error) {
	tx, err := support.Begin(ctx, pool) //tenantvet:ignore bypassrole -- the nightly count is for the operators
	if err != nil {
		return 0, err
	}
	defer tx.Rollback(ctx)
	err = tx.QueryRow(ctx, "SELECT count(*) FROM drafts").Scan(&n)
	return n, err
}

func Sessions(ctx context.Context, pool *pgxpool.Pool) (n int, err error) {
	tx, err := support.Begin(ctx, pool)
	if err != nil {
		return 0, err
	}
	defer tx.Rollback(ctx)
	err = tx.QueryRow(ctx, "SELECT count(*) FROM sessions").Scan(&n)
	return n, err
}
