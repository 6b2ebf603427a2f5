package web

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Seats counts the seats that whoever holds the claims has booked.
func Seats(ctx context.Context, pool *pgxpool.Pool, claims string) (seats int, err error) {
	err = pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SELECT set_config('request.jwt.claims', $1, true)", claims); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, "SET LOCAL ROLE authenticated"); err != nil {
			return err
		}
		return tx.QueryRow(ctx, "SELECT coalesce(sum(seats), 0)::int FROM bookings").Scan(&seats)
	})
	return seats, err
}
