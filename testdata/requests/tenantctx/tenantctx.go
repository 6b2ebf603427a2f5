// Package tenantctx carries who asks in contexts.
package tenantctx

import (
	"context"

	"github.com/google/uuid"
)

type (
	tenantKey  struct{}
	requestKey struct{}
	userKey    struct{}
)

// A User is who asks.
type User struct {
	ID       uuid.UUID
	TenantID uuid.UUID
	Locale   string
}

// WithTenant puts a tenant into the context.
func WithTenant(ctx context.Context, id uuid.UUID) context.Context {
	return context.WithValue(ctx, tenantKey{}, id)
}

// Tenant takes it from there.
func Tenant(ctx context.Context) (uuid.UUID, bool) {
	id, ok := ctx.Value(tenantKey{}).(uuid.UUID)
	return id, ok
}

// WithRequestID puts the request's number into the context.
func WithRequestID(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, requestKey{}, id)
}

// WithUser puts a user into the context.
func WithUser(ctx context.Context, u *User) context.Context {
	return context.WithValue(ctx, userKey{}, u)
}

// UserOf takes the user from there.
func UserOf(ctx context.Context) *User {
	u, _ := ctx.Value(userKey{}).(*User)
	return u
}
