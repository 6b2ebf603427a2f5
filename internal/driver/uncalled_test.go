package driver_test

import "testing"

const uncalled = `
-- go.mod --
module example.com/uncalled

go 1.25.0
-- migrations/1.sql --
CREATE TABLE orders (id int PRIMARY KEY, tenant_id int NOT NULL);
CREATE INDEX ON orders (tenant_id);
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
ALTER TABLE orders FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON orders USING (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::int);
-- store/store.go --
package store

import (
	"context"
	"database/sql"
	"fmt"
	"net/http"
)

type Q struct{ tx *sql.Tx }

func New(tx *sql.Tx) *Q { return &Q{tx} }

// Used is called with the tenant's context.
func (q *Q) Used(ctx context.Context) error {
	_, err := q.tx.ExecContext(ctx, "DELETE FROM orders")
	return err
}

// Unused is called by nothing.
func (q *Q) Unused(ctx context.Context) error {
	_, err := q.tx.ExecContext(ctx, "DELETE FROM orders")
	return err
}

// Tested is called by a test.
func (q *Q) Tested(ctx context.Context) error {
	_, err := q.tx.ExecContext(ctx, "DELETE FROM orders")
	return err
}

// Behind is called on what nobody knows.
func (q *Q) Behind(ctx context.Context) error {
	_, err := q.tx.ExecContext(ctx, "DELETE FROM orders")
	return err
}

var _ http.Handler = (*Q)(nil)

// ServeHTTP may be called by the library.
func (q *Q) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_, err := q.tx.ExecContext(r.Context(), "DELETE FROM orders")
	fmt.Fprint(w, err)
}

func unused(ctx context.Context, tx *sql.Tx) error {
	_, err := tx.ExecContext(ctx, "DELETE FROM orders")
	return err
}
-- store/store_test.go --
package store

import (
	"context"
	"testing"
)

func TestTested(t *testing.T) { _ = (&Q{}).Tested(context.Background()) }
-- tests/all_test.go --
package tests_test

import "testing"

func TestAll(t *testing.T) {}
-- main.go --
package main

import (
	"context"
	"database/sql"
	"os"

	"example.com/uncalled/store"
)

type behind interface{ Behind(ctx context.Context) error }

var plugins = map[string]behind{}

func work(ctx context.Context, db *sql.DB) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(ctx, "SELECT set_config('app.tenant_id', $1, true)", os.Args[1]); err != nil {
		return err
	}
	if err := store.New(tx).Used(ctx); err != nil {
		return err
	}
	if err := plugins[os.Args[2]].Behind(ctx); err != nil {
		return err
	}
	return tx.Commit()
}

func main() {
	db, err := sql.Open("pgx", os.Getenv("DSN"))
	if err == nil {
		err = work(context.Background(), db)
	}
	if err != nil {
		os.Exit(1)
	}
}
`

// Queries in functions that nothing in the whole program refers to are told apart from
// those of which nobody knows the caller.
func TestUncalled(t *testing.T) {
	dir := program(t, uncalled)
	_, r := check(t, dir)
	sites := r.Totals.Sites
	// Behind is, and ServeHTTP may be; Unused, Tested and unused are not.
	if sites.Safe != 1 || sites.Unknown != 2 || sites.Causes["caller"] != 1 || sites.Uncalled != 3 {
		t.Errorf("the program: %v", sites)
	}
	// Others may call what is asked about by itself.
	_, r = check(t, dir, "./store")
	if sites := r.Totals.Sites; sites.Uncalled != 0 || sites.Causes["caller"] != 6 {
		t.Errorf("one package: %v", sites)
	}
}
