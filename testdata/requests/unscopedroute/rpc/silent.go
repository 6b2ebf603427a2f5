package rpc

import (
	"context"
	"net"
	"net/http"

	"connectrpc.com/connect"
	"github.com/grpc-ecosystem/go-grpc-middleware/v2/interceptors/auth"
	"google.golang.org/grpc"
	"google.golang.org/grpc/stats"

	"example.com/requests/ordersv1"
	"example.com/requests/ordersv1/ordersv1connect"
	"example.com/requests/unscopedroute/rpc/options"
	"example.com/requests/unscopedroute/scopes"
)

// Login is let by on purpose: it needs nothing, as health checks don't.
func Login(a *gate) *grpc.Server {
	s := grpc.NewServer(grpc.ChainUnaryInterceptor(a.authenticate, a.exceptLogin))
	ordersv1.RegisterOrderServiceServer(s, &orders{pool: a.pool})
	return s
}

// Configured is told what it lets by.
func Configured(a *gate) *grpc.Server {
	s := grpc.NewServer(grpc.ChainUnaryInterceptor(a.authenticate, a.exceptConfigured))
	ordersv1.RegisterOrderServiceServer(s, &orders{pool: a.pool})
	return s
}

// Depends lets by what depends on something else than the method.
func Depends(a *gate) *grpc.Server {
	s := grpc.NewServer(grpc.ChainUnaryInterceptor(a.authenticate, a.unlessOpen))
	ordersv1.RegisterOrderServiceServer(s, &orders{pool: a.pool})
	return s
}

// Twice lets by, and has another one that doesn't.
func Twice(a *gate) *grpc.Server {
	s := grpc.NewServer(grpc.ChainUnaryInterceptor(a.authenticate, a.exceptOpen(), a.tenant))
	ordersv1.RegisterOrderServiceServer(s, &orders{pool: a.pool})
	return s
}

// Own is served without, and opens transactions of its own.
func Own(a *gate, public, internal net.Listener) error {
	s := grpc.NewServer(grpc.ChainUnaryInterceptor(a.authenticate, a.tenant))
	ordersv1.RegisterOrderServiceServer(s, &orders{pool: a.pool})
	i := grpc.NewServer()
	ordersv1.RegisterOrderServiceServer(i, &own{pool: a.pool})
	go func() { _ = i.Serve(internal) }()
	return s.Serve(public)
}

// Passed has interceptors of whoever calls it.
func Passed(a *gate, l net.Listener, opts ...grpc.ServerOption) error {
	s := grpc.NewServer(append([]grpc.ServerOption{grpc.UnaryInterceptor(logged)}, opts...)...)
	ordersv1.RegisterOrderServiceServer(s, &orders{pool: a.pool})
	return s.Serve(l)
}

type server struct {
	*gate
	opts  []grpc.ServerOption
	unary grpc.UnaryServerInterceptor
}

// Kept has those that others put there.
func (s *server) Kept(l net.Listener) error {
	g := grpc.NewServer(s.opts...)
	ordersv1.RegisterOrderServiceServer(g, &orders{pool: s.pool})
	return g.Serve(l)
}

// One has one that others put there.
func (s *server) One(l net.Listener) error {
	g := grpc.NewServer(grpc.ChainUnaryInterceptor(logged, s.unary))
	ordersv1.RegisterOrderServiceServer(g, &orders{pool: s.pool})
	return g.Serve(l)
}

// Chosen decides when it starts.
func Chosen(a *gate, l net.Listener, strict bool) error {
	var opts []grpc.ServerOption
	if strict {
		opts = append(opts, grpc.ChainUnaryInterceptor(a.authenticate, a.tenant))
	}
	s := grpc.NewServer(opts...)
	ordersv1.RegisterOrderServiceServer(s, &orders{pool: a.pool})
	return s.Serve(l)
}

// Elsewhere has the options of another package.
func Elsewhere(a *gate, l net.Listener) error {
	s := grpc.NewServer(options.Server(a.pool)...)
	ordersv1.RegisterOrderServiceServer(s, &streams{orders{pool: a.pool}})
	return s.Serve(l)
}

// Library has the library's interceptor ask for the user.
func Library(a *gate, public, internal net.Listener) error {
	s := grpc.NewServer(grpc.ChainUnaryInterceptor(auth.UnaryServerInterceptor(a.user)))
	ordersv1.RegisterOrderServiceServer(s, &mine{pool: a.pool})
	i := grpc.NewServer(grpc.UnaryInterceptor(a.authenticate))
	ordersv1.RegisterOrderServiceServer(i, &mine{pool: a.pool})
	go func() { _ = i.Serve(internal) }()
	return s.Serve(public)
}

// tags puts it into the contexts of calls of both kinds.
type tags struct{ *gate }

func (t tags) TagRPC(ctx context.Context, _ *stats.RPCTagInfo) context.Context {
	if tx, err := t.begin(ctx); err == nil {
		return scopes.With(ctx, tx)
	}
	return ctx
}
func (tags) HandleRPC(context.Context, stats.RPCStats)                         {}
func (tags) TagConn(ctx context.Context, _ *stats.ConnTagInfo) context.Context { return ctx }
func (tags) HandleConn(context.Context, stats.ConnStats)                       {}

// Tagged has one.
func Tagged(a *gate, l net.Listener) error {
	s := grpc.NewServer(grpc.StatsHandler(tags{a}))
	ordersv1.RegisterOrderServiceServer(s, &streams{orders{pool: a.pool}})
	return s.Serve(l)
}

// Registered is handed on to what registers services.
func Registered(a *gate, l net.Listener) error {
	s := grpc.NewServer(grpc.ChainUnaryInterceptor(a.authenticate, a.tenant))
	register(s, a)
	return s.Serve(l)
}

func register(s grpc.ServiceRegistrar, a *gate) {
	ordersv1.RegisterOrderServiceServer(s, &orders{pool: a.pool})
}

// Middleware of HTTP comes before what connect serves.
func Middleware(a *gate, s *scopes.Scopes) *http.Server {
	mux := http.NewServeMux()
	mux.Handle(ordersv1connect.NewOrderServiceHandler(&connectedStreams{connected{pool: a.pool}}))
	return &http.Server{Handler: s.Begin(mux)}
}

// Beside has both.
func Beside(a *gate, s *scopes.Scopes) *http.Server {
	mux := http.NewServeMux()
	mux.Handle(ordersv1connect.NewOrderServiceHandler(&connectedStreams{connected{pool: a.pool}}, connect.WithInterceptors(&both{a})))
	path, h := ordersv1connect.NewOrderServiceHandler(&connectedStreams{connected{pool: a.pool}})
	mux.Handle("/old"+path, s.Begin(h))
	return &http.Server{Handler: mux}
}

// Conditional has it for some of them.
func Conditional(a *gate) *http.Server {
	mux := http.NewServeMux()
	mux.Handle(ordersv1connect.NewOrderServiceHandler(&connected{pool: a.pool}, connect.WithConditionalHandlerOptions(func(spec connect.Spec) []connect.HandlerOption {
		if spec.Procedure == ordersv1connect.OrderServiceLoginProcedure {
			return nil
		}
		return []connect.HandlerOption{connect.WithInterceptors(a.connectTenant())}
	})))
	return &http.Server{Handler: mux}
}

// Returned are handlers that others may wrap.
func Returned(a *gate) map[string]http.Handler {
	path, h := ordersv1connect.NewOrderServiceHandler(&connected{pool: a.pool})
	return map[string]http.Handler{path: h}
}

// Built has what a builder has collected.
func Built(a *gate, b *options.Builder, l net.Listener) error {
	s := grpc.NewServer(b.Options()...)
	ordersv1.RegisterOrderServiceServer(s, &orders{pool: a.pool})
	return s.Serve(l)
}

// MadeElsewhere serves on servers that other packages make.
func MadeElsewhere(a *gate, made func() *grpc.Server, public, internal net.Listener) error {
	s := options.New(a.pool)
	ordersv1.RegisterOrderServiceServer(s, &listed{orders{pool: a.pool}})
	i := made()
	ordersv1.RegisterOrderServiceServer(i, &orders{pool: a.pool})
	go func() { _ = i.Serve(internal) }()
	return s.Serve(public)
}

// Both serves with both: what wraps the handler may do what the interceptor does.
func Both(a *gate) (*grpc.Server, http.Handler) {
	s := grpc.NewServer(grpc.ChainUnaryInterceptor(a.authenticate, a.tenant))
	ordersv1.RegisterOrderServiceServer(s, &orders{pool: a.pool})
	mux := http.NewServeMux()
	mux.Handle(ordersv1connect.NewOrderServiceHandler(&connected{pool: a.pool}))
	return s, mux
}
