// Package market knows which market a request is for.
package market

import (
	"context"
	"net/http"
)

type key struct{}

// User is who sends a request.
type User struct {
	Market int64
	Staff  bool
}

type userKey struct{}

// Verify reads a token.
type Verify func(token string) (*User, error)

// Authenticated lets those through who have a token.
func (v Verify) Authenticated(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user, err := v(r.Header.Get("Authorization"))
		if err != nil {
			http.Error(w, "who are you?", http.StatusUnauthorized)
			return
		}
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), userKey{}, user)))
	})
}

// Scoped names the market of the user.
func Scoped(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user := Of(r.Context())
		if user == nil || user.Market == 0 {
			http.Error(w, "not yours", http.StatusForbidden)
			return
		}
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), key{}, user.Market)))
	})
}

// Staff lets the administration's people through, Role those with a role.
func Staff(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if user := Of(r.Context()); user == nil || !user.Staff {
			http.Error(w, "not yours", http.StatusForbidden)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// Role is middleware that asks for a role.
func Role(name string) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if user := Of(r.Context()); user == nil || name == "staff" && !user.Staff {
				http.Error(w, "not yours", http.StatusForbidden)
				return
			}
			next.ServeHTTP(w, r)
		})
	}
}

// Logged says who asks for what.
func Logged(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Path", r.URL.Path)
		next.ServeHTTP(w, r)
	})
}

// ID is the market of a request.
func ID(ctx context.Context) int64 {
	id, _ := ctx.Value(key{}).(int64)
	return id
}

// Of is the user of a request.
func Of(ctx context.Context) *User {
	user, _ := ctx.Value(userKey{}).(*User)
	return user
}
