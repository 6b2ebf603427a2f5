package rpc

import (
	"context"

	"connectrpc.com/connect"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"golang.org/x/crypto/bcrypt"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"example.com/requests/ordersv1"
	"example.com/requests/ordersv1/ordersv1connect"
	"example.com/requests/tenantdb"
	"example.com/requests/unscopedroute/scopes"
)

// orders rely on the transaction.
type orders struct {
	ordersv1.UnimplementedOrderServiceServer
	pool *pgxpool.Pool
}

func (o *orders) List(ctx context.Context, _ *emptypb.Empty) (*wrapperspb.StringValue, error) {
	rows, err := scopes.DB(ctx, o.pool).Query(ctx, "SELECT id FROM orders")
	if err != nil {
		return nil, err
	}
	rows.Close()
	return wrapperspb.String("done"), nil
}

func (o *orders) Purge(ctx context.Context, _ *emptypb.Empty) (*emptypb.Empty, error) {
	_, err := scopes.DB(ctx, o.pool).Exec(ctx, "DELETE FROM orders")
	return &emptypb.Empty{}, err
}

// Login has no tenant before it knows who logs in.
func (o *orders) Login(ctx context.Context, password *wrapperspb.StringValue) (*wrapperspb.StringValue, error) {
	rows, err := scopes.DB(ctx, o.pool).Query(ctx, "SELECT id FROM orders")
	if err != nil {
		return nil, err
	}
	rows.Close()
	return nil, bcrypt.CompareHashAndPassword(nil, []byte(password.GetValue()))
}

// streams are those of them that are none of unary calls.
type streams struct {
	orders
}

func (s *streams) Export(_ *emptypb.Empty, ss grpc.ServerStreamingServer[wrapperspb.StringValue]) error {
	_, err := scopes.DB(ss.Context(), s.pool).Query(ss.Context(), "SELECT id FROM orders")
	return err
}

func (s *streams) Import(ss ordersv1.OrderService_ImportServer) error {
	ctx := ss.Context()
	_, err := scopes.DB(ctx, s.pool).Exec(ctx, "DELETE FROM orders")
	return err
}

// own opens transactions of its own.
type own struct {
	ordersv1.UnimplementedOrderServiceServer
	pool *pgxpool.Pool
}

func (o *own) Purge(ctx context.Context, _ *emptypb.Empty) (*emptypb.Empty, error) {
	return nil, tenantdb.WithTenant(ctx, o.pool, uuid.NameSpaceDNS, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "DELETE FROM orders")
		return err
	})
}

// mine takes the tenant from the context.
type mine struct {
	ordersv1.UnimplementedOrderServiceServer
	pool *pgxpool.Pool
}

func (m *mine) Purge(ctx context.Context, _ *emptypb.Empty) (*emptypb.Empty, error) {
	return nil, tenantdb.ForUser(ctx, m.pool, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "DELETE FROM orders")
		return err
	})
}

// connected are the orders of connect.
type connected struct {
	ordersv1connect.UnimplementedOrderServiceHandler
	pool *pgxpool.Pool
}

func (c *connected) List(ctx context.Context, _ *connect.Request[emptypb.Empty]) (*connect.Response[wrapperspb.StringValue], error) {
	rows, err := scopes.DB(ctx, c.pool).Query(ctx, "SELECT id FROM orders")
	if err != nil {
		return nil, err
	}
	rows.Close()
	return connect.NewResponse(wrapperspb.String("done")), nil
}

func (c *connected) Purge(ctx context.Context, _ *connect.Request[emptypb.Empty]) (*connect.Response[emptypb.Empty], error) {
	_, err := scopes.DB(ctx, c.pool).Exec(ctx, "DELETE FROM orders")
	return connect.NewResponse(&emptypb.Empty{}), err
}

type connectedStreams struct{ connected }

func (c *connectedStreams) Export(ctx context.Context, _ *connect.Request[emptypb.Empty], _ *connect.ServerStream[wrapperspb.StringValue]) error {
	_, err := scopes.DB(ctx, c.pool).Query(ctx, "SELECT id FROM orders")
	return err
}

// listed can't be purged.
type listed struct{ orders }

func (*listed) Purge(context.Context, *emptypb.Empty) (*emptypb.Empty, error) {
	return &emptypb.Empty{}, nil
}
