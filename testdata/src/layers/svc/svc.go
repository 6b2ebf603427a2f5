// Package svc has the methods of the repository that it works with.
package svc

import (
	"context"

	"example.com/corpus/layers/repo"
)

// Orders is what the others know of the service.
type Orders interface {
	Count(ctx context.Context) (int64, error)
}

type orders struct{ repo repo.Orders }

// New returns the service behind its interface.
func New(r repo.Orders) Orders { return &orders{r} }

func (s *orders) Count(ctx context.Context) (int64, error) { return s.repo.Count(ctx) }
