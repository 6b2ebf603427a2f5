package copyintorls

import (
	"context"
	"database/sql"
	"io"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/lib/pq"

	"example.com/corpus/tenant"
)

// Bad: in the scope, and refused all the same.
func Import(ctx context.Context, pool *pgxpool.Pool, id uuid.UUID, rows [][]any) error {
	return tenant.With(ctx, pool, id, func(ctx context.Context, tx pgx.Tx) error {
		_, err := tx.CopyFrom(ctx, pgx.Identifier{"orders"}, []string{"id", "tenant_id", "total"}, pgx.CopyFromRows(rows)) // want `COPY FROM into orders fails \(0A000\) for every role that its policies bind: where it works`
		return err
	})
}

// Bad: with its schema.
func ImportQualified(ctx context.Context, pool *pgxpool.Pool, id uuid.UUID, rows [][]any) error {
	return tenant.With(ctx, pool, id, func(ctx context.Context, tx pgx.Tx) error {
		_, err := tx.CopyFrom(ctx, pgx.Identifier{"public", "readings"}, []string{"at"}, pgx.CopyFromRows(rows)) // want `COPY FROM into public.readings fails`
		return err
	})
}

// Bad: as text.
func ImportText(ctx context.Context, tx pgx.Tx, r io.Reader) error {
	_, err := tx.Conn().PgConn().CopyFrom(ctx, r, "COPY orders FROM STDIN") // want `COPY FROM into orders fails`
	return err
}

// Bad: from a file of the server.
func ImportFile(ctx context.Context, pool *pgxpool.Pool, id uuid.UUID) error {
	return tenant.With(ctx, pool, id, func(ctx context.Context, tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "COPY orders (id, total) FROM '/var/import/orders.csv' CSV") // want `COPY FROM into orders fails`
		return err
	})
}

// Bad: lib/pq prepares the COPY and runs it for each row: one finding.
func Prepared(ctx context.Context, db *sql.DB, id uuid.UUID, totals []int64) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(ctx, "SELECT set_config('app.tenant_id', $1, true)", id); err != nil {
		return err
	}
	stmt, err := tx.PrepareContext(ctx, pq.CopyInSchema("public", "orders", "id", "total"))
	if err != nil {
		return err
	}
	for _, total := range totals {
		if _, err := stmt.ExecContext(ctx, uuid.New(), total); err != nil { // want `COPY FROM into public.orders fails`
			return err
		}
	}
	if _, err := stmt.ExecContext(ctx); err != nil {
		return err
	}
	countries, err := tx.PrepareContext(ctx, pq.CopyIn("countries", "code"))
	if err != nil {
		return err
	}
	if _, err := countries.ExecContext(ctx, "de"); err != nil {
		return err
	}
	return tx.Commit()
}

// Fixed.
func Batch(ctx context.Context, pool *pgxpool.Pool, id uuid.UUID, totals []int64) error {
	return tenant.With(ctx, pool, id, func(ctx context.Context, tx pgx.Tx) error {
		b := &pgx.Batch{}
		for _, total := range totals {
			b.Queue("INSERT INTO orders (id, tenant_id, total) VALUES (gen_random_uuid(), $1, $2)", id, total)
		}
		return tx.SendBatch(ctx, b).Close()
	})
}

// Reading is COPY TO, which the policies filter.
func Export(ctx context.Context, pool *pgxpool.Pool, id uuid.UUID) error {
	return tenant.With(ctx, pool, id, func(ctx context.Context, tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "COPY (SELECT id FROM orders) TO '/var/export/orders.csv' CSV")
		return err
	})
}

// A temporary table and one that is everybody's have no policies.
func Staged(ctx context.Context, pool *pgxpool.Pool, id uuid.UUID, rows [][]any) error {
	return tenant.With(ctx, pool, id, func(ctx context.Context, tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "CREATE TEMPORARY TABLE staging (id uuid, total bigint) ON COMMIT DROP"); err != nil {
			return err
		}
		if _, err := tx.CopyFrom(ctx, pgx.Identifier{"staging"}, []string{"id", "total"}, pgx.CopyFromRows(rows)); err != nil {
			return err
		}
		if _, err := tx.CopyFrom(ctx, pgx.Identifier{"countries"}, []string{"code", "name"}, pgx.CopyFromRows(rows)); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, "INSERT INTO orders (id, tenant_id, total) SELECT id, $1, total FROM staging", id)
		return err
	})
}
