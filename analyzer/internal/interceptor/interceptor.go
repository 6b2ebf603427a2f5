// Package interceptor knows the types with which gRPC and connect run what comes
// before the methods of a service, and by which those are told from other methods.
package interceptor

import (
	"go/types"
	"strings"

	"github.com/tenantvet/tenantvet/analyzer/internal/fullname"
)

const (
	grpc    = "google.golang.org/grpc."
	connect = "connectrpc.com/connect."
)

// A Kind tells which interceptors run before a method: those of unary calls, or
// those of streams.
type Kind string

const (
	Unary  Kind = "unary"
	Stream Kind = "stream"
)

// nexts are the functions that go on with a call: an interceptor is given one.
var nexts = map[string]Kind{
	grpc + "UnaryHandler":            Unary,
	grpc + "StreamHandler":           Stream,
	connect + "UnaryFunc":            Unary,
	connect + "StreamingHandlerFunc": Stream,
}

// IsNext reports whether a type is that of functions which go on with a call.
func IsNext(t types.Type) bool { return KindOfNext(t) != "" }

// KindOfNext is the kind of the calls with which the functions of a type go on, "" if
// it is none of those.
func KindOfNext(t types.Type) Kind { return nexts[fullname.OfType(t)] }

// NamesMethod reports whether a field of a struct is the name of the method that is
// called.
func NamesMethod(of types.Type, field string) bool {
	switch strings.TrimPrefix(fullname.OfType(of), "*") {
	case grpc + "UnaryServerInfo", grpc + "StreamServerInfo":
		return field == "FullMethod"
	case connect + "Spec":
		return field == "Procedure"
	}
	return false
}

// layers are what is made of interceptors, and given to servers and handlers.
var layers = map[string]bool{
	grpc + "ServerOption":     true,
	grpc + "ServerInHandle":   true,
	connect + "Interceptor":   true,
	connect + "HandlerOption": true,
	connect + "Option":        true,

	"google.golang.org/grpc/tap.ServerInHandle": true,
	"google.golang.org/grpc/stats.Handler":      true,
}

// IsLayer reports whether a type is one of interceptors that is no function, or of
// options that have some.
func IsLayer(t types.Type) bool { return layers[fullname.OfType(t)] }

// IsStream reports whether a type is one of streams by which a method of gRPC gets
// its context: grpc.ServerStream, what is generated for one method, or what wraps it.
func IsStream(t types.Type) bool {
	for method, params := range map[string]int{"Context": 0, "SendMsg": 1, "RecvMsg": 1, "SetTrailer": 1} {
		obj, _, _ := types.LookupFieldOrMethod(t, true, nil, method)
		fn, ok := obj.(*types.Func)
		if !ok || fn.Signature().Params().Len() != params {
			return false
		}
	}
	return true
}

// Serves tells the kind of a service's method by its signature, "" if it is none.
//
//	func(context.Context, *In) (*Out, error)       unary, of gRPC; of connect, In and
//	                                               Out are Request[T] and Response[T]
//	func(.., stream) error                         of gRPC
//	func(context.Context, .., *connect.XStream[T]) of connect
func Serves(sig *types.Signature) Kind {
	params, results := sig.Params(), sig.Results()
	n := results.Len()
	if n == 0 || params.Len() == 0 || !types.Identical(results.At(n-1).Type(), types.Universe.Lookup("error").Type()) {
		return ""
	}
	last := params.At(params.Len() - 1).Type()
	switch {
	case n == 1 && params.Len() <= 2 && types.IsInterface(last) && IsStream(last):
		return Stream
	case fullname.OfType(params.At(0).Type()) != "context.Context":
		return ""
	case strings.HasPrefix(fullname.OfType(last), "*"+connect) && strings.HasSuffix(fullname.OfType(last), "Stream"):
		return Stream
	case n == 2 && params.Len() == 2 && pointer(last) && pointer(results.At(0).Type()):
		return Unary
	}
	return ""
}

func pointer(t types.Type) bool {
	_, ok := types.Unalias(t).(*types.Pointer)
	return ok
}
