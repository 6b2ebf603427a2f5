// Package keptpool has a database for each tenant, beside one that others share.
package keptpool

import (
	"context"
	"errors"
	"sync"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

type tenantKey struct{}

func tenant(ctx context.Context) string {
	id, _ := ctx.Value(tenantKey{}).(string)
	return id
}

// Shared is for those who share tables: their tenant is what contexts carry.
func Shared(ctx context.Context, pool *pgxpool.Pool) error {
	id := tenant(ctx)
	if id == "" {
		return errors.New("no tenant")
	}
	return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", id); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, "UPDATE orders SET total = 0")
		return err
	})
}

// One keeps one pool.
type One struct {
	dsn  func(string) string
	pool *pgxpool.Pool
}

// Bad: whoever asks next gets it.
func (o *One) Pool(ctx context.Context) (*pgxpool.Pool, error) {
	if o.pool != nil {
		return o.pool, nil
	}
	var err error
	o.pool, err = pgxpool.New(ctx, o.dsn(tenant(ctx))) // want `this tenant's pool is kept where the next one finds it`
	return o.pool, err
}

var (
	last   *pgxpool.Pool
	opened sync.Once
)

// Bad: in a package variable.
func Last(ctx context.Context) (p *pgxpool.Pool, err error) {
	opened.Do(func() {
		last, err = pgxpool.New(ctx, "postgres://db/"+tenant(ctx)) // want `this tenant's pool is kept where the next one finds it`
	})
	return last, err
}

// For leaves it to its callers whose database it is.
func (o *One) For(ctx context.Context, name string) (*pgxpool.Pool, error) {
	if o.pool == nil {
		p, err := pgxpool.New(ctx, o.dsn(name))
		if err != nil {
			return nil, err
		}
		o.pool = p
	}
	return o.pool, nil
}

// Bad: it is this tenant's.
func (o *One) Clear(ctx context.Context) error {
	p, err := o.For(ctx, tenant(ctx)) // want `the pool is that of whoever asked first, and not this tenant's`
	if err != nil {
		return err
	}
	_, err = p.Exec(ctx, "UPDATE orders SET total = 0") // said above
	return err
}

// Silent: one database, whoever asks.
func (o *One) Main(ctx context.Context) (*pgxpool.Pool, error) { return o.For(ctx, "main") }

// Many keeps each tenant's pool under its name.
type Many struct {
	dsn   func(string) string
	mu    sync.Mutex
	pools map[string]*pgxpool.Pool
}

// Fixed: each finds its own.
func (m *Many) Pool(ctx context.Context) (*pgxpool.Pool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	id := tenant(ctx)
	if m.pools[id] == nil {
		p, err := pgxpool.New(ctx, m.dsn(id))
		if err != nil {
			return nil, err
		}
		m.pools[id] = p
	}
	return m.pools[id], nil
}

// Store is one tenant's.
type Store struct{ pool *pgxpool.Pool }

// Silent: it is made for this tenant.
func Open(ctx context.Context) (*Store, error) {
	s := &Store{}
	var err error
	s.pool, err = pgxpool.New(ctx, "postgres://db/"+tenant(ctx))
	return s, err
}

// Fixed: the database is the tenant's.
func (m *Many) Clear(ctx context.Context) error {
	p, err := m.Pool(ctx)
	if err != nil {
		return err
	}
	_, err = p.Exec(ctx, "UPDATE orders SET total = 0")
	return err
}
