// Package tenant says who a request is for.
package tenant

import "context"

// A Model is a way of keeping a tenant's rows from the others'.
type Model string

const (
	Pool   Model = "pool"   // in tables that all share, by policies
	Bridge Model = "bridge" // in a schema of its own
	Silo   Model = "silo"   // in a database of its own
)

// A Tenant is one customer.
type Tenant struct {
	ID    string
	Model Model
}

type key struct{}

// NewContext returns a context that says who it is for.
func NewContext(ctx context.Context, t Tenant) context.Context {
	return context.WithValue(ctx, key{}, t)
}

// FromContext says who a context is for.
func FromContext(ctx context.Context) (Tenant, bool) {
	t, ok := ctx.Value(key{}).(Tenant)
	return t, ok
}
