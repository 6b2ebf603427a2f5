// Package svc calls through an interface, and sees what is behind it.
package svc

import (
	"context"

	"example.com/hooked/behind"
	"example.com/hooked/behind/dom"
)

// A Service counts orders.
type Service struct{ orders dom.Orders }

// New returns a service.
func New(orders *behind.Orders) *Service { return &Service{orders} }

// Count counts orders.
func (s *Service) Count(ctx context.Context) (int, error) { return s.orders.Count(ctx) }
