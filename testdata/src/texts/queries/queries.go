// Package queries holds SQL texts for other packages; it imports no database.
package queries

import (
	"errors"
	"fmt"
	"strings"
)

// ByID is never assigned again.
var ByID = "SELECT * FROM orders WHERE id = $1"

// Debug is assigned by a function of its package, so that nobody knows it.
var Debug = "SELECT 1"

// SetDebug changes what Debug holds.
func SetDebug(text string) { Debug = text }

// List returns a query over a table of the caller's choice.
func List(table string) string {
	return fmt.Sprintf("SELECT * FROM %s ORDER BY 1", table)
}

// All folds in what List returns.
func All(limit int) string {
	return List("orders") + fmt.Sprintf(" LIMIT %d", limit)
}

// Named returns one of two queries, or an error.
func Named(name string) (string, error) {
	switch name {
	case "orders":
		return "SELECT * FROM orders", nil
	case "customers":
		return "SELECT * FROM customers", nil
	}
	return "", errors.New("no such query")
}

// A Table builds queries over itself.
type Table struct{ Name string }

// Count is a method, with its text in a builder.
func (t Table) Count(where string) string {
	var b strings.Builder
	b.WriteString("SELECT count(*) FROM orders")
	if where != "" {
		b.WriteString(" WHERE ")
		b.WriteString(where)
	}
	return b.String()
}
