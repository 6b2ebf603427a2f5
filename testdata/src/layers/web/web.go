// Package web answers requests.
package web

import (
	"net/http"

	"gorm.io/gorm"

	"example.com/corpus/layers/repo"
	"example.com/corpus/layers/svc"
)

// A Handler counts orders.
type Handler struct{ orders svc.Orders }

// New puts the layers together.
func New(db *gorm.DB) *Handler { return &Handler{svc.New(repo.New(db))} }

// Count is mounted by the program.
func (h *Handler) Count(w http.ResponseWriter, r *http.Request) {
	if _, err := h.orders.Count(r.Context()); err != nil {
		http.Error(w, "no", http.StatusInternalServerError)
	}
}
