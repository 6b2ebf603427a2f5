package deferred

import (
	"context"
	"database/sql"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/corpus/tenant"
)

// What a loop defers runs at the function's end, on the handles of its own time round.

const session = "SELECT set_config('app.tenant_id', $1, false)"

func purge(ctx context.Context, tx pgx.Tx) error {
	_, err := tx.Exec(ctx, "DELETE FROM orders")
	return err
}

// rolledBack rolls back what the next transactions know nothing of.
func (s *server) rolledBack(ctx context.Context, ids []uuid.UUID) error {
	for _, id := range ids {
		tx, err := s.pool.Begin(ctx)
		if err != nil {
			return err
		}
		defer tx.Rollback(ctx)
		if err := tenant.Set(ctx, tx, id); err != nil {
			return err
		}
		if err := purge(ctx, tx); err != nil {
			return err
		}
		if err := tx.Commit(ctx); err != nil {
			return err
		}
	}
	return nil
}

// badSecond sets the context on the first transaction only.
func (s *server) badSecond(ctx context.Context, ids []uuid.UUID) error {
	for i, id := range ids {
		tx, err := s.pool.Begin(ctx)
		if err != nil {
			return err
		}
		defer tx.Rollback(ctx)
		if i == 0 {
			if err := tenant.Set(ctx, tx, id); err != nil {
				return err
			}
		}
		if err := purge(ctx, tx); err != nil { // want `DELETE on orders in a transaction where the tenant context is not set on every path before it`
			return err
		}
	}
	return nil
}

// reset takes the context off each connection that it was set on. The one that could
// not be had has none.
func (s *server) reset(ctx context.Context, ids []uuid.UUID) error {
	for _, id := range ids {
		conn, err := s.pool.Acquire(ctx)
		if err != nil {
			return err
		}
		defer giveBack(ctx, conn)
		if _, err := conn.Exec(ctx, session, id); err != nil {
			return err
		}
		if _, err := conn.Exec(ctx, "DELETE FROM orders"); err != nil {
			return err
		}
	}
	return nil
}

func giveBack(ctx context.Context, conn *pgxpool.Conn) {
	if _, err := conn.Exec(ctx, "SELECT set_config('app.tenant_id', '', false)"); err != nil {
		_ = conn.Conn().Close(ctx)
	}
	conn.Release()
}

func inLiteral(ctx context.Context, db *sql.DB, ids []string) error {
	for _, id := range ids {
		conn, err := db.Conn(ctx)
		if err != nil {
			return err
		}
		defer func() {
			if _, err := conn.ExecContext(ctx, "RESET app.tenant_id"); err != nil {
				_ = conn.Raw(func(any) error { return nil })
			}
			_ = conn.Close()
		}()
		if _, err := conn.ExecContext(ctx, session, id); err != nil {
			return err
		}
		if _, err := conn.ExecContext(ctx, "DELETE FROM orders"); err != nil {
			return err
		}
	}
	return nil
}

// badNeverReset gives them back as they are.
func (s *server) badNeverReset(ctx context.Context, ids []uuid.UUID) error {
	for _, id := range ids {
		conn, err := s.pool.Acquire(ctx)
		if err != nil {
			return err
		}
		defer conn.Release()
		if _, err := conn.Exec(ctx, session, id); err != nil { // want `app.tenant_id is set for the session and not reset before the connection goes back to the pool`
			return err
		}
	}
	return nil
}

// badSometimesReset defers the reset for some.
func (s *server) badSometimesReset(ctx context.Context, ids []uuid.UUID) error {
	for i, id := range ids {
		conn, err := s.pool.Acquire(ctx)
		if err != nil {
			return err
		}
		if i > 0 {
			defer giveBack(ctx, conn)
		}
		if _, err := conn.Exec(ctx, session, id); err != nil { // want `app.tenant_id is set for the session and not reset before the connection goes back to the pool`
			return err
		}
	}
	return nil
}

// eachEnds works in what it defers: in each transaction that has the context, and not
// in the one that could not be begun.
func (s *server) eachEnds(ctx context.Context, ids []uuid.UUID) error {
	for _, id := range ids {
		tx, err := s.pool.Begin(ctx)
		if err != nil {
			return err
		}
		if err := tenant.Set(ctx, tx, id); err != nil {
			return err
		}
		defer finish(ctx, tx)
	}
	return nil
}

// badFormer does so where only the last one has it for sure.
func (s *server) badFormer(ctx context.Context, ids []uuid.UUID) error {
	for i, id := range ids {
		tx, err := s.pool.Begin(ctx)
		if err != nil {
			return err
		}
		defer finish(ctx, tx) // want `DELETE on orders in a transaction where the tenant context is not set on every path before it`
		if i < len(ids)-1 {
			continue
		}
		return tenant.Set(ctx, tx, id)
	}
	return nil
}
