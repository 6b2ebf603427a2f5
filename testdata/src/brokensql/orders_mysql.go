package brokensql

import (
	"context"
	"database/sql"
)

// For another database, as the name of the file says.
func Other(ctx context.Context, tx *sql.Tx, id string) error {
	_, err := tx.ExecContext(ctx, "UPDATE `orders` SET total = 0 WHERE id = ? LIMIT 1", id)
	return err
}
