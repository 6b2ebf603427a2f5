// Package rpctx has interceptors of gRPC and connect that put the request's
// transaction into its context, and the services behind them.
package rpctx

import (
	"context"
	"errors"

	"connectrpc.com/connect"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"example.com/requests/ordersv1"
	"example.com/requests/ordersv1/ordersv1connect"
	"example.com/requests/tenantctx"
)

type txKey struct{}

type querier interface {
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

// db is the request's transaction, or else the pool.
func db(ctx context.Context, pool *pgxpool.Pool) querier {
	if tx, ok := ctx.Value(txKey{}).(pgx.Tx); ok {
		return tx
	}
	return pool
}

type scopes struct{ pool *pgxpool.Pool }

func (s *scopes) begin(ctx context.Context, tenant string) (pgx.Tx, error) {
	tx, err := s.pool.Begin(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant); err != nil {
		return nil, err
	}
	return tx, nil
}

var errNobody = errors.New("who are you")

func (s *scopes) mine(ctx context.Context) (pgx.Tx, error) {
	user := tenantctx.UserOf(ctx)
	if user == nil {
		return nil, errNobody
	}
	return s.begin(ctx, user.TenantID.String())
}

// unary puts it into the context of unary calls.
func (s *scopes) unary(ctx context.Context, req any, _ *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {
	tx, err := s.mine(ctx)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback(ctx)
	resp, err := handler(context.WithValue(ctx, txKey{}, tx), req)
	if err != nil {
		return nil, err
	}
	return resp, tx.Commit(ctx)
}

// unaryDrops: the service can't reach it.
func (s *scopes) unaryDrops(ctx context.Context, req any, _ *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {
	tx, err := s.mine(ctx)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback(ctx)
	resp, err := handler(ctx, req) // want `set on the transaction, which is used for nothing`
	if err != nil {
		return nil, err
	}
	return resp, tx.Commit(ctx)
}

// within runs the service in it.
func (s *scopes) within(ctx context.Context, fn func(ctx context.Context) error) error {
	tx, err := s.mine(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	if err := fn(context.WithValue(ctx, txKey{}, tx)); err != nil {
		return err
	}
	return tx.Commit(ctx)
}

func (s *scopes) unaryWithin(ctx context.Context, req any, _ *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (resp any, err error) {
	err = s.within(ctx, func(ctx context.Context) error {
		resp, err = handler(ctx, req)
		return err
	})
	return resp, err
}

// stream has a context of its own.
type stream struct {
	grpc.ServerStream
	ctx context.Context
}

func (s *stream) Context() context.Context { return s.ctx }

func (s *scopes) stream(srv any, ss grpc.ServerStream, _ *grpc.StreamServerInfo, handler grpc.StreamHandler) error {
	tx, err := s.mine(ss.Context())
	if err != nil {
		return err
	}
	defer tx.Rollback(ss.Context())
	if err := handler(srv, &stream{ss, context.WithValue(ss.Context(), txKey{}, tx)}); err != nil {
		return err
	}
	return tx.Commit(ss.Context())
}

func (s *scopes) streamDrops(srv any, ss grpc.ServerStream, _ *grpc.StreamServerInfo, handler grpc.StreamHandler) error {
	ctx := ss.Context()
	tx, err := s.mine(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	if err := handler(srv, ss); err != nil { // want `set on the transaction, which is used for nothing`
		return err
	}
	return tx.Commit(ctx)
}

// lenient goes on without where the client names no tenant.
func (s *scopes) lenient(ctx context.Context, req any, _ *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {
	md, _ := metadata.FromIncomingContext(ctx)
	tenant := md.Get("x-tenant-id")
	if len(tenant) == 0 {
		return handler(ctx, req) // want `goes on without the tenant's transaction where the request names no tenant`
	}
	tx, err := s.begin(ctx, tenant[0]) // want `tenant context app.tenant_id is taken from metadata x-tenant-id`
	if err != nil {
		return nil, err
	}
	defer tx.Rollback(ctx)
	return handler(context.WithValue(ctx, txKey{}, tx), req)
}

// connectUnary is the same for connect.
func (s *scopes) connectUnary() connect.UnaryInterceptorFunc {
	return func(next connect.UnaryFunc) connect.UnaryFunc {
		return func(ctx context.Context, req connect.AnyRequest) (connect.AnyResponse, error) {
			tx, err := s.mine(ctx)
			if err != nil {
				return nil, err
			}
			defer tx.Rollback(ctx)
			resp, err := next(context.WithValue(ctx, txKey{}, tx), req)
			if err != nil {
				return nil, err
			}
			return resp, tx.Commit(ctx)
		}
	}
}

func (s *scopes) connectDrops() connect.UnaryInterceptorFunc {
	return func(next connect.UnaryFunc) connect.UnaryFunc {
		return func(ctx context.Context, req connect.AnyRequest) (connect.AnyResponse, error) {
			tx, err := s.mine(ctx)
			if err != nil {
				return nil, err
			}
			defer tx.Rollback(ctx)
			resp, err := next(ctx, req) // want `set on the transaction, which is used for nothing`
			if err != nil {
				return nil, err
			}
			return resp, tx.Commit(ctx)
		}
	}
}

func (s *scopes) connectLenient() connect.UnaryInterceptorFunc {
	return func(next connect.UnaryFunc) connect.UnaryFunc {
		return func(ctx context.Context, req connect.AnyRequest) (connect.AnyResponse, error) {
			tenant := req.Header().Get("X-Tenant-Id")
			if tenant == "" {
				return next(ctx, req) // want `goes on without the tenant's transaction where the request names no tenant`
			}
			tx, err := s.begin(ctx, tenant) // want `tenant context app.tenant_id is taken from header X-Tenant-Id`
			if err != nil {
				return nil, err
			}
			defer tx.Rollback(ctx)
			return next(context.WithValue(ctx, txKey{}, tx), req)
		}
	}
}

// interceptor is one of both kinds.
type interceptor struct{ *scopes }

func (i interceptor) WrapUnary(next connect.UnaryFunc) connect.UnaryFunc {
	return i.connectUnary()(next)
}

func (interceptor) WrapStreamingClient(next connect.StreamingClientFunc) connect.StreamingClientFunc {
	return next
}

func (i interceptor) WrapStreamingHandler(next connect.StreamingHandlerFunc) connect.StreamingHandlerFunc {
	return func(ctx context.Context, conn connect.StreamingHandlerConn) error {
		tx, err := i.mine(ctx)
		if err != nil {
			return err
		}
		defer tx.Rollback(ctx)
		if err := next(context.WithValue(ctx, txKey{}, tx), conn); err != nil {
			return err
		}
		return tx.Commit(ctx)
	}
}

// headers trusts what streams say.
type headers struct{ *scopes }

func (h headers) WrapUnary(next connect.UnaryFunc) connect.UnaryFunc { return next }

func (headers) WrapStreamingClient(next connect.StreamingClientFunc) connect.StreamingClientFunc {
	return next
}

func (h headers) WrapStreamingHandler(next connect.StreamingHandlerFunc) connect.StreamingHandlerFunc {
	return func(ctx context.Context, conn connect.StreamingHandlerConn) error {
		tx, err := h.begin(ctx, conn.RequestHeader().Get("X-Tenant-Id")) // want `tenant context app.tenant_id is taken from header X-Tenant-Id`
		if err != nil {
			return err
		}
		defer tx.Rollback(ctx)
		if err := next(context.WithValue(ctx, txKey{}, tx), conn); err != nil {
			return err
		}
		return tx.Commit(ctx)
	}
}

// orders is behind them.
type orders struct {
	ordersv1.UnimplementedOrderServiceServer
	pool *pgxpool.Pool
}

func (o *orders) Get(ctx context.Context, id *wrapperspb.StringValue) (*wrapperspb.StringValue, error) {
	var got uuid.UUID
	if err := db(ctx, o.pool).QueryRow(ctx, "SELECT id FROM orders WHERE id = $1", id.GetValue()).Scan(&got); err != nil {
		return nil, err
	}
	return wrapperspb.String(got.String()), nil
}

func (o *orders) Export(_ *emptypb.Empty, ss grpc.ServerStreamingServer[wrapperspb.StringValue]) error {
	_, err := db(ss.Context(), o.pool).Exec(ss.Context(), "DELETE FROM orders")
	return err
}

func (o *orders) Import(ss ordersv1.OrderService_ImportServer) error {
	ctx := ss.Context()
	_, err := db(ctx, o.pool).Exec(ctx, "DELETE FROM orders")
	return err
}

type connected struct {
	ordersv1connect.UnimplementedOrderServiceHandler
	pool *pgxpool.Pool
}

func (c *connected) Purge(ctx context.Context, req *connect.Request[emptypb.Empty]) (*connect.Response[emptypb.Empty], error) {
	if _, err := db(ctx, c.pool).Exec(ctx, "DELETE FROM orders"); err != nil {
		return nil, err
	}
	return connect.NewResponse(&emptypb.Empty{}), nil
}

func (c *connected) Export(ctx context.Context, _ *connect.Request[emptypb.Empty], ss *connect.ServerStream[wrapperspb.StringValue]) error {
	_, err := db(ctx, c.pool).Exec(ctx, "DELETE FROM orders")
	return err
}

// raw forgets the transaction.
func (c *connected) List(ctx context.Context, _ *connect.Request[emptypb.Empty]) (*connect.Response[wrapperspb.StringValue], error) {
	_, err := c.pool.Exec(ctx, "DELETE FROM orders") // want `DELETE on orders runs`
	return nil, err
}
