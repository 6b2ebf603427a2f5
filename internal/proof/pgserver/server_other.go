//go:build !unix

package pgserver

import "sync/atomic"

// A Server is a running PostgreSQL server; there is none on this platform.
type Server struct {
	clones atomic.Int64
}

// Start returns ErrNoServer.
func Start() (*Server, error) { return nil, ErrNoServer }

// Stop does nothing.
func (s *Server) Stop() error { return nil }

// URL returns "".
func (s *Server) URL(user, database string) string { return "" }
