// Package rpcrouters serves methods of gRPC and connect in the ways in which the
// libraries can be used, as package routers does for HTTP: command show calls them.
package rpcrouters

import (
	"context"
	"net/http"
	"strings"

	"connectrpc.com/connect"
	"github.com/grpc-ecosystem/go-grpc-middleware/v2/interceptors/auth"
	"google.golang.org/grpc"
	"google.golang.org/grpc/stats"
	"google.golang.org/grpc/tap"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"example.com/requests/ordersv1"
	"example.com/requests/ordersv1/ordersv1connect"
)

type key struct{}

func put(ctx context.Context) context.Context { return context.WithValue(ctx, key{}, "here") }

func answer(name string, ctx context.Context) *wrapperspb.StringValue {
	if ctx.Value(key{}) != nil {
		return wrapperspb.String(name + " behind")
	}
	return wrapperspb.String(name + " bare")
}

type orders struct {
	ordersv1.UnimplementedOrderServiceServer
}

func (*orders) List(ctx context.Context, _ *emptypb.Empty) (*wrapperspb.StringValue, error) {
	return answer("(*orders).List", ctx), nil
}

func (*orders) Login(ctx context.Context, _ *wrapperspb.StringValue) (*wrapperspb.StringValue, error) {
	return answer("(*orders).Login", ctx), nil
}

func (*orders) Export(_ *emptypb.Empty, ss grpc.ServerStreamingServer[wrapperspb.StringValue]) error {
	return ss.Send(answer("(*orders).Export", ss.Context()))
}

type connected struct {
	ordersv1connect.UnimplementedOrderServiceHandler
}

func (*connected) List(ctx context.Context, _ *connect.Request[emptypb.Empty]) (*connect.Response[wrapperspb.StringValue], error) {
	return connect.NewResponse(answer("(*connected).List", ctx)), nil
}

func (*connected) Login(ctx context.Context, _ *connect.Request[wrapperspb.StringValue]) (*connect.Response[wrapperspb.StringValue], error) {
	return connect.NewResponse(answer("(*connected).Login", ctx)), nil
}

func (*connected) Export(ctx context.Context, _ *connect.Request[emptypb.Empty], ss *connect.ServerStream[wrapperspb.StringValue]) error {
	return ss.Send(answer("(*connected).Export", ctx))
}

func with(ctx context.Context, req any, _ *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {
	return handler(put(ctx), req)
}

func plain(ctx context.Context, req any, _ *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {
	return handler(ctx, req)
}

// exceptLogin lets one by.
func exceptLogin(ctx context.Context, req any, info *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {
	if strings.HasSuffix(info.FullMethod, "/Login") {
		return handler(ctx, req)
	}
	return with(ctx, req, info, handler)
}

var some = []string{"/orders.v1.OrderService/List", "/orders.v1.OrderService/Get"}

// onlySome puts it there for some, and for others if it is told to.
func onlySome(others bool) grpc.UnaryServerInterceptor {
	return func(ctx context.Context, req any, info *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {
		method := info.FullMethod
		for i := range some {
			if some[i] == method {
				return handler(put(ctx), req)
			}
		}
		if others || needs(method) {
			ctx = put(ctx)
		}
		return handler(ctx, req)
	}
}

func needs(method string) bool {
	return strings.HasPrefix(method, "/orders.") && method != ordersv1.OrderService_Login_FullMethodName
}

// asked puts it there for those that need it.
func asked(ctx context.Context, req any, info *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {
	if needs(info.FullMethod) {
		ctx = put(ctx)
	}
	return handler(ctx, req)
}

type stream struct {
	grpc.ServerStream
	ctx context.Context
}

func (s *stream) Context() context.Context { return s.ctx }

func withStream(srv any, ss grpc.ServerStream, _ *grpc.StreamServerInfo, handler grpc.StreamHandler) error {
	return handler(srv, &stream{ss, put(ss.Context())})
}

type tags struct{}

func (tags) TagRPC(ctx context.Context, _ *stats.RPCTagInfo) context.Context   { return put(ctx) }
func (tags) HandleRPC(context.Context, stats.RPCStats)                         {}
func (tags) TagConn(ctx context.Context, _ *stats.ConnTagInfo) context.Context { return ctx }
func (tags) HandleConn(context.Context, stats.ConnStats)                       {}

// Unary has an interceptor of unary calls.
func Unary() *grpc.Server {
	s := grpc.NewServer(grpc.UnaryInterceptor(with))
	ordersv1.RegisterOrderServiceServer(s, &orders{})
	return s
}

// Chain has several, and one of streams.
func Chain() *grpc.Server {
	opts := []grpc.ServerOption{grpc.ChainUnaryInterceptor(plain, with)}
	opts = append(opts, grpc.ChainStreamInterceptor(withStream), grpc.MaxRecvMsgSize(1<<20))
	s := grpc.NewServer(opts...)
	ordersv1.RegisterOrderServiceServer(s, &orders{})
	return s
}

// Streams has one of streams only, in the service that another function registers.
func Streams() *grpc.Server {
	s := grpc.NewServer(streamOptions()...)
	register(s)
	return s
}

func streamOptions() []grpc.ServerOption {
	return []grpc.ServerOption{grpc.UnaryInterceptor(plain), grpc.StreamInterceptor(withStream)}
}

func register(s grpc.ServiceRegistrar) { ordersv1.RegisterOrderServiceServer(s, &orders{}) }

// Except lets a method by.
func Except() *grpc.Server {
	s := grpc.NewServer(grpc.UnaryInterceptor(exceptLogin))
	ordersv1.RegisterOrderServiceServer(s, &orders{})
	return s
}

// Asked asks a function which ones need it.
func Asked() *grpc.Server {
	s := grpc.NewServer(grpc.ChainUnaryInterceptor(asked))
	ordersv1.RegisterOrderServiceServer(s, &orders{})
	return s
}

// Tagged has it from where calls are counted.
func Tagged() *grpc.Server {
	s := grpc.NewServer(grpc.StatsHandler(tags{}))
	ordersv1.RegisterOrderServiceServer(s, &orders{})
	return s
}

// Tapped has it from where calls are refused.
func Tapped() *grpc.Server {
	s := grpc.NewServer(grpc.InTapHandle(func(ctx context.Context, _ *tap.Info) (context.Context, error) { return put(ctx), nil }))
	ordersv1.RegisterOrderServiceServer(s, &orders{})
	return s
}

// Library has the interceptors of a library run it.
func Library() *grpc.Server {
	in := func(ctx context.Context) (context.Context, error) { return put(ctx), nil }
	s := grpc.NewServer(grpc.ChainUnaryInterceptor(plain), grpc.StreamInterceptor(auth.StreamServerInterceptor(in)))
	ordersv1.RegisterOrderServiceServer(s, &orders{})
	return s
}

func connectWith(next connect.UnaryFunc) connect.UnaryFunc {
	return func(ctx context.Context, req connect.AnyRequest) (connect.AnyResponse, error) {
		return next(put(ctx), req)
	}
}

func connectExcept() connect.UnaryInterceptorFunc {
	return func(next connect.UnaryFunc) connect.UnaryFunc {
		behind := connectWith(next)
		return func(ctx context.Context, req connect.AnyRequest) (connect.AnyResponse, error) {
			switch req.Spec().Procedure {
			case ordersv1connect.OrderServiceLoginProcedure:
				return next(ctx, req)
			}
			return behind(ctx, req)
		}
	}
}

type both struct{}

func (both) WrapUnary(next connect.UnaryFunc) connect.UnaryFunc { return connectWith(next) }

func (both) WrapStreamingClient(next connect.StreamingClientFunc) connect.StreamingClientFunc {
	return next
}

func (both) WrapStreamingHandler(next connect.StreamingHandlerFunc) connect.StreamingHandlerFunc {
	return func(ctx context.Context, conn connect.StreamingHandlerConn) error { return next(put(ctx), conn) }
}

type streamsOnly struct{ both }

func (*streamsOnly) WrapUnary(next connect.UnaryFunc) connect.UnaryFunc { return next }

// newStreams hides what it makes.
func newStreams() connect.Interceptor { return &streamsOnly{} }

// Connect has an interceptor of unary calls.
func Connect() http.Handler {
	m := http.NewServeMux()
	m.Handle(ordersv1connect.NewOrderServiceHandler(&connected{}, connect.WithInterceptors(connect.UnaryInterceptorFunc(connectWith))))
	return m
}

// ConnectExcept has one that lets a method by.
func ConnectExcept() http.Handler {
	m := http.NewServeMux()
	m.Handle(ordersv1connect.NewOrderServiceHandler(&connected{}, connect.WithInterceptors(connectExcept())))
	return m
}

// ConnectBoth has one of both kinds.
func ConnectBoth() http.Handler {
	m := http.NewServeMux()
	opts := connect.WithHandlerOptions(connect.WithReadMaxBytes(1<<20), connect.WithInterceptors(both{}))
	path, h := ordersv1connect.NewOrderServiceHandler(&connected{}, opts)
	m.Handle(path, h)
	return m
}

// ConnectStreams has one of streams only.
func ConnectStreams() http.Handler {
	m := http.NewServeMux()
	m.Handle(ordersv1connect.NewOrderServiceHandler(&connected{}, connect.WithInterceptors(newStreams())))
	return m
}

// ConnectWrapped has middleware of HTTP.
func ConnectWrapped() http.Handler {
	m := http.NewServeMux()
	path, h := ordersv1connect.NewOrderServiceHandler(&connected{})
	m.Handle(path, middleware(h))
	return m
}

// ConnectBare has none.
func ConnectBare() http.Handler {
	m := http.NewServeMux()
	m.Handle(ordersv1connect.NewOrderServiceHandler(&connected{}))
	return m
}

func middleware(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { next.ServeHTTP(w, r.WithContext(put(r.Context()))) })
}
