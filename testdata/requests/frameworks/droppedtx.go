package frameworks

import (
	"context"
	"net/http"

	"github.com/gin-gonic/gin"
	"github.com/gofiber/fiber/v2"
	"github.com/jackc/pgx/v5"
)

type txKey struct{}

func (s *server) begin(ctx context.Context, tenant string) (pgx.Tx, error) {
	tx, err := s.pool.Begin(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant); err != nil {
		return nil, err
	}
	return tx, nil
}

// Bad: the rest of the request can't reach the transaction.
func (s *server) ginDrops(c *gin.Context) {
	tx, err := s.begin(c, c.GetString("tenant"))
	if err != nil {
		c.AbortWithStatus(http.StatusInternalServerError)
		return
	}
	defer tx.Rollback(c)
	c.Next() // want `set on the transaction, which is used for nothing`
	_ = tx.Commit(c)
}

// Fixed: gin's context carries it, under a name.
func (s *server) ginKeeps(c *gin.Context) {
	tx, err := s.begin(c, c.GetString("tenant"))
	if err != nil {
		c.AbortWithStatus(http.StatusInternalServerError)
		return
	}
	defer tx.Rollback(c)
	c.Set("tx", tx)
	c.Next()
	_ = tx.Commit(c)
}

// Or the request's context does.
func (s *server) ginPuts(c *gin.Context) {
	tx, err := s.begin(c, c.GetString("tenant"))
	if err != nil {
		c.AbortWithStatus(http.StatusInternalServerError)
		return
	}
	defer tx.Rollback(c)
	c.Request = c.Request.WithContext(context.WithValue(c.Request.Context(), txKey{}, tx))
	c.Next()
	_ = tx.Commit(c)
}

// Bad.
func (s *server) fiberDrops(c *fiber.Ctx) error {
	tenant, _ := c.Locals("tenant").(string)
	tx, err := s.begin(c.UserContext(), tenant)
	if err != nil {
		return err
	}
	defer tx.Rollback(c.UserContext())
	if err := c.Next(); err != nil { // want `set on the transaction, which is used for nothing`
		return err
	}
	return tx.Commit(c.UserContext())
}

// Fixed.
func (s *server) fiberKeeps(c *fiber.Ctx) error {
	tenant, _ := c.Locals("tenant").(string)
	tx, err := s.begin(c.UserContext(), tenant)
	if err != nil {
		return err
	}
	defer tx.Rollback(c.UserContext())
	c.Locals("tx", tx)
	if err := c.Next(); err != nil {
		return err
	}
	return tx.Commit(c.UserContext())
}

func (s *server) fiberPuts(c *fiber.Ctx) error {
	tenant, _ := c.Locals("tenant").(string)
	tx, err := s.begin(c.UserContext(), tenant)
	if err != nil {
		return err
	}
	defer tx.Rollback(c.UserContext())
	c.SetUserContext(context.WithValue(c.UserContext(), txKey{}, tx))
	if err := c.Next(); err != nil {
		return err
	}
	return tx.Commit(c.UserContext())
}
