// Package rpcwithin runs what is served by gRPC and connect within a function that
// opens the transaction and hands its context to a callback.
package rpcwithin

import (
	"context"
	"errors"

	"connectrpc.com/connect"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"example.com/requests/ordersv1"
	"example.com/requests/ordersv1/ordersv1connect"
	"example.com/requests/tenantctx"
)

type txKey struct{}

type querier interface {
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
}

func db(ctx context.Context, pool *pgxpool.Pool) querier {
	if tx, ok := ctx.Value(txKey{}).(pgx.Tx); ok {
		return tx
	}
	return pool
}

type scopes struct{ pool *pgxpool.Pool }

// within runs fn in a transaction of the user's tenant.
func (s *scopes) within(ctx context.Context, fn func(ctx context.Context) error) error {
	user := tenantctx.UserOf(ctx)
	if user == nil {
		return errors.New("who are you")
	}
	tx, err := s.pool.Begin(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	if _, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", user.TenantID.String()); err != nil {
		return err
	}
	if err := fn(context.WithValue(ctx, txKey{}, tx)); err != nil {
		return err
	}
	return tx.Commit(ctx)
}

func (s *scopes) unary(ctx context.Context, req any, _ *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (resp any, err error) {
	err = s.within(ctx, func(txCtx context.Context) error {
		resp, err = handler(txCtx, req)
		return err
	})
	return resp, err
}

type orders struct {
	ordersv1.UnimplementedOrderServiceServer
	pool *pgxpool.Pool
}

func (o *orders) Purge(ctx context.Context, _ *emptypb.Empty) (*emptypb.Empty, error) {
	_, err := db(ctx, o.pool).Exec(ctx, "DELETE FROM orders")
	return nil, err
}

// inTx is the same for streams, and another key.
func (s *scopes) inTx(ctx context.Context, fn func(ctx context.Context) error) error {
	return s.within(ctx, func(ctx context.Context) error { return fn(context.WithValue(ctx, streamKey{}, ctx.Value(txKey{}))) })
}

type streamKey struct{}

type stream struct {
	grpc.ServerStream
	ctx context.Context
}

func (s *stream) Context() context.Context { return s.ctx }

func (s *scopes) stream(srv any, ss grpc.ServerStream, _ *grpc.StreamServerInfo, handler grpc.StreamHandler) error {
	return s.inTx(ss.Context(), func(ctx context.Context) error {
		return handler(srv, &stream{ServerStream: ss, ctx: ctx})
	})
}

func (o *orders) Export(_ *emptypb.Empty, ss grpc.ServerStreamingServer[wrapperspb.StringValue]) error {
	_, err := streamed(ss.Context(), o.pool).Exec(ss.Context(), "DELETE FROM orders")
	return err
}

func streamed(ctx context.Context, pool *pgxpool.Pool) querier {
	if tx, ok := ctx.Value(streamKey{}).(pgx.Tx); ok {
		return tx
	}
	return pool
}

type connectKey struct{}

func (s *scopes) connected(ctx context.Context, fn func(ctx context.Context) error) error {
	tx, err := s.pool.Begin(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	user := tenantctx.UserOf(ctx)
	if _, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", user.TenantID.String()); err != nil {
		return err
	}
	ctx = context.WithValue(ctx, connectKey{}, tx)
	if err := fn(ctx); err != nil {
		return err
	}
	return tx.Commit(ctx)
}

func (s *scopes) connect(next connect.UnaryFunc) connect.UnaryFunc {
	return func(ctx context.Context, req connect.AnyRequest) (resp connect.AnyResponse, err error) {
		err = s.connected(ctx, func(ctx context.Context) error {
			resp, err = next(ctx, req)
			return err
		})
		return resp, err
	}
}

type connected struct {
	ordersv1connect.UnimplementedOrderServiceHandler
	pool *pgxpool.Pool
}

func (c *connected) Purge(ctx context.Context, req *connect.Request[emptypb.Empty]) (*connect.Response[emptypb.Empty], error) {
	if _, err := connectDB(ctx, c.pool).Exec(ctx, "DELETE FROM orders"); err != nil {
		return nil, err
	}
	return connect.NewResponse(&emptypb.Empty{}), nil
}

func connectDB(ctx context.Context, pool *pgxpool.Pool) querier {
	if tx, ok := ctx.Value(connectKey{}).(pgx.Tx); ok {
		return tx
	}
	return pool
}
