// Package ports declares what other packages of the corpus get their handles
// from. What implements it is not in sight.
package ports

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// A Unit runs work for tenants.
type Unit interface {
	// Within runs fn in a transaction of the tenant.
	//
	//tenantvet:scoped
	Within(ctx context.Context, id uuid.UUID, fn func(ctx context.Context, tx pgx.Tx) error) error
	//tenantvet:scoped
	Begin(ctx context.Context, id uuid.UUID) (pgx.Tx, error)
	// Raw is the other one.
	Raw(ctx context.Context) (pgx.Tx, error)
}

// A DB sends its statements through a proxy that sets the tenant.
//
//tenantvet:scoped
type DB interface {
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
}

// Pools has a pool for each tenant.
type Pools struct {
	//tenantvet:scoped
	Tenant *pgxpool.Pool
	Shared *pgxpool.Pool
}

//tenantvet:scoped
var Tenant *pgxpool.Pool

// For finds a handle in a way that can't be followed.
//
//tenantvet:scoped -- the registry opens a pool with the tenant's own login
func For(registry map[uuid.UUID]any, id uuid.UUID) *pgxpool.Pool {
	return registry[id].(*pgxpool.Pool)
}

// A text that other packages send.
//
//tenantvet:ignore boundset -- the proxy interpolates
const SetTenant = "SET LOCAL app.tenant_id = $1"
