//go:build safe

package main

import (
	"database/sql"
	"encoding/json"
	"net/http"

	"example.com/isolationkit/internal/gdpr"
)

func mount(mux *http.ServeMux, _ *sql.DB) {
	mux.HandleFunc("GET /people/{id}", func(w http.ResponseWriter, r *http.Request) {
		got, _ := gdpr.Export(r.Context(), r.PathValue("id"))
		_ = json.NewEncoder(w).Encode(got)
	})
	mux.HandleFunc("DELETE /people/{id}", func(w http.ResponseWriter, r *http.Request) {
		works(true, "A deletes ann's rows", gdpr.Delete(r.Context(), r.PathValue("id")))
	})
}
