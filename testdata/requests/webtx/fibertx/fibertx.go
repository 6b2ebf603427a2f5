// Package fibertx carries transactions in the contexts of fiber.
package fibertx

import (
	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

type key int

const txKey key = iota

type server struct {
	pool   *pgxpool.Pool
	verify func(token string) (uuid.UUID, error)
}

func (s *server) begin(c *fiber.Ctx) error {
	tenant, err := s.verify(c.Get(fiber.HeaderAuthorization))
	if err != nil {
		return fiber.ErrUnauthorized
	}
	tx, err := s.pool.Begin(c.UserContext())
	if err != nil {
		return err
	}
	defer tx.Rollback(c.UserContext())
	if _, err := tx.Exec(c.UserContext(), "SELECT set_config('app.tenant_id', $1, true)", tenant.String()); err != nil {
		return err
	}
	c.Locals(txKey, tx)
	if err := c.Next(); err != nil {
		return err
	}
	return tx.Commit(c.UserContext())
}

func (s *server) hasty(c *fiber.Ctx) error {
	tx, err := s.pool.Begin(c.UserContext())
	if err != nil {
		return err
	}
	defer tx.Rollback(c.UserContext())
	if tenant, err := s.verify(c.Get(fiber.HeaderAuthorization)); err == nil {
		if _, err := tx.Exec(c.UserContext(), "SELECT set_config('app.tenant_id', $1, true)", tenant.String()); err != nil {
			return err
		}
	}
	c.Locals(txKey, tx) // want `puts the transaction into the context as fibertx.txKey without the tenant context`
	if err := c.Next(); err != nil {
		return err
	}
	return tx.Commit(c.UserContext())
}

func (s *server) remove(c *fiber.Ctx) error {
	tx := c.Locals(txKey).(pgx.Tx)
	_, err := tx.Exec(c.UserContext(), "DELETE FROM orders WHERE id = $1", c.Params("id"))
	return err
}

// count falls back on the pool, which no request makes it do.
func (s *server) count(c *fiber.Ctx) error {
	if tx, ok := c.Locals(txKey).(pgx.Tx); ok && tx != nil {
		_, err := tx.Exec(c.UserContext(), "SELECT count(*) FROM orders")
		return err
	}
	_, err := s.pool.Exec(c.UserContext(), "SELECT count(*) FROM orders")
	return err
}

func (s *server) routes(app *fiber.App) {
	app.Delete("/orders/:id", s.begin, s.remove)
	app.Get("/", s.hasty, s.count)
}
