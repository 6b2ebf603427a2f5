package rpc

import (
	"net"
	"net/http"

	"connectrpc.com/connect"
	"google.golang.org/grpc"

	"example.com/requests/ordersv1"
	"example.com/requests/ordersv1/ordersv1connect"
	"example.com/requests/unscopedroute/rpc/options"
)

// Bad has a server more, for which the interceptor was forgotten.
func Bad(a *gate, public, internal net.Listener) error {
	s := grpc.NewServer(grpc.ChainUnaryInterceptor(logged, a.authenticate, a.tenant))
	ordersv1.RegisterOrderServiceServer(s, &orders{pool: a.pool})
	i := grpc.NewServer(grpc.UnaryInterceptor(logged))
	ordersv1.RegisterOrderServiceServer(i, &orders{pool: a.pool}) // want `\(\*orders\).List and another method of the service are served without tenant, which puts scopes.txKey into the context of \(\*orders\).List: without it, SELECT on orders runs outside the tenant's scope`
	go func() { _ = i.Serve(internal) }()
	return s.Serve(public)
}

// Fixed has it on both.
func Fixed(a *gate, public, internal net.Listener) error {
	s := grpc.NewServer(grpc.ChainUnaryInterceptor(logged, a.authenticate, a.tenant))
	ordersv1.RegisterOrderServiceServer(s, &orders{pool: a.pool})
	i := grpc.NewServer(grpc.ChainUnaryInterceptor(logged, a.authenticate, a.tenant))
	ordersv1.RegisterOrderServiceServer(i, &orders{pool: a.pool})
	go func() { _ = i.Serve(internal) }()
	return s.Serve(public)
}

// BadStreams has interceptors of unary calls only.
func BadStreams(a *gate) *grpc.Server {
	s := grpc.NewServer(grpc.ChainUnaryInterceptor(a.authenticate, a.tenant))
	ordersv1.RegisterOrderServiceServer(s, &streams{orders{pool: a.pool}}) // want `\(\*streams\).Export and another method of the service are served without tenant, which puts scopes.txKey into the context of \(\*orders\).List: .*; tenant runs before unary calls: give the server or handler one that runs before streams as well`
	return s
}

// FixedStreams has those of streams as well.
func FixedStreams(a *gate) *grpc.Server {
	s := grpc.NewServer(grpc.ChainUnaryInterceptor(a.authenticate, a.tenant), grpc.StreamInterceptor(a.tenantStream))
	ordersv1.RegisterOrderServiceServer(s, &streams{orders{pool: a.pool}})
	return s
}

// BadNobody has none.
func BadNobody(a *gate, l net.Listener) error {
	s := grpc.NewServer()
	ordersv1.RegisterOrderServiceServer(s, &orders{pool: a.pool}) // want `\(\*orders\).List and another method of the service are served where nothing puts scopes.txKey into the context: without it, SELECT on orders runs outside`
	return s.Serve(l)
}

// BadTenant serves what takes the tenant from the context.
func BadTenant(a *gate, public, internal net.Listener) error {
	opts := []grpc.ServerOption{grpc.MaxRecvMsgSize(1 << 20)}
	i := grpc.NewServer(opts...)
	ordersv1.RegisterOrderServiceServer(i, &mine{pool: a.pool}) // want `\(\*mine\).Purge is served without authenticate, which puts tenantctx.userKey into the context of \(\*mine\).Purge: without it there is no tenant for its queries`
	opts = append(opts, grpc.ChainUnaryInterceptor(a.authenticate))
	s := grpc.NewServer(opts...)
	ordersv1.RegisterOrderServiceServer(s, &mine{pool: a.pool})
	go func() { _ = i.Serve(internal) }()
	return s.Serve(public)
}

// BadLetBy lets a method by that needs it.
func BadLetBy(a *gate) *grpc.Server {
	s := grpc.NewServer(grpc.ChainUnaryInterceptor(a.authenticate, a.exceptOpen()))
	ordersv1.RegisterOrderServiceServer(s, &orders{pool: a.pool}) // want `\(\*orders\).Purge is let past exceptOpen, which puts scopes.txKey into the context of other methods: without it, DELETE on orders runs outside the tenant's scope.*; take /orders.v1.OrderService/Purge off the methods that exceptOpen lets past`
	return s
}

// BadPublic is the same by way of a function.
func BadPublic(a *gate) *grpc.Server {
	s := grpc.NewServer(grpc.ChainUnaryInterceptor(a.authenticate, a.exceptPublic))
	ordersv1.RegisterOrderServiceServer(s, &orders{pool: a.pool}) // want `\(\*orders\).List is let past exceptPublic`
	return s
}

// BadOnly names those that get it.
func BadOnly(a *gate) *grpc.Server {
	s := grpc.NewServer(grpc.ChainUnaryInterceptor(a.authenticate, a.onlyPurge))
	ordersv1.RegisterOrderServiceServer(s, &orders{pool: a.pool}) // want `\(\*orders\).List is let past onlyPurge`
	return s
}

// BadStreamLetBy is the same for streams.
func BadStreamLetBy(a *gate) *grpc.Server {
	s := grpc.NewServer(grpc.ChainUnaryInterceptor(a.authenticate, a.tenant), grpc.ChainStreamInterceptor(a.exceptExport()))
	ordersv1.RegisterOrderServiceServer(s, &streams{orders{pool: a.pool}}) // want `\(\*streams\).Export is let past exceptExport`
	return s
}

// BadConnect has a handler more.
func BadConnect(a *gate) *http.Server {
	mux := http.NewServeMux()
	mux.Handle(ordersv1connect.NewOrderServiceHandler(&connected{pool: a.pool}, connect.WithInterceptors(a.connectTenant())))
	mux.Handle("/internal/", internal(a))
	return &http.Server{Handler: mux}
}

func internal(a *gate) http.Handler {
	_, h := ordersv1connect.NewOrderServiceHandler(&connected{pool: a.pool}) // want `\(\*connected\).List and another method of the service are served without connectTenant, which puts scopes.txKey into the context of \(\*connected\).List`
	return http.StripPrefix("/internal", h)
}

// BadConnectStreams has an interceptor that runs before unary calls only.
func BadConnectStreams(a *gate) (string, http.Handler) {
	return ordersv1connect.NewOrderServiceHandler( // want `\(\*connectedStreams\).Export is served without connectTenant, .*; connectTenant runs before unary calls: give the server or handler one`
		&connectedStreams{connected{pool: a.pool}}, connect.WithInterceptors(a.connectTenant()))
}

// BadConnectUnary does the same with an interceptor of its own type.
func BadConnectUnary(a *gate) http.Handler {
	mux := http.NewServeMux()
	opts := connect.WithHandlerOptions(connect.WithInterceptors(unaryOnly{a}), connect.WithReadMaxBytes(1<<20))
	path, h := ordersv1connect.NewOrderServiceHandler(&connectedStreams{connected{pool: a.pool}}, opts) // want `\(\*connectedStreams\).Export is served without \(unaryOnly\).WrapUnary`
	mux.Handle(path, h)
	return mux
}

// FixedConnect covers calls of both kinds.
func FixedConnect(a *gate) http.Handler {
	mux := http.NewServeMux()
	mux.Handle(ordersv1connect.NewOrderServiceHandler(&connectedStreams{connected{pool: a.pool}}, connect.WithInterceptors(&both{a})))
	mux.Handle(ordersv1connect.NewOrderServiceHandler(&connectedStreams{connected{pool: a.pool}}, connect.WithInterceptors(newBoth(a))))
	return mux
}

// BadConnectLetBy lets one by.
func BadConnectLetBy(a *gate) http.Handler {
	mux := http.NewServeMux()
	mux.Handle(ordersv1connect.NewOrderServiceHandler(&connected{pool: a.pool}, connect.WithInterceptors(a.connectExcept()))) // want `\(\*connected\).Purge is let past connectExcept`
	return mux
}

// BadElsewhere has options of another package, which are none of streams, and let one
// by.
func BadElsewhere(a *gate) *grpc.Server {
	s := grpc.NewServer(options.Unary(a.pool))
	ordersv1.RegisterOrderServiceServer(s, &streams{orders{pool: a.pool}}) // want `\(\*orders\).Purge is let past Unary` `\(\*streams\).Export and another method of the service are served without Unary`
	return s
}

// BadBeside has a server that another package makes, and one of its own.
func BadBeside(a *gate, public, internal net.Listener) error {
	s := options.New(a.pool)
	ordersv1.RegisterOrderServiceServer(s, &listed{orders{pool: a.pool}})
	i := grpc.NewServer(grpc.UnaryInterceptor(logged))
	ordersv1.RegisterOrderServiceServer(i, &orders{pool: a.pool}) // want `\(\*orders\).List and another method of the service are served without Unary, which puts scopes.txKey into the context of \(\*orders\).List`
	go func() { _ = i.Serve(internal) }()
	return s.Serve(public)
}

// BadPrefixes lets by what begins with something.
func BadPrefixes(a *gate) *grpc.Server {
	s := grpc.NewServer(grpc.ChainUnaryInterceptor(a.authenticate, a.exceptPrefixes))
	ordersv1.RegisterOrderServiceServer(s, &orders{pool: a.pool}) // want `\(\*orders\).Purge is let past exceptPrefixes`
	return s
}

// BadListed has a list of its own.
func BadListed(a *gate) *grpc.Server {
	s := grpc.NewServer(grpc.ChainUnaryInterceptor(a.authenticate, a.exceptListed()))
	ordersv1.RegisterOrderServiceServer(s, &orders{pool: a.pool}) // want `\(\*orders\).List is let past exceptListed`
	return s
}
