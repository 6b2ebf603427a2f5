// Package proof shows on a real server that every rule is right: the rule's bad
// examples read or change another tenant's rows, break, or leave the connection
// with a tenant's context; the fixed ones do nothing of that. The examples are
// in examples/<rule>, in functions named Bad.. and Fixed..; they are compiled,
// executed here, and judged by tenantvet itself.
package proof

import (
	"context"
	"database/sql"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// A Proof is one way in which a rule is broken, and how it is mended.
type Proof struct {
	Rule   string
	Form   string // one word that tells it from the rule's other proofs
	Bad    Program
	Fixed  Program
	Expect Symptom // what Bad must show
	// Error is a part of the error with which Bad breaks. Without it, breaking
	// means that the tenant's own rows are missing and nobody is told.
	Error string

	Login      string // of the pool; "" is app, which is unprivileged
	FixedLogin string // where another login is part of the remedy; "" is Login
	Conns      int    // of the pool; 0 is 1, so that the next borrower gets the same connection
	// Soiled: an earlier borrower has left tenant B's context on the connection.
	Soiled bool
	// NoFix says why the tool offers no fix, where its rule has one.
	NoFix string
	// Hostile makes the value that a caller sends instead of A's id, to see B's
	// rows. Fixed is then run with both: it may refuse the hostile one.
	Hostile func(a, b string) string
}

// A Program works for a tenant and returns the names of the rows that it saw.
// Exactly one field is set.
type Program struct {
	Pool  func(ctx context.Context, pool *pgxpool.Pool, tenant string) ([]string, error)
	SQL   func(ctx context.Context, db *sql.DB, tenant string) ([]string, error) // run with pgx's driver and with lib/pq
	Login func() (*pgx.ConnConfig, error)                                        // names a login; run on a connection of that login
}

// A Symptom is what is wrong with a program.
type Symptom string

const (
	Reads  Symptom = "reads the other tenant's rows"
	Writes Symptom = "changes the other tenant's rows"
	Breaks Symptom = "fails, or misses the tenant's own rows"
	Soils  Symptom = "leaves the connection with a context"
)

// An Exempt rule is one that no server can show.
type Exempt struct {
	Rule, Reason string
}
