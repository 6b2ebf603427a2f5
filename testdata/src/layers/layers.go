// Package layers is a program in layers, each of which knows an interface of the
// next.
package layers

import (
	"net/http"

	"gorm.io/driver/postgres"
	"gorm.io/gorm"

	"example.com/corpus/layers/web"
)

// Bad: the root handle goes through all of them to a query.
func Serve(mux *http.ServeMux, dsn string) error {
	db, err := gorm.Open(postgres.Open(dsn))
	if err != nil {
		return err
	}
	mux.HandleFunc("GET /orders", web.New(db).Count) // want `SELECT on orders runs on the pool`
	return nil
}
