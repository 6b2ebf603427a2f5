// Package webtx carries transactions in the contexts of gin.
package webtx

import (
	"context"
	"net/http"

	"github.com/gin-gonic/gin"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

const txKey = "tx"

type server struct {
	pool   *pgxpool.Pool
	verify func(token string) (uuid.UUID, error)
}

// begin opens the transaction of a request for the tenant of its token.
func (s *server) begin(c *gin.Context) {
	tenant, err := s.verify(c.GetHeader("Authorization"))
	if err != nil {
		c.AbortWithStatus(http.StatusUnauthorized)
		return
	}
	tx, err := s.pool.Begin(c)
	if err != nil {
		c.AbortWithStatus(http.StatusInternalServerError)
		return
	}
	defer tx.Rollback(c)
	if _, err := tx.Exec(c, "SELECT set_config('app.tenant_id', $1, true)", tenant.String()); err != nil {
		c.AbortWithStatus(http.StatusInternalServerError)
		return
	}
	c.Set(txKey, tx)
	c.Next()
	_ = tx.Commit(c)
}

// hasty sets the context for those only who bring a token.
func (s *server) hasty(c *gin.Context) {
	tx, err := s.pool.Begin(c)
	if err != nil {
		c.AbortWithStatus(http.StatusInternalServerError)
		return
	}
	defer tx.Rollback(c)
	if token := c.GetHeader("Authorization"); token != "" {
		tenant, err := s.verify(token)
		if err != nil {
			c.AbortWithStatus(http.StatusUnauthorized)
			return
		}
		if _, err := tx.Exec(c, "SELECT set_config('app.tenant_id', $1, true)", tenant.String()); err != nil {
			c.AbortWithStatus(http.StatusInternalServerError)
			return
		}
	}
	c.Set(txKey, tx) // want `puts the transaction into the context as "tx" without the tenant context: queries that take it from there run outside the tenant's scope`
	c.Next()
	_ = tx.Commit(c)
}

// late sets the context when the handlers are done.
func (s *server) late() gin.HandlerFunc {
	return func(c *gin.Context) {
		tx, err := s.pool.Begin(c)
		if err != nil {
			c.AbortWithStatus(http.StatusInternalServerError)
			return
		}
		defer tx.Rollback(c)
		put(c, tx) // want `puts the transaction into the context as "tx" without the tenant context`
		c.Next()
		if _, err := tx.Exec(c, "SELECT set_config('app.tenant_id', $1, true)", uuid.Nil); err != nil {
			return
		}
		_ = tx.Commit(c)
	}
}

// early commits before the handlers run, in whichever way it puts the transaction there.
func (s *server) early(c *gin.Context) {
	tx, err := s.scoped(c)
	if err != nil {
		c.AbortWithStatus(http.StatusInternalServerError)
		return
	}
	c.Set(txKey, tx)
	_ = tx.Commit(c)
	c.Next() // want `goes on after the transaction in the context as "tx" is over: queries that take it from there fail`
}

func (s *server) earlier(c *gin.Context) {
	tx, err := s.scoped(c)
	if err != nil {
		c.AbortWithStatus(http.StatusInternalServerError)
		return
	}
	put(c, tx)
	_ = tx.Commit(c)
	c.Next() // want `goes on after the transaction in the context as "tx" is over`
}

type requestKey struct{}

func (s *server) earliest(c *gin.Context) {
	tx, err := s.scoped(c)
	if err != nil {
		c.AbortWithStatus(http.StatusInternalServerError)
		return
	}
	c.Request = c.Request.WithContext(context.WithValue(c.Request.Context(), requestKey{}, tx))
	_ = tx.Commit(c)
	c.Next() // want `goes on after the transaction in the context as webtx.requestKey is over`
}

func (s *server) scoped(c *gin.Context) (pgx.Tx, error) {
	tenant, err := s.verify(c.GetHeader("Authorization"))
	if err != nil {
		return nil, err
	}
	tx, err := s.pool.Begin(c)
	if err != nil {
		return nil, err
	}
	if _, err := tx.Exec(c, "SELECT set_config('app.tenant_id', $1, true)", tenant.String()); err != nil {
		_ = tx.Rollback(c)
		return nil, err
	}
	return tx, nil
}

// put is one call further from the context.
func put(c *gin.Context, tx pgx.Tx) { c.Set(txKey, tx) }

func (s *server) remove(c *gin.Context) {
	tx := c.MustGet(txKey).(pgx.Tx)
	_, _ = tx.Exec(c, "DELETE FROM orders WHERE id = $1", c.Param("id"))
}

func txOf(c *gin.Context) pgx.Tx {
	v, exists := c.Get(txKey)
	if !exists {
		return nil
	}
	tx, _ := v.(pgx.Tx)
	return tx
}

func (s *server) count(c *gin.Context) {
	var n int
	_ = txOf(c).QueryRow(c, "SELECT count(*) FROM orders").Scan(&n)
	c.JSON(http.StatusOK, n)
}

// none takes what nothing puts there.
func (s *server) none(c *gin.Context) {
	v, _ := c.Get("other")
	if _, ok := v.(pgx.Tx); !ok {
		_, _ = s.pool.Exec(c, "DELETE FROM orders") // want `DELETE on orders runs on the pool`
	}
}

type querier interface {
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
}

// db is the request's transaction, or the pool where there is none.
func (s *server) db(ctx context.Context) querier {
	if tx, ok := ctx.Value(txKey).(pgx.Tx); ok {
		return tx
	}
	return s.pool
}

func (s *server) purge(ctx context.Context) error {
	_, err := s.db(ctx).Exec(ctx, "DELETE FROM orders")
	return err
}

func (s *server) purgeNow(c *gin.Context) {
	if err := s.purge(c); err != nil {
		c.AbortWithStatus(http.StatusInternalServerError)
	}
}

// nightly has no request.
func (s *server) nightly() error {
	return s.purge(context.Background()) // want `DELETE on orders runs on the pool .this context carries no handle.`
}

func (s *server) routes(r *gin.Engine) {
	mine := r.Group("/orders", s.begin)
	mine.DELETE("/:id", s.remove)
	mine.GET("/count", s.count)
	mine.DELETE("/", s.purgeNow)
	mine.DELETE("/all", func(c *gin.Context) {
		if tx, ok := c.Value(txKey).(pgx.Tx); ok {
			_, _ = tx.Exec(c, "DELETE FROM orders")
		}
	})
	r.DELETE("/none", s.none)
	r.Use(s.hasty, s.late())
}

// Mount adds the routes.
func Mount(r *gin.Engine, pool *pgxpool.Pool, verify func(string) (uuid.UUID, error)) {
	(&server{pool, verify}).routes(r)
}
