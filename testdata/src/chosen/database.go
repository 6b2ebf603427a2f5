package chosen

import (
	"context"
	"sync"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Databases are those of tenants that have one.
type Databases struct {
	shared *pgxpool.Pool
	dsn    func(string) string
	mu     sync.Mutex
	pools  map[string]*pgxpool.Pool
}

// shared tables are this package's, too: that is how it is known what a tenant is.
func (d *Databases) inShared(ctx context.Context, fn func(pgx.Tx) error) error {
	t, ok := FromContext(ctx)
	if !ok {
		return errNobody
	}
	return pgx.BeginFunc(ctx, d.shared, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", t.ID); err != nil {
			return err
		}
		return fn(tx)
	})
}

// pool returns the pool of a tenant.
func (d *Databases) pool(ctx context.Context, id string) (*pgxpool.Pool, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if p, ok := d.pools[id]; ok {
		return p, nil
	}
	p, err := pgxpool.New(ctx, d.dsn(id))
	if err != nil {
		return nil, err
	}
	d.pools[id] = p
	return p, nil
}

// Fixed: the tenant's own database.
func (d *Databases) Own(ctx context.Context) error {
	t, ok := FromContext(ctx)
	if !ok {
		return errNobody
	}
	p, err := d.pool(ctx, t.ID)
	if err != nil {
		return err
	}
	_, err = p.Exec(ctx, "UPDATE orders SET total = 0")
	return err
}

// Bad: where it can't be reached, the shared one.
func (d *Databases) OrShared(ctx context.Context) error {
	t, ok := FromContext(ctx)
	if !ok {
		return errNobody
	}
	p, err := d.pool(ctx, t.ID)
	if err != nil {
		p = d.shared
	}
	_, err = p.Exec(ctx, "UPDATE orders SET total = 0") // want `UPDATE on orders runs on the pool`
	return err
}

// Bad: the same, in a transaction.
func (d *Databases) OrSharedTx(ctx context.Context) error {
	t, ok := FromContext(ctx)
	if !ok {
		return errNobody
	}
	p, err := d.pool(ctx, t.ID)
	if err != nil {
		p = d.shared
	}
	return pgx.BeginFunc(ctx, p, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "UPDATE orders SET total = 0") // want `UPDATE on orders in a transaction where the tenant context is not set`
		return err
	})
}

// InTenant falls back for its callers, who can't tell.
func (d *Databases) InTenant(ctx context.Context, fn func(pgx.Tx) error) error {
	t, ok := FromContext(ctx)
	if !ok {
		return errNobody
	}
	p, err := d.pool(ctx, t.ID)
	if err != nil {
		p = d.shared
	}
	return pgx.BeginFunc(ctx, p, fn) // want `runs its callback on the pool here, and in a tenant-scoped transaction elsewhere`
}

// Silent: it is said where the pool is chosen.
func (d *Databases) Caller(ctx context.Context) error {
	return d.InTenant(ctx, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "UPDATE orders SET total = 0")
		return err
	})
}

// Silent: whose database a region's is, nobody knows.
func (d *Databases) Regional(ctx context.Context) error {
	t, ok := FromContext(ctx)
	if !ok {
		return errNobody
	}
	_, err := d.pools["eu-"+regions[t.Region]].Exec(ctx, "UPDATE orders SET total = 0")
	return err
}

var regions = map[string]string{}

// Bad: a pool is opened for whoever, with what the configuration says.
func Configured(ctx context.Context, dsn string) error {
	p, err := pgxpool.New(ctx, dsn)
	if err != nil {
		return err
	}
	_, err = p.Exec(ctx, "UPDATE orders SET total = 0") // want `UPDATE on orders runs on the pool`
	return err
}
