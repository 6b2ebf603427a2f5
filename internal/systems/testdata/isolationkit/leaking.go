//go:build leaking

package main

import (
	"database/sql"
	"encoding/json"
	"net/http"

	"example.com/isolationkit/internal/audit"
	"example.com/isolationkit/internal/gdpr"
)

func mount(mux *http.ServeMux, db *sql.DB) {
	desk := gdpr.New(db, audit.New(db))
	mux.HandleFunc("GET /people/{id}", func(w http.ResponseWriter, r *http.Request) {
		got, _ := desk.Export(r.Context(), claim(r), r.PathValue("id"), r.URL.Query()["table"])
		_ = json.NewEncoder(w).Encode(got)
	})
	mux.HandleFunc("DELETE /people/{id}", func(w http.ResponseWriter, r *http.Request) {
		_ = desk.Delete(r.Context(), claim(r), r.PathValue("id"))
	})
}
