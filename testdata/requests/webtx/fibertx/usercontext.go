package fibertx

import (
	"context"

	"github.com/gofiber/fiber/v2"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// The transaction of a request is under ownKey; nothing puts one under lostKey.
type (
	ownKey  struct{}
	lostKey struct{}
)

type querier interface {
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
}

func (s *server) own(ctx context.Context) querier {
	if tx, ok := ctx.Value(ownKey{}).(pgx.Tx); ok {
		return tx
	}
	return s.pool
}

func (s *server) lost(ctx context.Context) querier {
	if tx, ok := ctx.Value(lostKey{}).(pgx.Tx); ok {
		return tx
	}
	return s.pool
}

// within hands the transaction on in the context that handlers ask fiber for.
func (s *server) within(c *fiber.Ctx) error {
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
	c.SetUserContext(context.WithValue(c.UserContext(), ownKey{}, tx))
	if err := c.Next(); err != nil {
		return err
	}
	return tx.Commit(c.UserContext())
}

func (s *server) archive(c *fiber.Ctx) error {
	_, err := s.own(c.UserContext()).Exec(c.UserContext(), "UPDATE orders SET archived = true")
	return err
}

// A context that fiber keeps carries what the module puts there, and no more.
func (s *server) restore(c *fiber.Ctx) error {
	_, err := s.lost(c.UserContext()).Exec(c.UserContext(), "UPDATE orders SET archived = false") // want `UPDATE on orders runs on the pool`
	return err
}

func (s *server) withUserContext(app *fiber.App) {
	app.Post("/archive", s.within, s.archive)
	app.Post("/restore", s.within, s.restore)
}
