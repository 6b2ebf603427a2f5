// Package texts holds the shapes in which programs keep and build their SQL.
// Each statement runs on the pool, so that a finding shows that its text was
// understood.
package texts

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

type Store struct {
	pool *pgxpool.Pool
	q    statements
	keep string
}

// statements are only ever assigned constants.
type statements struct {
	get, list string
}

func New(pool *pgxpool.Pool) *Store {
	return &Store{pool: pool, q: statements{get: "SELECT * FROM orders WHERE id = $1", list: "SELECT * FROM customers"}}
}

// Keep stores whatever it is given.
func (s *Store) Keep(text string) { s.keep = text }

func (s *Store) Fields(ctx context.Context) {
	s.pool.Exec(ctx, s.q.get)  // want `SELECT on orders runs on the pool`
	s.pool.Exec(ctx, s.q.list) // want `SELECT on customers runs on the pool`
	s.pool.Exec(ctx, s.keep)   // not known: anything
}

func (s *Store) Functions(ctx context.Context, name string, n int, ids []uuid.UUID) {
	s.pool.Exec(ctx, strings.Join([]string{"SELECT *", "FROM orders"}, "\n"))                      // want `SELECT on orders`
	s.pool.Exec(ctx, strings.ReplaceAll("DELETE FROM {table}", "{table}", "orders"))               // want `DELETE on orders`
	s.pool.Exec(ctx, strings.Replace("DELETE FROM ?? WHERE id = ?", "??", "customers", 1), ids[0]) // want `DELETE on customers`
	s.pool.Exec(ctx, strings.TrimSuffix("SELECT * FROM orders,", ","))                             // want `SELECT on orders`
	s.pool.Exec(ctx, strings.ToLower("SELECT * FROM Orders"))                                      // want `SELECT on orders`
	s.pool.Exec(ctx, fmt.Sprint("SELECT * FROM orders LIMIT ", n))                                 // want `SELECT on orders`
	s.pool.Exec(ctx, fmt.Sprintln("SELECT *", "FROM orders"))                                      // want `SELECT on orders`
	s.pool.Exec(ctx, string(fmt.Appendf(nil, "SELECT * FROM %s", "orders")))                       // want `SELECT on orders`
	s.pool.Exec(ctx, strings.NewReplacer("$T", "orders").Replace("DELETE FROM $T"))                // want `DELETE on orders`
	s.pool.Exec(ctx, "SELECT * FROM orders WHERE id IN (?"+strings.Repeat(",?", len(ids)-1)+")")   // want `SELECT on orders`
	s.pool.Exec(ctx, strings.Map(func(r rune) rune { return r }, name))                            // not known
}

func (s *Store) Lists(ctx context.Context, ids []string, email string, args ...any) {
	conds := []string{"total > 0"}
	conds = append(conds, "id IS NOT NULL")
	if email != "" {
		conds = append(conds, "customer = $1")
	}
	s.pool.Exec(ctx, "SELECT * FROM orders WHERE "+strings.Join(conds, " AND ")) // want `SELECT on orders`

	places := make([]string, len(ids))
	for i := range ids {
		places[i] = fmt.Sprintf("$%d", i+1)
	}
	s.pool.Exec(ctx, "DELETE FROM orders WHERE id IN ("+strings.Join(places, ", ")+")") // want `DELETE on orders`

	var rows []string
	for i := range ids {
		rows = append(rows, fmt.Sprintf("($%d, $%d)", 2*i+1, 2*i+2))
	}
	s.pool.Exec(ctx, "INSERT INTO orders (id, total) VALUES "+strings.Join(rows, ",")) // want `INSERT on orders`

	s.pool.Exec(ctx, fmt.Sprintf("SELECT * FROM orders WHERE id = '%s'", args...)) // want `SELECT on orders`
}

func (s *Store) Builders(ctx context.Context, ids []string, email string) {
	var b strings.Builder
	b.Grow(100)
	b.WriteString("SELECT * FROM orders")
	if email != "" {
		b.WriteString(" WHERE email = $1")
	} else {
		fmt.Fprintf(&b, " WHERE email = $%d", 1)
	}
	for i := range ids {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(" $1")
	}
	b.WriteString(" LIMIT 1")
	s.pool.Exec(ctx, b.String()) // want `SELECT on orders`

	b.Reset()
	b.WriteString("DELETE FROM customers")
	s.pool.Exec(ctx, b.String()) // want `DELETE on customers`

	buf := bytes.NewBufferString("UPDATE orders SET total = 0")
	where(buf, "id = $1")
	s.pool.Exec(ctx, buf.String(), ids[0]) // want `UPDATE on orders`

	var c bytes.Buffer
	add := func(text string) { c.WriteString(text) }
	add("SELECT * ")
	add("FROM orders")
	s.pool.Exec(ctx, c.String()) // want `SELECT on orders`
}

// where writes to what it is given.
func where(b *bytes.Buffer, cond string) {
	b.WriteString(" WHERE ")
	b.WriteString(cond)
}

// Loops add parts that repeat.
func (s *Store) Loops(ctx context.Context, filters map[string]string) {
	query := "SELECT * FROM orders WHERE true"
	for column := range filters {
		query += " AND " + column + " IS NULL"
	}
	query += " ORDER BY id"
	s.pool.Exec(ctx, query) // want `SELECT on orders`
}

var byName = map[string]string{
	"orders":    "SELECT * FROM orders",
	"countries": "SELECT * FROM countries",
}

var cleanup = []string{
	"DELETE FROM orders",
	"DELETE FROM countries",
}

// A text that is one of several.
func (s *Store) Choices(ctx context.Context, name string, tx pgx.Tx) {
	s.pool.Exec(ctx, byName[name])        // want `SELECT on orders`
	s.pool.Exec(ctx, byName["orders"])    // want `SELECT on orders`
	s.pool.Exec(ctx, byName["countries"]) // nobody's rows
	for _, text := range cleanup {
		s.pool.Exec(ctx, text) // want `DELETE on orders`
	}
	for _, text := range []string{"SELECT 1", "UPDATE orders SET total = 0"} {
		s.pool.Exec(ctx, text) // want `UPDATE on orders`
	}
	for _, table := range [...]string{"countries", "customers"} {
		s.pool.Exec(ctx, "DELETE FROM "+table) // want `DELETE on customers`
	}
	for _, t := range []struct{ name, text string }{{"a", "DELETE FROM customers"}, {"b", "SELECT 1"}} {
		s.pool.Exec(ctx, t.text) // want `DELETE on customers`
	}
	var text string
	switch name {
	case "a":
		text = "SELECT * FROM countries"
	default:
		text = "SELECT * FROM orders"
	}
	s.pool.Exec(ctx, text) // want `SELECT on orders`
}

// The statements of a list are sent one after the other: one of them may be
// the one that sets the context.
func (s *Store) Setup(ctx context.Context, tx pgx.Tx, id uuid.UUID) error {
	for _, text := range []string{"SET LOCAL statement_timeout = 100", fmt.Sprintf("SET LOCAL app.tenant_id = '%s'", id)} {
		if _, err := tx.Exec(ctx, text); err != nil {
			return err
		}
	}
	_, err := tx.Exec(ctx, "DELETE FROM orders")
	return err
}

// Allow-lists: the value is one of the program's own.
func (s *Store) Sorted(ctx context.Context, table, order string) error {
	switch table {
	case "orders", "customers":
	default:
		return errors.New("no such table")
	}
	s.pool.Exec(ctx, "DELETE FROM "+table) // want `DELETE on (orders|customers)`
	if !slices.Contains([]string{"orders", "countries"}, order) {
		order = "countries"
	}
	s.pool.Exec(ctx, fmt.Sprintf("TRUNCATE %s", order))            // want `orders`
	s.pool.Exec(ctx, fmt.Sprintf("SELECT * FROM %s", name(order))) // want `SELECT on customers`
	return nil
}

func name(kind string) string {
	if kind == "c" {
		return "customers"
	}
	return "countries"
}

// Values that can't be syntax.
func (s *Store) Inert(ctx context.Context, id uuid.UUID, at time.Time) {
	s.pool.Exec(ctx, "SELECT * FROM orders WHERE at > '"+at.Format(time.RFC3339)+"' AND id = '"+id.String()+"'") // want `SELECT on orders`
}

// Literals that return or take text.
func (s *Store) Literals(ctx context.Context) {
	text := func(table string) string { return "SELECT * FROM " + table }
	s.pool.Exec(ctx, text("orders"))    // want `SELECT on orders`
	s.pool.Exec(ctx, text("countries")) // nobody's rows

	run := func(sql string) { s.pool.Exec(ctx, sql) } // want `DELETE on orders`
	run("DELETE FROM orders")
	run("DELETE FROM countries")

	query := "SELECT * FROM orders"
	if s.keep != "" {
		query += " LIMIT 1"
	}
	func() { s.pool.Exec(ctx, query) }() // want `SELECT on orders`
}

// A helper with a part from its callers keeps what it knows.
func (s *Store) list(ctx context.Context, where string) {
	s.pool.Exec(ctx, "SELECT * FROM orders WHERE "+where) // want `SELECT on orders`
}

// One that knows no table is judged where it is called.
func (s *Store) count(ctx context.Context, table string) {
	s.pool.Exec(ctx, "SELECT count(*) FROM "+table)
}

func (s *Store) Counts(ctx context.Context) {
	s.list(ctx, "id = $1")
	s.count(ctx, "orders") // want `SELECT on orders`
	s.count(ctx, "countries")
}
