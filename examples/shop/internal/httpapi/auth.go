package httpapi

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"

	"github.com/google/uuid"

	"example.com/shop/internal/tenant"
)

// authenticated resolves the request's API key to its shop and puts the shop
// into the context. The key is looked up before any tenant is known, by a
// function that gives one tenant for one key.
func (s *Server) authenticated(next http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		key, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		if !ok {
			http.Error(w, "unauthorized", http.StatusUnauthorized)
			return
		}
		var id uuid.UUID
		err := s.pool.QueryRow(r.Context(), "SELECT tenant_id FROM resolve_api_key($1)", HashKey(key)).Scan(&id)
		if err != nil {
			http.Error(w, "unauthorized", http.StatusUnauthorized)
			return
		}
		next(w, r.WithContext(tenant.NewContext(r.Context(), id)))
	})
}

// HashKey returns the form in which an API key is stored.
func HashKey(key string) string {
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:])
}
