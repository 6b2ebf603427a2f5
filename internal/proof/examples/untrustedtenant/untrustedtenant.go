// Package untrustedtenant holds the examples of the rule untrustedtenant: HTTP
// handlers that are asked by a user of tenant A, whose token says so.
package untrustedtenant

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/jackc/pgx/v5/pgxpool"
)

// BadHeader knows who asks, and lets the header decide.
func BadHeader(ctx context.Context, pool *pgxpool.Pool, tenant string) ([]string, error) {
	return ask(ctx, tenant, func(w http.ResponseWriter, r *http.Request) {
		if _, err := verify(r); err != nil {
			http.Error(w, err.Error(), http.StatusUnauthorized)
			return
		}
		answer(w, r, pool, r.Header.Get("X-Tenant-ID"))
	})
}

// BadQuery makes sure that there is such a tenant, which there is.
func BadQuery(ctx context.Context, pool *pgxpool.Pool, tenant string) ([]string, error) {
	return ask(ctx, tenant, func(w http.ResponseWriter, r *http.Request) {
		asked := r.URL.Query().Get("tenant")
		var one int
		if err := pool.QueryRow(r.Context(), "SELECT 1 FROM tenants WHERE id = $1", asked).Scan(&one); err != nil {
			http.Error(w, err.Error(), http.StatusNotFound)
			return
		}
		answer(w, r, pool, asked)
	})
}

// BadBody takes it from the document that is sent.
func BadBody(ctx context.Context, pool *pgxpool.Pool, tenant string) ([]string, error) {
	return ask(ctx, tenant, func(w http.ResponseWriter, r *http.Request) {
		var order struct {
			Tenant string `json:"tenant"`
		}
		if err := json.NewDecoder(r.Body).Decode(&order); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		answer(w, r, pool, order.Tenant)
	})
}

// BadUnverified reads the token, but not its signature.
func BadUnverified(ctx context.Context, pool *pgxpool.Pool, tenant string) ([]string, error) {
	return ask(ctx, tenant, func(w http.ResponseWriter, r *http.Request) {
		c, err := parse(r.Header.Get("X-Token"))
		if err != nil {
			http.Error(w, err.Error(), http.StatusUnauthorized)
			return
		}
		answer(w, r, pool, c.Tenant)
	})
}

// BadContext puts the header where the handler takes the tenant from.
func BadContext(ctx context.Context, pool *pgxpool.Pool, tenant string) ([]string, error) {
	return ask(ctx, tenant, func(w http.ResponseWriter, r *http.Request) {
		fromContext(pool)(w, r.WithContext(withTenant(r.Context(), r.Header.Get("X-Tenant-ID"))))
	})
}

// FixedClaims takes the tenant from the token.
func FixedClaims(ctx context.Context, pool *pgxpool.Pool, tenant string) ([]string, error) {
	return ask(ctx, tenant, func(w http.ResponseWriter, r *http.Request) {
		c, err := verify(r)
		if err != nil {
			http.Error(w, err.Error(), http.StatusUnauthorized)
			return
		}
		answer(w, r, pool, c.Tenant)
	})
}

// FixedCompared lets the header say which tenant is meant, and refuses all but
// the token's.
func FixedCompared(ctx context.Context, pool *pgxpool.Pool, tenant string) ([]string, error) {
	return ask(ctx, tenant, func(w http.ResponseWriter, r *http.Request) {
		c, err := verify(r)
		asked := r.Header.Get("X-Tenant-ID")
		if err != nil || asked != c.Tenant {
			http.Error(w, "not yours", http.StatusForbidden)
			return
		}
		answer(w, r, pool, asked)
	})
}

// FixedMember looks up whether the token's user belongs to the tenant.
func FixedMember(ctx context.Context, pool *pgxpool.Pool, tenant string) ([]string, error) {
	return ask(ctx, tenant, func(w http.ResponseWriter, r *http.Request) {
		c, err := verify(r)
		if err != nil {
			http.Error(w, err.Error(), http.StatusUnauthorized)
			return
		}
		asked := r.URL.Query().Get("tenant")
		var one int
		err = pool.QueryRow(r.Context(), "SELECT 1 FROM members WHERE tenant_id = $1 AND email = $2", asked, c.Email).Scan(&one)
		if err != nil {
			http.Error(w, err.Error(), http.StatusNotFound)
			return
		}
		answer(w, r, pool, asked)
	})
}

// FixedContext puts what was verified there.
func FixedContext(ctx context.Context, pool *pgxpool.Pool, tenant string) ([]string, error) {
	return ask(ctx, tenant, func(w http.ResponseWriter, r *http.Request) {
		c, err := verify(r)
		if err != nil {
			http.Error(w, err.Error(), http.StatusUnauthorized)
			return
		}
		fromContext(pool)(w, r.WithContext(withTenant(r.Context(), c.Tenant)))
	})
}
