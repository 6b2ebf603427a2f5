// Package middleware knows nothing of the database: what it puts into contexts
// becomes the tenant elsewhere.
package middleware

import (
	"net/http"

	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"example.com/requests/tenantctx"
)

// Header lets the header decide: whether that is bad depends on who reads it,
// which the package that mounts it knows.
func Header(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id, err := uuid.Parse(r.Header.Get("X-Tenant-ID"))
		if err != nil {
			http.Error(w, "no tenant", http.StatusBadRequest)
			return
		}
		ctx := tenantctx.WithTenant(r.Context(), id)
		ctx = tenantctx.WithRequestID(ctx, r.Header.Get("X-Request-ID"))
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// Locale takes another field of what carries the tenant from the request.
func Locale(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user := tenantctx.UserOf(r.Context())
		if user == nil {
			http.Error(w, "who are you", http.StatusUnauthorized)
			return
		}
		ctx := tenantctx.WithUser(r.Context(), &tenantctx.User{ID: user.ID, TenantID: user.TenantID, Locale: r.Header.Get("Accept-Language")})
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// Checked lets the header choose among the tenants of the user.
func Checked(memberships func(user uuid.UUID) []uuid.UUID) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			id, err := uuid.Parse(r.Header.Get("X-Tenant-ID"))
			user := tenantctx.UserOf(r.Context())
			if err != nil || user == nil {
				http.Error(w, "no tenant", http.StatusBadRequest)
				return
			}
			found := false
			for _, m := range memberships(user.ID) {
				if m == id {
					found = true
					break
				}
			}
			if !found {
				http.Error(w, "not yours", http.StatusForbidden)
				return
			}
			next.ServeHTTP(w, r.WithContext(tenantctx.WithTenant(r.Context(), id)))
		})
	}
}

// UserHeader trusts a header for the whole user.
func UserHeader(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user := &tenantctx.User{TenantID: uuid.MustParse(r.Header.Get("X-User-Tenant"))}
		next.ServeHTTP(w, r.WithContext(tenantctx.WithUser(r.Context(), user)))
	})
}

// Member lets those through who belong to the tenant of the path.
func Member(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user := tenantctx.UserOf(r.Context())
		if user == nil || chi.URLParam(r, "tenant") != user.TenantID.String() {
			http.Error(w, "not yours", http.StatusForbidden)
			return
		}
		next.ServeHTTP(w, r)
	})
}
