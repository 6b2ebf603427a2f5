// Package svc works with what it is given: it sees neither a database nor what is
// behind the interface.
package svc

import (
	"context"

	"example.com/corpus/wired/port"
)

// A Service counts orders.
type Service struct{ orders port.Orders }

// New returns a service.
func New(orders port.Orders) *Service { return &Service{orders: orders} }

// Total counts the orders that the repository shows.
func (s *Service) Total(ctx context.Context) (int, error) { return s.orders.Count(ctx) }

// Nightly counts them in a context of its own.
func (s *Service) Nightly() (int, error) { return s.orders.Count(context.Background()) }

// A Cache is a repository that asks another one.
type Cache struct {
	Next port.Orders
	last int
}

// Count remembers what it found.
func (c *Cache) Count(ctx context.Context) (int, error) {
	n, err := c.Next.Count(ctx)
	if err == nil {
		c.last = n
	}
	return n, err
}
