// Package orders works on what its contexts carry.
package orders

import (
	"context"
	"errors"
	"net/http"

	"example.com/barecontext/db"
)

type Orders struct{ store *db.Store }

func New(store *db.Store) *Orders { return &Orders{store} }

// Bad: the transaction of the request has no tenant.
func (o *Orders) Count(ctx context.Context) (n int, err error) {
	err = db.From(ctx).QueryRow(ctx, "SELECT count(*) FROM orders").Scan(&n) // want `SELECT on orders in a transaction where the tenant context is not set`
	return n, err
}

// Bad: neither has it, nor has the pool.
func (o *Orders) Purge(ctx context.Context) error {
	_, err := o.store.Conn(ctx).Exec(ctx, "DELETE FROM orders") // want `DELETE on orders runs on the handle that the context carries as db.txKey, where nobody sets the tenant context`
	return err
}

// Bad in a handler, too.
func (o *Orders) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	tx := db.From(r.Context())
	if tx == nil {
		http.Error(w, "no transaction", http.StatusInternalServerError)
		return
	}
	if _, err := tx.Exec(r.Context(), "DELETE FROM orders WHERE name = $1", db.User(r.Context())); err != nil { // want `DELETE on orders in a transaction where the tenant context is not set`
		http.Error(w, "failed", http.StatusInternalServerError)
	}
}

// Bad: a unit of work begins a transaction, and no more.
func (o *Orders) Rename(ctx context.Context, name string) error {
	return o.store.Within(ctx, func(ctx context.Context) error { return o.rename(ctx, name) })
}

func (o *Orders) rename(ctx context.Context, name string) error {
	tx, ok := db.Work(ctx)
	if !ok {
		return errors.New("no unit of work")
	}
	_, err := tx.Exec(ctx, "UPDATE orders SET name = $1", name) // want `UPDATE on orders in a transaction where the tenant context is not set`
	return err
}

// Fixed: jobs set the tenant before they put the transaction there.
func (o *Orders) Archive(ctx context.Context) error {
	_, err := db.Job(ctx).Exec(ctx, "UPDATE orders SET name = ''")
	return err
}

// Unknown: whether its contexts carry a transaction, or it always begins its own with the
// tenant.
func (o *Orders) Touch(ctx context.Context, tenant string) error {
	tx, done, err := o.store.Scoped(ctx, tenant)
	if err != nil {
		return err
	}
	defer done()
	_, err = tx.Exec(ctx, "UPDATE orders SET name = name")
	return err
}

// Nobody's rows.
func (o *Orders) Ping(ctx context.Context) error {
	_, err := db.From(ctx).Exec(ctx, "SELECT 1")
	return err
}
