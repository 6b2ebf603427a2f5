// Package declared uses a library that only the configuration knows.
package declared

import (
	"context"

	"example.com/declared/lib"
)

// Bad: the pool, by a method, by a function, and by another name.
func Pool(dsn string) (ids []string, err error) {
	c := lib.Open(dsn)
	if err := c.Select(&ids, "SELECT id FROM orders"); err != nil { // want `SELECT on orders runs on the pool`
		return nil, err
	}
	if err := lib.Run(c.Debug(), "DELETE FROM orders"); err != nil { // want `DELETE on orders runs on the pool`
		return nil, err
	}
	return ids, remove(c) // want `DELETE on customers runs on the pool`
}

// Bad: transactions without the context.
func Unscoped(ctx context.Context, dsn string) error {
	c := lib.Open(dsn)
	tx, err := c.Begin(ctx)
	if err != nil {
		return err
	}
	if err := lib.Run(tx, "DELETE FROM orders"); err != nil { // want `DELETE on orders in a transaction where the tenant context is not set`
		return err
	}
	return c.InTx(func(tx *lib.Client) error {
		return lib.Run(tx, "DELETE FROM orders") // want `DELETE on orders in a transaction where the tenant context is not set`
	})
}

// Fixed: each way to have the context.
func Scoped(ctx context.Context, c *lib.Client, tenant string) error {
	tx, err := c.Begin(ctx)
	if err != nil {
		return err
	}
	if err := lib.SetTenant(tx, tenant); err != nil {
		return err
	}
	if err := lib.Run(tx, "DELETE FROM orders"); err != nil {
		return err
	}
	if err := lib.Run(c.For(tenant), "DELETE FROM orders"); err != nil {
		return err
	}
	var ids []string
	if err := lib.New(c, tenant).Select(&ids, "SELECT id FROM orders"); err != nil {
		return err
	}
	return c.InTenant(tenant, func(_ context.Context, mine *lib.Client) error {
		return remove(mine)
	})
}

func remove(c *lib.Client) error { return lib.Run(c, "DELETE FROM customers WHERE email = ''") }

// Bad: the pool, where the scoped client is at hand.
func Past(dsn, tenant string) error {
	c := lib.Open(dsn)
	return c.InTenant(tenant, func(context.Context, *lib.Client) error {
		return lib.Run(c, "DELETE FROM orders") // want `DELETE on orders runs on the pool although a tenant-scoped transaction is open`
	})
}

// Bad: an error that nobody looks at.
func Dropped(ctx context.Context, c *lib.Client, tenant string) error {
	tx, err := c.Begin(ctx)
	if err != nil {
		return err
	}
	_ = lib.SetTenant(tx, tenant)
	return lib.Run(tx, "DELETE FROM orders") // want `although the tenant context may have failed`
}
