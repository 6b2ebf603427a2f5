// Package store keeps what companies have.
package store

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/denybydefault/internal/tenant"
)

// Contracts lists the titles of a company's contracts.
func Contracts(ctx context.Context, pool *pgxpool.Pool, company string) (titles []string, err error) {
	err = tenant.In(ctx, pool, company, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, "SELECT title FROM contracts ORDER BY title")
		if err != nil {
			return err
		}
		titles, err = pgx.CollectRows(rows, pgx.RowTo[string])
		return err
	})
	return titles, err
}

// SignedIn lists who of a company is signed in, for the support page.
func SignedIn(ctx context.Context, pool *pgxpool.Pool, company string) (people []string, err error) {
	err = tenant.In(ctx, pool, company, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, "SELECT person FROM private.signed_in() AS person")
		if err != nil {
			return err
		}
		people, err = pgx.CollectRows(rows, pgx.RowTo[string])
		return err
	})
	return people, err
}

// SignOut ends the sessions of a person.
func SignOut(ctx context.Context, pool *pgxpool.Pool, company, person string) error {
	return tenant.In(ctx, pool, company, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "SELECT private.sign_out($1)", person)
		return err
	})
}
