// Package rpc serves gRPC and connect: interceptors put the user and the
// transaction into the contexts of calls.
package rpc

import (
	"context"
	"errors"
	"strings"

	"connectrpc.com/connect"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"

	"example.com/requests/ordersv1"
	"example.com/requests/ordersv1/ordersv1connect"
	"example.com/requests/tenantctx"
	"example.com/requests/unscopedroute/scopes"
)

var errNobody = errors.New("who are you")

type gate struct {
	pool   *pgxpool.Pool
	verify func(token string) (*tenantctx.User, error)
	public map[string]bool
}

func (a *gate) user(ctx context.Context) (context.Context, error) {
	md, _ := metadata.FromIncomingContext(ctx)
	token := md.Get("authorization")
	if len(token) == 0 {
		return nil, errNobody
	}
	user, err := a.verify(token[0])
	if err != nil {
		return nil, err
	}
	return tenantctx.WithUser(ctx, user), nil
}

func (a *gate) begin(ctx context.Context) (pgx.Tx, error) {
	user := tenantctx.UserOf(ctx)
	if user == nil {
		return nil, errNobody
	}
	tx, err := a.pool.Begin(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", user.TenantID.String()); err != nil {
		return nil, err
	}
	return tx, nil
}

// logged does nothing with contexts.
func logged(ctx context.Context, req any, info *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {
	return handler(ctx, req)
}

// authenticate puts the user there.
func (a *gate) authenticate(ctx context.Context, req any, _ *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {
	ctx, err := a.user(ctx)
	if err != nil {
		return nil, err
	}
	return handler(ctx, req)
}

// tenant puts the transaction there.
func (a *gate) tenant(ctx context.Context, req any, _ *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {
	tx, err := a.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback(ctx)
	resp, err := handler(scopes.With(ctx, tx), req)
	if err != nil {
		return nil, err
	}
	return resp, tx.Commit(ctx)
}

// exceptLogin lets two of them by.
func (a *gate) exceptLogin(ctx context.Context, req any, info *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {
	if info.FullMethod == ordersv1.OrderService_Login_FullMethodName || strings.HasPrefix(info.FullMethod, "/grpc.health.v1.Health/") {
		return handler(ctx, req)
	}
	return a.tenant(ctx, req, info, handler)
}

var open = map[string]bool{
	ordersv1.OrderService_Login_FullMethodName: true,
	ordersv1.OrderService_Purge_FullMethodName: true,
	ordersv1.OrderService_List_FullMethodName:  false,
}

// exceptOpen lets those by that a list has.
func (a *gate) exceptOpen() grpc.UnaryServerInterceptor {
	return func(ctx context.Context, req any, info *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {
		if open[info.FullMethod] {
			return handler(ctx, req)
		}
		tx, err := a.begin(ctx)
		if err != nil {
			return nil, err
		}
		defer tx.Rollback(ctx)
		resp, err := handler(scopes.With(ctx, tx), req)
		if err != nil {
			return nil, err
		}
		return resp, tx.Commit(ctx)
	}
}

func isPublic(method string) bool {
	switch method {
	case "/orders.v1.OrderService/Login", "/orders.v1.OrderService/List":
		return true
	}
	return false
}

// exceptPublic asks a function.
func (a *gate) exceptPublic(ctx context.Context, req any, info *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {
	if !isPublic(info.FullMethod) {
		tx, err := a.begin(ctx)
		if err != nil {
			return nil, err
		}
		defer tx.Rollback(ctx)
		ctx = scopes.With(ctx, tx)
	}
	return handler(ctx, req)
}

// onlyPurge puts it into the contexts of one of them.
func (a *gate) onlyPurge(ctx context.Context, req any, info *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {
	switch info.FullMethod {
	case ordersv1.OrderService_Purge_FullMethodName:
		tx, err := a.begin(ctx)
		if err != nil {
			return nil, err
		}
		defer tx.Rollback(ctx)
		return handler(scopes.With(ctx, tx), req)
	default:
		return handler(ctx, req)
	}
}

var openPrefixes = []string{"/grpc.health.v1.Health/", "/orders.v1.OrderService/P"}

func isOpen(method string) bool {
	for _, prefix := range openPrefixes {
		if strings.HasPrefix(method, prefix) {
			return true
		}
	}
	return false
}

// exceptPrefixes asks a function that goes through a list.
func (a *gate) exceptPrefixes(ctx context.Context, req any, info *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {
	if isOpen(info.FullMethod) {
		return handler(ctx, req)
	}
	return a.tenant(ctx, req, info, handler)
}

// exceptListed goes through one itself.
func (a *gate) exceptListed() grpc.UnaryServerInterceptor {
	skip := []string{ordersv1.OrderService_Login_FullMethodName, ordersv1.OrderService_List_FullMethodName}
	also := map[string]struct{}{ordersv1.OrderService_Get_FullMethodName: {}}
	return func(ctx context.Context, req any, info *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {
		for _, m := range skip {
			if m == info.FullMethod {
				return handler(ctx, req)
			}
		}
		if _, ok := also[info.FullMethod]; ok {
			return handler(ctx, req)
		}
		return a.tenant(ctx, req, info, handler)
	}
}

// exceptConfigured is told elsewhere which ones it lets by.
func (a *gate) exceptConfigured(ctx context.Context, req any, info *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {
	if a.public[info.FullMethod] {
		return handler(ctx, req)
	}
	return a.tenant(ctx, req, info, handler)
}

// unlessOpen lets those by that nobody has signed in for.
func (a *gate) unlessOpen(ctx context.Context, req any, info *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {
	if info.FullMethod == ordersv1.OrderService_Purge_FullMethodName && tenantctx.UserOf(ctx) == nil {
		return handler(ctx, req)
	}
	return a.tenant(ctx, req, info, handler)
}

type stream struct {
	grpc.ServerStream
	ctx context.Context
}

func (s *stream) Context() context.Context { return s.ctx }

// tenantStream is tenant for streams.
func (a *gate) tenantStream(srv any, ss grpc.ServerStream, _ *grpc.StreamServerInfo, handler grpc.StreamHandler) error {
	ctx, err := a.user(ss.Context())
	if err != nil {
		return err
	}
	tx, err := a.begin(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	if err := handler(srv, &stream{ss, scopes.With(ctx, tx)}); err != nil {
		return err
	}
	return tx.Commit(ctx)
}

// exceptExport is the same, and lets one by.
func (a *gate) exceptExport() grpc.StreamServerInterceptor {
	return func(srv any, ss grpc.ServerStream, info *grpc.StreamServerInfo, handler grpc.StreamHandler) error {
		if info.FullMethod == ordersv1.OrderService_Export_FullMethodName {
			return handler(srv, ss)
		}
		return a.tenantStream(srv, ss, info, handler)
	}
}

// connectTenant is tenant for connect, of unary calls.
func (a *gate) connectTenant() connect.UnaryInterceptorFunc {
	return func(next connect.UnaryFunc) connect.UnaryFunc {
		return func(ctx context.Context, req connect.AnyRequest) (connect.AnyResponse, error) {
			tx, err := a.begin(ctx)
			if err != nil {
				return nil, err
			}
			defer tx.Rollback(ctx)
			resp, err := next(scopes.With(ctx, tx), req)
			if err != nil {
				return nil, err
			}
			return resp, tx.Commit(ctx)
		}
	}
}

// connectExcept lets one by.
func (a *gate) connectExcept() connect.Interceptor {
	return connect.UnaryInterceptorFunc(func(next connect.UnaryFunc) connect.UnaryFunc {
		return func(ctx context.Context, req connect.AnyRequest) (connect.AnyResponse, error) {
			if req.Spec().Procedure == ordersv1connect.OrderServicePurgeProcedure {
				return next(ctx, req)
			}
			tx, err := a.begin(ctx)
			if err != nil {
				return nil, err
			}
			defer tx.Rollback(ctx)
			return next(scopes.With(ctx, tx), req)
		}
	})
}

// both is an interceptor of calls of both kinds.
type both struct{ *gate }

func newBoth(a *gate) connect.Interceptor { return &both{a} }

func (b *both) WrapUnary(next connect.UnaryFunc) connect.UnaryFunc { return b.connectTenant()(next) }

func (*both) WrapStreamingClient(next connect.StreamingClientFunc) connect.StreamingClientFunc {
	return next
}

func (b *both) WrapStreamingHandler(next connect.StreamingHandlerFunc) connect.StreamingHandlerFunc {
	return func(ctx context.Context, conn connect.StreamingHandlerConn) error {
		tx, err := b.begin(ctx)
		if err != nil {
			return err
		}
		defer tx.Rollback(ctx)
		if err := next(scopes.With(ctx, tx), conn); err != nil {
			return err
		}
		return tx.Commit(ctx)
	}
}

// unaryOnly leaves streams as they are.
type unaryOnly struct{ *gate }

func (u unaryOnly) WrapUnary(next connect.UnaryFunc) connect.UnaryFunc {
	return u.connectTenant()(next)
}

func (unaryOnly) WrapStreamingClient(next connect.StreamingClientFunc) connect.StreamingClientFunc {
	return next
}

func (unaryOnly) WrapStreamingHandler(next connect.StreamingHandlerFunc) connect.StreamingHandlerFunc {
	return next
}
