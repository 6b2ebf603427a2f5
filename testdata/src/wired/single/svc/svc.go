// Package svc has a service with the very methods of what it works with.
package svc

import (
	"context"

	"example.com/corpus/wired/single/port"
)

// A Service clears orders.
type Service struct{ orders port.Orders }

// New returns a service.
func New(orders port.Orders) *Service { return &Service{orders} }

// Clear does.
func (s *Service) Clear(ctx context.Context) error { return s.orders.Clear(ctx) }
