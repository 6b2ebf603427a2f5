// Package server is wired in two steps: its constructor, and setters.
package server

import (
	"context"

	"example.com/hooked/pools"
)

type Server struct {
	name  string
	store *pools.Store
}

func New(name string) *Server { return &Server{name: name} }

func (s *Server) WithStore(store *pools.Store) *Server {
	s.store = store
	return s
}

func (s *Server) Serve(ctx context.Context) error {
	_, err := s.store.Names(ctx)
	return err
}
