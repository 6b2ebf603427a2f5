// Package sync answers the teachers' programs.
package sync

import (
	"fmt"
	"net/http"

	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/tutoring/internal/students"
)

// Handler says how many students a centre has.
func Handler(pool *pgxpool.Pool) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		n, err := students.Count(r.Context(), pool, r.URL.Query().Get("tenant"))
		if err != nil {
			http.Error(w, "sorry", http.StatusInternalServerError)
			return
		}
		fmt.Fprintln(w, n)
	}
}
