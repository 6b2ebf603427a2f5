// Command show calls the methods that package rpcrouters serves.
package main

import (
	"context"
	"fmt"
	"log"
	"net"
	"net/http"
	"net/http/httptest"

	"connectrpc.com/connect"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/test/bufconn"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"example.com/requests/rpcrouters"
)

const service = "/orders.v1.OrderService/"

func main() {
	for _, s := range []struct {
		name string
		make func() *grpc.Server
	}{
		{"Unary", rpcrouters.Unary}, {"Chain", rpcrouters.Chain}, {"Streams", rpcrouters.Streams}, {"Except", rpcrouters.Except},
		{"Asked", rpcrouters.Asked}, {"Tagged", rpcrouters.Tagged}, {"Tapped", rpcrouters.Tapped}, {"Library", rpcrouters.Library},
	} {
		overGRPC(s.name, s.make())
	}
	for _, s := range []struct {
		name string
		make func() http.Handler
	}{
		{"Connect", rpcrouters.Connect}, {"ConnectExcept", rpcrouters.ConnectExcept}, {"ConnectBoth", rpcrouters.ConnectBoth},
		{"ConnectStreams", rpcrouters.ConnectStreams}, {"ConnectWrapped", rpcrouters.ConnectWrapped}, {"ConnectBare", rpcrouters.ConnectBare},
	} {
		overConnect(s.name, s.make())
	}
}

func overGRPC(name string, s *grpc.Server) {
	l := bufconn.Listen(1 << 16)
	go func() { _ = s.Serve(l) }()
	defer s.Stop()
	ctx := context.Background()
	conn, err := grpc.NewClient("passthrough:///show", grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return l.DialContext(ctx) }))
	must(err)
	for _, method := range []string{"List", "Login"} {
		out := new(wrapperspb.StringValue)
		must(conn.Invoke(ctx, service+method, &emptypb.Empty{}, out))
		fmt.Println(name, out.GetValue())
	}
	stream, err := conn.NewStream(ctx, &grpc.StreamDesc{ServerStreams: true}, service+"Export")
	must(err)
	must(stream.SendMsg(&emptypb.Empty{}))
	must(stream.CloseSend())
	out := new(wrapperspb.StringValue)
	must(stream.RecvMsg(out))
	fmt.Println(name, out.GetValue())
}

func overConnect(name string, h http.Handler) {
	s := httptest.NewServer(h)
	defer s.Close()
	ctx := context.Background()
	for _, method := range []string{"List", "Login"} {
		c := connect.NewClient[wrapperspb.StringValue, wrapperspb.StringValue](s.Client(), s.URL+service+method)
		resp, err := c.CallUnary(ctx, connect.NewRequest(&wrapperspb.StringValue{}))
		must(err)
		fmt.Println(name, resp.Msg.GetValue())
	}
	c := connect.NewClient[emptypb.Empty, wrapperspb.StringValue](s.Client(), s.URL+service+"Export")
	stream, err := c.CallServerStream(ctx, connect.NewRequest(&emptypb.Empty{}))
	must(err)
	for stream.Receive() {
		fmt.Println(name, stream.Msg().GetValue())
	}
	must(stream.Err())
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
