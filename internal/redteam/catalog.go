package redteam

import (
	"context"

	"github.com/jackc/pgx/v5"
)

// A column is what must be known of one to give it a value.
type column struct {
	Name      string
	Type      string // as format_type prints it, for casts
	Base      string // without its domain and modifiers
	Category  string // typcategory: N, S, D, U, B, E, A, ..
	Length    int    // of varchar(n) and char(n), 0 without
	Labels    []string
	NotNull   bool
	Default   bool // there is a default, an identity, or a generated value
	Generated bool // it takes no value
}

const columnsOf = `
SELECT a.attname, format_type(a.atttypid, a.atttypmod), format_type(coalesce(nullif(t.typbasetype, 0), t.oid), NULL), b.typcategory::text,
	CASE WHEN b.typname IN ('varchar', 'bpchar') AND greatest(a.atttypmod, t.typtypmod) > 4 THEN greatest(a.atttypmod, t.typtypmod) - 4 ELSE 0 END,
	coalesce((SELECT array_agg(enumlabel::text ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = b.oid), '{}'),
	a.attnotnull OR t.typnotnull, a.atthasdef OR a.attidentity <> '' OR t.typdefault IS NOT NULL, a.attgenerated <> '' OR a.attidentity = 'a'
FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid JOIN pg_type b ON b.oid = coalesce(nullif(t.typbasetype, 0), t.oid)
WHERE a.attrelid = to_regclass($1) AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum`

func readColumns(ctx context.Context, conn *pgx.Conn, table string) ([]column, error) {
	rows, err := conn.Query(ctx, columnsOf, table)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (c column, err error) {
		err = row.Scan(&c.Name, &c.Type, &c.Base, &c.Category, &c.Length, &c.Labels, &c.NotNull, &c.Default, &c.Generated)
		return c, err
	})
}
