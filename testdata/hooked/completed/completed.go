// Package completed wires servers to stores after it has made them.
package completed

import (
	"context"

	"example.com/hooked/pools"
	"example.com/hooked/server"
)

// What a setter stores counts as the constructor's.
func Right(ctx context.Context, url string) error {
	pool, err := pools.Scoped(ctx, url)
	if err != nil {
		return err
	}
	s := server.New("right")
	s.WithStore(pools.NewStore(pool))
	return s.Serve(ctx)
}

func Wrong(ctx context.Context, url string) error {
	pool, err := pools.Plain(ctx, url)
	if err != nil {
		return err
	}
	s := server.New("wrong")
	s.WithStore(pools.NewStore(pool))
	return s.Serve(ctx) // want `SELECT on orders runs on the pool, outside a tenant-scoped transaction`
}

// The same in one line.
func Chained(ctx context.Context, url string) error {
	pool, err := pools.Plain(ctx, url)
	if err != nil {
		return err
	}
	return server.New("chained").WithStore(pools.NewStore(pool)).Serve(ctx) // want `SELECT on orders runs on the pool, outside a tenant-scoped transaction`
}
