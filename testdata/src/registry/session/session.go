// Package session keeps its transactions in structs, with more about them.
package session

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

type DBTX interface {
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
}

type session struct {
	tx    pgx.Tx
	since time.Time
}

type Manager struct {
	pool     *pgxpool.Pool
	sessions map[string]*session
}

func (m *Manager) Open(ctx context.Context, id string, tenant uuid.UUID) error {
	tx, err := m.pool.Begin(ctx)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant.String()); err != nil {
		_ = tx.Rollback(ctx)
		return err
	}
	m.sessions[id] = &session{tx, time.Now()}
	return nil
}

func (m *Manager) get(id string) (*session, bool) {
	s, ok := m.sessions[id]
	return s, ok
}

func (m *Manager) db(id string) DBTX {
	if s, ok := m.get(id); ok {
		return s.tx
	}
	return m.pool // want `returns the pool where no transaction is registered: DELETE on orders then runs outside`
}

func (m *Manager) Purge(ctx context.Context, id string) error {
	_, err := m.db(id).Exec(ctx, "DELETE FROM orders")
	return err
}

func (s *session) purge(ctx context.Context) error {
	_, err := s.tx.Exec(ctx, "DELETE FROM orders")
	return err
}

// PurgeOpen has no other answer: silent.
func (m *Manager) PurgeOpen(ctx context.Context, id string) error {
	s, ok := m.get(id)
	if !ok {
		return pgx.ErrTxClosed
	}
	return s.purge(ctx)
}

// bare is begun for nobody.
type bare struct{ tx pgx.Tx }

type Bare struct {
	pool *pgxpool.Pool
	open map[string]bare
}

func (b *Bare) Open(ctx context.Context, id string) error {
	tx, err := b.pool.Begin(ctx)
	if err != nil {
		return err
	}
	b.open[id] = bare{tx}
	return nil
}

func (b *Bare) Purge(ctx context.Context, id string) error {
	_, err := b.open[id].tx.Exec(ctx, "DELETE FROM orders") // want `DELETE on orders in a transaction where the tenant context is not set`
	return err
}

// given is set by who is given it: silent.
type given struct{ tx pgx.Tx }

type Given struct {
	pool *pgxpool.Pool
	open map[string]*given
}

func (g *Given) begin(ctx context.Context, id string) (*given, error) {
	tx, err := g.pool.Begin(ctx)
	if err != nil {
		return nil, err
	}
	s := &given{tx}
	g.open[id] = s
	return s, nil
}

func (g *Given) Open(ctx context.Context, id string, tenant uuid.UUID) error {
	s, err := g.begin(ctx, id)
	if err != nil {
		return err
	}
	_, err = s.tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant.String())
	return err
}

func (g *Given) Purge(ctx context.Context, id string) error {
	_, err := g.open[id].tx.Exec(ctx, "DELETE FROM orders")
	return err
}

// database has a pool behind an interface: which tenant's it is, its key may say. Silent.
type database struct{ db DBTX }

type Databases struct{ open map[string]*database }

func (d *Databases) Open(ctx context.Context, id, dsn string) error {
	pool, err := pgxpool.New(ctx, dsn)
	if err != nil {
		return err
	}
	d.open[id] = &database{pool}
	return nil
}

func (d *Databases) Purge(ctx context.Context, id string) error {
	_, err := d.open[id].db.Exec(ctx, "DELETE FROM orders")
	return err
}
