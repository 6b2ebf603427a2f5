// Package layers puts a program together whose layers know each other by interfaces.
package layers

import (
	"context"

	"example.com/hooked/layers/orders"
	"example.com/hooked/layers/store"
	"example.com/hooked/pools"
	"example.com/hooked/typedkey"
)

// Plain works on a pool without hooks.
func Plain(ctx context.Context, url string) error {
	pool, err := pools.Plain(ctx, url)
	if err != nil {
		return err
	}
	o := orders.New(store.New(pool))
	if err := o.Login(ctx, "a"); err != nil {
		return err
	}
	// Bad: nothing sets the tenant.
	_, err = o.Count(ctx) // want `SELECT on orders in a transaction where the tenant context is not set`
	return err
}

// Hooked works on a pool that sets the tenant of the context.
func Hooked(ctx context.Context, url string) error {
	pool, err := typedkey.Open(ctx, url)
	if err != nil {
		return err
	}
	o := orders.New(store.New(pool))
	if err := o.Login(context.Background(), "a"); err != nil {
		return err
	}
	if _, err := o.Count(typedkey.With(ctx, typedkey.Tenant("a"))); err != nil {
		return err
	}
	// Unknown: which context a transaction began with, is not followed this far.
	return o.Drop(context.Background())
}
