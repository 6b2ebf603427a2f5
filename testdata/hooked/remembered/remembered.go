// Package remembered has pools whose hooks spare themselves the statement where the
// connection has the tenant's context already.
package remembered

import (
	"context"
	"errors"
	"sync"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/hooked/pools"
)

type tenantKey struct{}

var errNoTenant = errors.New("no tenant")

func tenantOf(ctx context.Context) (string, error) {
	if id, ok := ctx.Value(tenantKey{}).(string); ok && id != "" {
		return id, nil
	}
	return "", errNoTenant
}

// Silent: the connection keeps for whom it was prepared.
func Custom(ctx context.Context, config *pgxpool.Config) error {
	config.PrepareConn = func(ctx context.Context, conn *pgx.Conn) (bool, error) {
		id, err := tenantOf(ctx)
		if err != nil {
			return true, err
		}
		if last, ok := conn.PgConn().CustomData()["tenant"].(string); ok && last == id {
			return true, nil
		}
		if _, err := conn.Exec(ctx, "SELECT set_config('app.tenant_id', $1, false)", id); err != nil {
			return false, err
		}
		conn.PgConn().CustomData()["tenant"] = id
		return true, nil
	}
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return err
	}
	_, err = pools.NewStore(pool).Names(ctx)
	return err
}

func prepare(ctx context.Context, conn *pgx.Conn, id string) error {
	_, err := conn.Exec(ctx, "SELECT set_config('app.tenant_id', $1, false)", id)
	return err
}

// Silent: in a map, with both ways meeting at the end.
func Mapped(ctx context.Context, config *pgxpool.Config) error {
	var mu sync.Mutex
	last := map[*pgx.Conn]string{}
	config.BeforeAcquire = func(ctx context.Context, conn *pgx.Conn) bool {
		id, err := tenantOf(ctx)
		if err != nil {
			return false
		}
		mu.Lock()
		defer mu.Unlock()
		if last[conn] != id {
			if err := prepare(ctx, conn, id); err != nil {
				return false
			}
			last[conn] = id
		}
		return true
	}
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return err
	}
	return pools.NewStore(pool).Clear(ctx)
}

// Silent: in a map of the library's.
func Shared(config *pgxpool.Config) {
	var last sync.Map
	config.PrepareConn = func(ctx context.Context, conn *pgx.Conn) (bool, error) {
		id, err := tenantOf(ctx)
		if err != nil {
			return true, err
		}
		if was, ok := last.Load(conn); ok && was == id {
			return true, nil
		}
		if _, err := conn.Exec(ctx, "SELECT set_config('app.tenant_id', $1, false)", id); err != nil {
			return false, err
		}
		last.Store(conn, id)
		return true, nil
	}
}

// Bad: what is remembered is that there was a tenant, not which.
func Any(config *pgxpool.Config) {
	prepared := map[*pgx.Conn]bool{}
	config.BeforeAcquire = func(ctx context.Context, conn *pgx.Conn) bool {
		id, err := tenantOf(ctx)
		if err != nil {
			return false
		}
		if prepared[conn] {
			return true // want `the pool's hook hands out a connection without app.tenant_id`
		}
		if _, err := conn.Exec(ctx, "SELECT set_config('app.tenant_id', $1, false)", id); err != nil {
			return false
		}
		prepared[conn] = true
		return true
	}
}

// Bad: one tenant is taken for one that has the context already.
func Special(config *pgxpool.Config, house string) {
	config.BeforeAcquire = func(ctx context.Context, conn *pgx.Conn) bool {
		id, err := tenantOf(ctx)
		if err != nil {
			return false
		}
		if id == house {
			return true // want `the pool's hook hands out a connection without app.tenant_id`
		}
		_, err = conn.Exec(ctx, "SELECT set_config('app.tenant_id', $1, false)", id)
		return err == nil
	}
}

// Silent: the hook is there where the configuration wants tenants apart.
func Flagged(ctx context.Context, config *pgxpool.Config, apart bool) error {
	if apart {
		config.PrepareConn = func(ctx context.Context, conn *pgx.Conn) (bool, error) {
			id, err := tenantOf(ctx)
			if err != nil {
				return true, err
			}
			if _, err := conn.Exec(ctx, "SELECT set_config('app.tenant_id', $1, false)", id); err != nil {
				return false, err
			}
			return true, nil
		}
	}
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return err
	}
	return pools.NewStore(pool).Clear(ctx)
}
