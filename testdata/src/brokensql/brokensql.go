package brokensql

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Bad: SET takes no expressions.
func Cast(ctx context.Context, tx pgx.Tx, tenantID string) error {
	_, err := tx.Exec(ctx, "SET LOCAL app.tenant_id = $1::text", tenantID) // want `the server rejects the text that sets app.tenant_id: syntax error`
	return err
}

// Bad: a name with a dash in it would need quotes.
func Dash(ctx context.Context, tx pgx.Tx) error {
	_, err := tx.Exec(ctx, "SET LOCAL app.tenant-id = '1'") // want `the server rejects the text that sets app.tenant: syntax error`
	return err
}

// Bad: a comma is missing.
func Comma(ctx context.Context, tx *sql.Tx, tenantID string) error {
	_, err := tx.ExecContext(ctx, "SELECT set_config('app.tenant_id', $1 true)", tenantID) // want `the server rejects the text that sets app.tenant_id: syntax error`
	return err
}

// Bad: a column is missing. What is wrong stands at the word before which the parser stops.
func Column(ctx context.Context, pool *pgxpool.Pool, id string) error {
	const q = `
		SELECT name,
		FROM orders WHERE id = $1` // want `the server rejects the text that is about orders: syntax error`
	_, err := pool.Exec(ctx, q, id)
	return err
}

// Bad: it ends too early, and the value in it is none of the syntax.
func Open(ctx context.Context, tx *sql.Tx, name string) error {
	_, err := tx.ExecContext(ctx, fmt.Sprintf("INSERT INTO orders (name) VALUES ('%s'", name)) // want `the server rejects the text that is about orders: syntax error`
	return err
}

// Fixed.
func Fixed(ctx context.Context, tx pgx.Tx, tenantID string) error {
	if _, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1::text, true)", tenantID); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, "SELECT name FROM orders")
	return err
}

// No tenant's.
func Countries(ctx context.Context, tx pgx.Tx) error {
	_, err := tx.Exec(ctx, "SELECT name, FROM countries")
	return err
}

// The name of a tenant's table is the value of a literal here.
func Word(ctx context.Context, tx pgx.Tx) error {
	_, err := tx.Exec(ctx, "SELECT name, FROM countries WHERE note = 'from orders'")
	return err
}

// What the program puts in may be the rest of the statement.
func Fragment(ctx context.Context, tx pgx.Tx, where string) error {
	if _, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', '1', true)"); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, "SELECT name FROM orders WHERE ("+where)
	return err
}

// The two appended parts never come together; each text that is sent is fine.
func Paths(ctx context.Context, tx pgx.Tx, id string) error {
	if _, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', '1', true)"); err != nil {
		return err
	}
	q := "SELECT name FROM orders"
	if id != "" {
		q += " WHERE id = $1"
	}
	if id == "" {
		q += " WHERE name = $1"
	}
	_, err := tx.Exec(ctx, q, id)
	return err
}

// A message, which reaches no handle.
func Message() error {
	return errors.New("SET LOCAL app.tenant_id is missing, FROM orders (none)")
}

// A sentence, sent to something that only looks like a handle.
type prompter interface {
	Query(ctx context.Context, text string, args ...any) (pgx.Rows, error)
}

func Sentence(ctx context.Context, p prompter) error {
	if _, err := p.Query(ctx, "Set the tenant, then update orders for it"); err != nil {
		return err
	}
	_, err := p.Query(ctx, "Select the best from orders, please")
	return err
}
