// Package web answers requests, in turn through an interface.
package web

import (
	"net/http"

	"example.com/corpus/wired/port"
)

// A Server answers.
type Server struct{ Orders port.Counter }

// List answers with the number of orders.
func (s *Server) List(w http.ResponseWriter, r *http.Request) {
	if _, err := s.Orders.Total(r.Context()); err != nil {
		http.Error(w, "no", http.StatusInternalServerError)
	}
}
