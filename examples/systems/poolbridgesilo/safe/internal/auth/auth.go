// Package auth finds out who sends a request.
package auth

import (
	"crypto/ed25519"
	"errors"
	"net/http"
	"strings"

	"github.com/golang-jwt/jwt/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/poolbridgesilo/internal/tenant"
)

type claims struct {
	jwt.RegisteredClaims
	Model tenant.Model `json:"model"`
}

// Middleware lets through who has a token, signed with the tenant's own key, that names
// the tenant.
func Middleware(tenants *pgxpool.Pool, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		var c claims
		_, err := jwt.ParseWithClaims(token, &c, func(t *jwt.Token) (any, error) {
			id, ok := t.Header["kid"].(string)
			if !ok {
				return nil, errors.New("a token without kid")
			}
			var public []byte
			err := tenants.QueryRow(r.Context(), "select public_key from tenants where id = $1", id).Scan(&public)
			if err != nil {
				return nil, err
			}
			if c.Subject != id {
				return nil, errors.New("a token of another tenant")
			}
			return ed25519.PublicKey(public), nil
		}, jwt.WithValidMethods([]string{"EdDSA"}))
		if err != nil {
			http.Error(w, "sign in", http.StatusUnauthorized)
			return
		}
		ctx := tenant.NewContext(r.Context(), tenant.Tenant{ID: c.Subject, Model: c.Model})
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}
