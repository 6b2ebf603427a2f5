// Package rpcheaders has interceptors that know nothing of the database: what they
// put into contexts becomes the tenant elsewhere.
package rpcheaders

import (
	"context"
	"errors"

	"connectrpc.com/connect"
	"github.com/google/uuid"
	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"

	"example.com/requests/tenantctx"
)

var errNobody = errors.New("who are you")

func tenantOf(ctx context.Context, name string) (uuid.UUID, error) {
	md, ok := metadata.FromIncomingContext(ctx)
	if !ok {
		return uuid.Nil, errNobody
	}
	values := md.Get(name)
	if len(values) != 1 {
		return uuid.Nil, errNobody
	}
	return uuid.Parse(values[0])
}

// Unary lets the metadata decide.
func Unary(ctx context.Context, req any, _ *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {
	id, err := tenantOf(ctx, "x-tenant-id")
	if err != nil {
		return nil, err
	}
	return handler(tenantctx.WithTenant(ctx, id), req)
}

// Checked lets it choose the user's tenant only.
func Checked(ctx context.Context, req any, _ *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {
	id, err := tenantOf(ctx, "x-tenant-id")
	if err != nil {
		return nil, err
	}
	user := tenantctx.UserOf(ctx)
	if user == nil || user.TenantID != id {
		return nil, errNobody
	}
	return handler(tenantctx.WithTenant(ctx, id), req)
}

// Member only lets those through who belong to the tenant that they name.
func Member(ctx context.Context, req any, _ *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {
	md, _ := metadata.FromIncomingContext(ctx)
	values := md.Get("x-shop")
	user := tenantctx.UserOf(ctx)
	if user == nil || len(values) == 0 || values[0] != user.TenantID.String() {
		return nil, errNobody
	}
	return handler(ctx, req)
}

type stream struct {
	grpc.ServerStream
	ctx context.Context
}

func (s *stream) Context() context.Context { return s.ctx }

// Stream is the same as Unary for streams.
func Stream() grpc.StreamServerInterceptor {
	return func(srv any, ss grpc.ServerStream, _ *grpc.StreamServerInfo, handler grpc.StreamHandler) error {
		values := metadata.ValueFromIncomingContext(ss.Context(), "x-stream-tenant")
		if len(values) != 1 {
			return errNobody
		}
		id, err := uuid.Parse(values[0])
		if err != nil {
			return err
		}
		return handler(srv, &stream{ss, tenantctx.WithTenant(ss.Context(), id)})
	}
}

// Connect is the same as Unary for connect.
func Connect() connect.UnaryInterceptorFunc {
	return func(next connect.UnaryFunc) connect.UnaryFunc {
		return func(ctx context.Context, req connect.AnyRequest) (connect.AnyResponse, error) {
			id, err := uuid.Parse(req.Header().Get("X-Tenant-Id"))
			if err != nil {
				return nil, connect.NewError(connect.CodeInvalidArgument, err)
			}
			return next(tenantctx.WithTenant(ctx, id), req)
		}
	}
}

type interceptor struct{ check bool }

// New makes an interceptor of both kinds.
func New(check bool) connect.Interceptor { return &interceptor{check} }

func (i *interceptor) WrapUnary(next connect.UnaryFunc) connect.UnaryFunc {
	return func(ctx context.Context, req connect.AnyRequest) (connect.AnyResponse, error) {
		user := &tenantctx.User{TenantID: uuid.MustParse(req.Header().Get("X-User-Tenant"))}
		return next(tenantctx.WithUser(ctx, user), req)
	}
}

func (*interceptor) WrapStreamingClient(next connect.StreamingClientFunc) connect.StreamingClientFunc {
	return next
}

func (*interceptor) WrapStreamingHandler(next connect.StreamingHandlerFunc) connect.StreamingHandlerFunc {
	return next
}

// Mine takes the tenant from who asks.
type Mine struct{}

func (Mine) WrapUnary(next connect.UnaryFunc) connect.UnaryFunc {
	return func(ctx context.Context, req connect.AnyRequest) (connect.AnyResponse, error) {
		user := tenantctx.UserOf(ctx)
		if user == nil {
			return nil, connect.NewError(connect.CodeUnauthenticated, errNobody)
		}
		ctx = tenantctx.WithRequestID(ctx, req.Header().Get("X-Request-Id"))
		return next(tenantctx.WithTenant(ctx, user.TenantID), req)
	}
}

func (Mine) WrapStreamingClient(next connect.StreamingClientFunc) connect.StreamingClientFunc {
	return next
}

func (Mine) WrapStreamingHandler(next connect.StreamingHandlerFunc) connect.StreamingHandlerFunc {
	return next
}

// Named lets streams choose.
type Named struct{}

func (Named) WrapUnary(next connect.UnaryFunc) connect.UnaryFunc { return next }

func (Named) WrapStreamingClient(next connect.StreamingClientFunc) connect.StreamingClientFunc {
	return next
}

func (Named) WrapStreamingHandler(next connect.StreamingHandlerFunc) connect.StreamingHandlerFunc {
	return func(ctx context.Context, conn connect.StreamingHandlerConn) error {
		return next(tenantctx.WithTenant(ctx, uuid.MustParse(conn.RequestHeader().Get("X-Tenant-Id"))), conn)
	}
}
