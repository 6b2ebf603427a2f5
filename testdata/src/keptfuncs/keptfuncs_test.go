package keptfuncs

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

var pool *pgxpool.Pool

// Silent: tests read what they please, and what they put into a field decides
// nothing about the program.
func TestArchive(t *testing.T) {
	s := &Service{begin: func(ctx context.Context, _ string) (pgx.Tx, error) { return pool.Begin(ctx) }}
	if err := s.Archive(t.Context(), "a"); err != nil {
		t.Fatal(err)
	}
	if _, err := pool.Exec(t.Context(), "DELETE FROM orders"); err != nil {
		t.Fatal(err)
	}
}
