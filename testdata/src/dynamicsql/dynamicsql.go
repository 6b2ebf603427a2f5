package dynamicsql

import (
	"context"
	"database/sql"
	"os"
)

// Bad: from a file.
func File(ctx context.Context, tx *sql.Tx) error {
	text, err := os.ReadFile("report.sql")
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, string(text)) // want `SQL that is not known before the program runs: text read from a file`
	return err
}

// Bad: from a map that others fill.
func Named(ctx context.Context, tx *sql.Tx, queries map[string]string, name string) error {
	_, err := tx.ExecContext(ctx, queries[name]) // want `SQL that is not known before the program runs: text from a map`
	return err
}

// Fixed.
const touch = "UPDATE orders SET tenant_id = tenant_id"

func Constant(ctx context.Context, tx *sql.Tx) error {
	_, err := tx.ExecContext(ctx, touch)
	return err
}

// A text of which the table is known can be judged.
func Sorted(ctx context.Context, tx *sql.Tx, descending bool) error {
	text := "SELECT id FROM orders"
	if descending {
		text += " ORDER BY id DESC"
	}
	_, err := tx.QueryContext(ctx, text)
	return err
}
