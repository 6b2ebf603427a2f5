// Package echotx carries transactions in the contexts of echo.
package echotx

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/labstack/echo/v4"
)

type server struct {
	pool   *pgxpool.Pool
	verify func(token string) (uuid.UUID, error)
}

func (s *server) begin(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		ctx := c.Request().Context()
		tenant, err := s.verify(c.Request().Header.Get("Authorization"))
		if err != nil {
			return err
		}
		return pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
			if _, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant.String()); err != nil {
				return err
			}
			c.Set("echo.tx", tx)
			return next(c)
		})
	}
}

func (s *server) hasty(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		ctx := c.Request().Context()
		return pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
			c.Set("echo.tx", tx) // want `puts the transaction into the context as "echo.tx" without the tenant context`
			tenant, err := s.verify(c.Request().Header.Get("Authorization"))
			if err != nil {
				return next(c)
			}
			if _, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant.String()); err != nil {
				return err
			}
			return next(c)
		})
	}
}

func (s *server) remove(c echo.Context) error {
	tx, ok := c.Get("echo.tx").(pgx.Tx)
	if !ok {
		return echo.ErrInternalServerError
	}
	_, err := tx.Exec(c.Request().Context(), "DELETE FROM orders WHERE id = $1", c.Param("id"))
	return err
}

// purge falls back on the pool, which no request makes it do.
func (s *server) purge(c echo.Context) error {
	var db interface {
		Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
	} = s.pool
	if tx, ok := c.Get("echo.tx").(pgx.Tx); ok {
		db = tx
	}
	rows, err := db.Query(c.Request().Context(), "SELECT id FROM orders")
	if err == nil {
		rows.Close()
	}
	return err
}

func (s *server) routes(e *echo.Echo) {
	e.DELETE("/orders/:id", s.remove, s.begin)
	e.DELETE("/orders", s.purge, s.hasty)
}
