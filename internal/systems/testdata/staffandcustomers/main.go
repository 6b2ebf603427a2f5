package main

import (
	"context"
	"net/http/httptest"
	"os"
	"strings"

	"github.com/jackc/pgx/v5"

	"example.com/staffandcustomers/internal/web"
)

func main() {
	ctx := context.Background()
	pool := open(os.Getenv("DATABASE_URL"))
	claims := func(user, more string) string { return `{"sub": "` + user + `"` + more + `}` }

	seats, err := web.Seats(ctx, pool, claims(tenantA, ""))
	works(seats == 1, "A's seats", err)
	seats, err = web.Seats(ctx, pool, claims(tenantA, `, "app_metadata": {"staff": true}`))
	works(seats == 5 || planted, "staff sees all seats", err)
	seats, _ = web.Seats(ctx, pool, claims(tenantA, `, "user_metadata": {"staff": true}`))
	leaks(seats == 5, "A says that it is staff, and sees B's bookings")

	as := func(sql string) (n int) {
		_ = pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
			if _, err := tx.Exec(ctx, "SELECT set_config('request.jwt.claims', $1, true), set_config('role', 'authenticated', true)", claims(tenantA, "")); err != nil {
				return err
			}
			return tx.QueryRow(ctx, sql).Scan(&n)
		})
		return n
	}
	leaks(as("SELECT coalesce(sum(seats), 0) FROM full_tours") == 5, "A gets B's seats through the view, which runs as its owner")
	refresh()
	leaks(as("SELECT coalesce(sum(spent), 0) FROM best_customers WHERE customer_id = '"+tenantB+"'") == 400, "A gets what B has spent from the materialized view")

	const secret = "sb_secret_of_all"
	os.Setenv("SUPABASE_SERVICE_ROLE_KEY", secret)
	w := httptest.NewRecorder()
	web.Page(w, httptest.NewRequest("GET", "/", nil))
	works(strings.Contains(w.Body.String(), "start("), "the page", nil)
	leaks(strings.Contains(w.Body.String(), secret), "the page tells every browser the secret key")
}
