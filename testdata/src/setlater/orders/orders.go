// Package orders works on what its contexts carry.
package orders

import (
	"context"
	"net/http"

	"example.com/setlater/db"
)

type Orders struct{ store *db.Store }

func New(store *db.Store) *Orders { return &Orders{store} }

// Silent: who the tenant is, a middleware sets that comes later.
func (o *Orders) Count(ctx context.Context) (n int, err error) {
	err = db.From(ctx).QueryRow(ctx, "SELECT count(*) FROM orders").Scan(&n)
	return n, err
}

func (o *Orders) Purge(ctx context.Context) error {
	_, err := o.store.Conn(ctx).Exec(ctx, "DELETE FROM orders")
	return err
}

func (o *Orders) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if _, err := o.Count(r.Context()); err != nil {
		http.Error(w, "failed", http.StatusInternalServerError)
	}
	if err := o.Purge(r.Context()); err != nil {
		http.Error(w, "failed", http.StatusInternalServerError)
	}
}
