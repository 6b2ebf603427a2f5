// Package serve puts interceptors and database together.
package serve

import (
	"context"
	"net/http"

	"connectrpc.com/connect"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"example.com/requests/ordersv1"
	"example.com/requests/ordersv1/ordersv1connect"
	"example.com/requests/rpcheaders"
	"example.com/requests/tenantdb"
)

type orders struct {
	ordersv1.UnimplementedOrderServiceServer
	pool *pgxpool.Pool
}

func (o *orders) List(ctx context.Context, _ *emptypb.Empty) (*wrapperspb.StringValue, error) {
	_, err := tenantdb.Count(ctx, o.pool)
	return nil, err
}

// GRPC lets the metadata decide, of calls of both kinds.
func GRPC(pool *pgxpool.Pool) *grpc.Server {
	s := grpc.NewServer(
		grpc.ChainUnaryInterceptor(rpcheaders.Unary),     // want `tenant context app.tenant_id is taken from the request's metadata: whoever sends the request chooses whose rows it sees`
		grpc.ChainStreamInterceptor(rpcheaders.Stream()), // want `tenant context app.tenant_id is taken from metadata x-stream-tenant`
	)
	ordersv1.RegisterOrderServiceServer(s, &orders{pool: pool})
	return s
}

// Checked lets it choose the user's own.
func Checked(pool *pgxpool.Pool) *grpc.Server {
	s := grpc.NewServer(grpc.UnaryInterceptor(rpcheaders.Checked))
	ordersv1.RegisterOrderServiceServer(s, &orders{pool: pool})
	return s
}

// shops reads the metadata again, behind the interceptor that has looked at it.
type shops struct {
	ordersv1.UnimplementedOrderServiceServer
	pool *pgxpool.Pool
}

func (s *shops) Purge(ctx context.Context, _ *emptypb.Empty) (*emptypb.Empty, error) {
	md, _ := metadata.FromIncomingContext(ctx)
	return nil, tenantdb.WithTenant(ctx, s.pool, uuid.MustParse(md.Get("x-shop")[0]), func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "DELETE FROM orders")
		return err
	})
}

// Export is behind no interceptor of streams.
func (s *shops) Export(_ *emptypb.Empty, ss grpc.ServerStreamingServer[wrapperspb.StringValue]) error {
	md, _ := metadata.FromIncomingContext(ss.Context())
	return tenantdb.WithTenant(ss.Context(), s.pool, uuid.MustParse(md.Get("x-shop")[0]), func(tx pgx.Tx) error { // want `taken from metadata x-shop`
		_, err := tx.Exec(ss.Context(), "DELETE FROM orders")
		return err
	})
}

// Shops mounts them.
func Shops(pool *pgxpool.Pool) *grpc.Server {
	s := grpc.NewServer(grpc.ChainUnaryInterceptor(rpcheaders.Member))
	ordersv1.RegisterOrderServiceServer(s, &shops{pool: pool})
	return s
}

type connected struct {
	ordersv1connect.UnimplementedOrderServiceHandler
	pool *pgxpool.Pool
}

func (c *connected) List(ctx context.Context, _ *connect.Request[emptypb.Empty]) (*connect.Response[wrapperspb.StringValue], error) {
	_, err := tenantdb.Count(ctx, c.pool)
	return nil, err
}

// Connect is the same with connect.
func Connect(pool *pgxpool.Pool) http.Handler {
	mux := http.NewServeMux()
	svc := &connected{pool: pool}
	mux.Handle(ordersv1connect.NewOrderServiceHandler(svc, connect.WithInterceptors(rpcheaders.Connect())))                    // want `tenant context app.tenant_id is taken from header X-Tenant-Id`
	mux.Handle(ordersv1connect.NewOrderServiceHandler(svc, connect.WithInterceptors(rpcheaders.Mine{}, rpcheaders.New(true)))) // want `tenant context app.tenant_id is taken from header X-User-Tenant`
	mux.Handle(ordersv1connect.NewOrderServiceHandler(svc, connect.WithInterceptors(rpcheaders.Mine{}, rpcheaders.Named{})))   // want `tenant context app.tenant_id is taken from header X-Tenant-Id`
	// This one takes it from who asks.
	mux.Handle(ordersv1connect.NewOrderServiceHandler(svc, connect.WithInterceptors(rpcheaders.Mine{})))
	return mux
}
