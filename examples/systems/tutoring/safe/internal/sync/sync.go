// Package sync answers the teachers' programs.
package sync

import (
	"context"
	"fmt"
	"net/http"

	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/tutoring/internal/students"
)

// Handler says how many students a centre has.
func Handler(pool *pgxpool.Pool) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		claims, ok := r.Context().Value(claimsKey{}).(string)
		if !ok {
			http.Error(w, "sign in again", http.StatusUnauthorized)
			return
		}
		n, err := students.Count(r.Context(), pool, claims)
		if err != nil {
			http.Error(w, "sorry", http.StatusInternalServerError)
			return
		}
		fmt.Fprintln(w, n)
	}
}

type claimsKey struct{}

// Verified returns a context with the claims of a token that was verified.
func Verified(ctx context.Context, claims string) context.Context {
	return context.WithValue(ctx, claimsKey{}, claims)
}
