// Package stage runs correct programs and their mutants on a PostgreSQL server
// and tells what each does to the data of two tenants. It is compiled, together
// with many mutants, into a program of its own.
package stage

import (
	"context"
	"database/sql"

	"github.com/jackc/pgx/v5/pgxpool"
)

// The tenants whose rows are in the table orders: a1 and a2 of A, b1 of B.
const (
	TenantA = "aaaaaaaa-0000-4000-8000-000000000001"
	TenantB = "bbbbbbbb-0000-4000-8000-000000000002"
)

// An Entry is a function of a program. It works for a tenant and returns the names
// of the orders that it saw. Exactly one of Pool and SQL is set.
type Entry struct {
	Name string
	Pool func(ctx context.Context, pool *pgxpool.Pool, tenant string) ([]string, error)
	SQL  func(ctx context.Context, db *sql.DB, tenant string) ([]string, error)
	// Open makes the pool, where the program has hooks of its own.
	Open func(ctx context.Context, config *pgxpool.Config) (*pgxpool.Pool, error)
}

// A Variant is a program, or a mutant of one.
type Variant struct {
	Name    string
	Entries []Entry
}

// A Showing is what one entry of a variant did, as far as it was wrong.
type Showing struct {
	Variant string
	Entry   string
	Leaks   string `json:",omitempty"` // it saw or changed another tenant's rows: how
	Soils   string `json:",omitempty"` // it left a connection with a context: which
	Breaks  string `json:",omitempty"` // it failed or missed its own rows: how
}

// Harms reports whether the server shows what the tool must report.
func (s Showing) Harms() bool { return s.Leaks != "" || s.Soils != "" }
