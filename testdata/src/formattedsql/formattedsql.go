package formattedsql

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/corpus/tenant"
)

// A Filter is what a client asks for.
type Filter struct {
	Note, Sort string
	Status     Status
	Limit      int
}

type Status string

const (
	Open Status = "open"
	Paid Status = "paid"
)

type Repo struct {
	pool  *pgxpool.Pool
	table string
}

// Bad: into a literal.
func (r *Repo) Search(ctx context.Context, id uuid.UUID, term string) error {
	return tenant.With(ctx, r.pool, id, func(ctx context.Context, tx pgx.Tx) error {
		_, err := tx.Query(ctx, "SELECT id FROM orders WHERE note LIKE '%"+term+"%'") // want `a string is formatted into a literal of this SELECT on orders: SQL in it runs as part of the statement and gets past what keeps tenants apart; bind it as a parameter`
		return err
	})
}

// Bad: a field of the request, by Sprintf.
func (r *Repo) Find(ctx context.Context, tx pgx.Tx, f Filter) error {
	_, err := tx.Query(ctx, fmt.Sprintf("SELECT id FROM orders WHERE note = '%s' LIMIT %d", f.Note, f.Limit)) // want `formatted into a literal of this SELECT on orders`
	return err
}

// Bad: what to sort by.
func (r *Repo) Sorted(ctx context.Context, tx pgx.Tx, f *Filter) error {
	_, err := tx.Query(ctx, "SELECT id FROM orders ORDER BY "+f.Sort) // want `a string is formatted into a clause of this SELECT on orders: .*; choose among constants, or quote a name with pgx.Identifier`
	return err
}

// Bad: straight from the URL.
func (r *Repo) Handle(w http.ResponseWriter, req *http.Request) {
	_ = tenant.With(req.Context(), r.pool, uuid.New(), func(ctx context.Context, tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "UPDATE orders SET total = 0 WHERE note = '"+strings.TrimSpace(req.URL.Query().Get("note"))+"'") // want `formatted into a literal of this UPDATE on orders`
		return err
	})
}

// Bad: the wrong escaping for the place.
func (r *Repo) Wrong(ctx context.Context, tx pgx.Tx, column string) error {
	_, err := tx.Query(ctx, `SELECT "`+column+`" FROM orders`) // want `formatted into a name of this SELECT on orders`
	return err
}

// Bad: no tenant table, but the handle carries the tenant's context.
func (r *Repo) Scoped(ctx context.Context, id uuid.UUID, code string) error {
	return tenant.With(ctx, r.pool, id, func(ctx context.Context, tx pgx.Tx) error {
		_, err := tx.Query(ctx, "SELECT name FROM countries WHERE code = '"+code+"'") // want `formatted into a literal of this SELECT: SQL in it`
		return err
	})
}

// Off the tenant's path it is another linter's matter.
func (r *Repo) Country(ctx context.Context, code string) error {
	_, err := r.pool.Query(ctx, "SELECT name FROM countries WHERE code = '"+code+"'")
	return err
}

// Fixed.
func (r *Repo) Bound(ctx context.Context, tx pgx.Tx, term string) error {
	_, err := tx.Query(ctx, "SELECT id FROM orders WHERE note LIKE '%' || $1 || '%'", term)
	return err
}

func (r *Repo) Quoted(ctx context.Context, tx pgx.Tx, column string) error {
	_, err := tx.Query(ctx, "SELECT id FROM orders ORDER BY "+pgx.Identifier{column}.Sanitize())
	return err
}

func (r *Repo) Escaped(ctx context.Context, tx pgx.Tx, term string) error {
	_, err := tx.Query(ctx, "SELECT id FROM orders WHERE note = '"+strings.ReplaceAll(term, "'", "''")+"'")
	return err
}

// Types that can't hold SQL.
func (r *Repo) Typed(ctx context.Context, tx pgx.Tx, id uuid.UUID, n int64, all bool) error {
	_, err := tx.Query(ctx, fmt.Sprintf("SELECT id FROM orders WHERE id = '%s' AND total > %d AND %t", id, n, all))
	return err
}

// Conditions from constant pieces, with generated placeholders.
func (r *Repo) Built(ctx context.Context, tx pgx.Tx, f Filter) error {
	where := []string{"total > 0"}
	var args []any
	if f.Note != "" {
		args = append(args, f.Note)
		where = append(where, fmt.Sprintf("note = $%d", len(args)))
	}
	query := "SELECT id FROM orders WHERE " + strings.Join(where, " AND ")
	_, err := tx.Query(ctx, query+fmt.Sprintf(" LIMIT %d", f.Limit), args...)
	return err
}

// One of the program's own texts.
func (r *Repo) Chosen(ctx context.Context, tx pgx.Tx, f Filter) error {
	column := "id"
	switch f.Sort {
	case "total", "note":
		column = f.Sort
	}
	_, err := tx.Query(ctx, "SELECT id FROM orders ORDER BY "+column)
	return err
}

func (r *Repo) Allowed(ctx context.Context, tx pgx.Tx, f Filter) error {
	allowed := map[string]bool{"id": true, "total": true}
	if !allowed[f.Sort] {
		return fmt.Errorf("can't sort by %q", f.Sort)
	}
	_, err := tx.Query(ctx, "SELECT id FROM orders ORDER BY "+f.Sort)
	return err
}

func (r *Repo) Mapped(ctx context.Context, tx pgx.Tx, f Filter) error {
	columns := map[string]string{"newest": "id", "biggest": "total"}
	_, err := tx.Query(ctx, "SELECT id FROM orders ORDER BY "+columns[f.Sort])
	return err
}

func (r *Repo) Validated(ctx context.Context, tx pgx.Tx, column string) error {
	if err := validColumn(column); err != nil {
		return err
	}
	_, err := tx.Query(ctx, "SELECT id FROM orders ORDER BY "+column)
	return err
}

func validColumn(name string) error {
	if name != "id" {
		return fmt.Errorf("no column %q", name)
	}
	return nil
}

// An enumeration, and a name that the program was set up with.
func (r *Repo) Enum(ctx context.Context, tx pgx.Tx, s Status) error {
	_, err := tx.Query(ctx, "SELECT id FROM orders WHERE note = '"+string(s)+"'")
	return err
}

func (r *Repo) Table(ctx context.Context, id uuid.UUID) error {
	return tenant.With(ctx, r.pool, id, func(ctx context.Context, tx pgx.Tx) error {
		_, err := tx.Query(ctx, "SELECT id FROM "+r.table+" WHERE total > 0")
		return err
	})
}

// A piece of syntax that the callers bring along.
func (r *Repo) list(ctx context.Context, tx pgx.Tx, condition string) error {
	_, err := tx.Query(ctx, "SELECT id FROM orders WHERE total > 0 "+condition)
	return err
}

func (r *Repo) Big(ctx context.Context, tx pgx.Tx) error {
	return r.list(ctx, tx, "AND total > 1000")
}

// Pieces that functions make of the program's own texts.
func sum(column string) string { return "coalesce(sum(o." + column + "), 0)" }

func (r *Repo) Totals(ctx context.Context, tx pgx.Tx) error {
	_, err := tx.Query(ctx, "SELECT "+sum("total")+" FROM orders o")
	return err
}

// A condition that the caller puts together.
func (r *Repo) Count(ctx context.Context, tx pgx.Tx, condition string, args []any) error {
	_, err := tx.Query(ctx, "SELECT count(*) FROM orders WHERE total > 0 AND ("+condition+")", args...)
	return err
}

// Bad: an unexported helper gets what the client sent.
func (r *Repo) byNote(ctx context.Context, tx pgx.Tx, note string) error {
	_, err := tx.Query(ctx, "SELECT id FROM orders WHERE note = '"+note+"'") // want `formatted into a literal of this SELECT on orders`
	return err
}

func (r *Repo) ByNote(ctx context.Context, tx pgx.Tx, f Filter) error {
	return r.byNote(ctx, tx, f.Note)
}

// Bad: each of the names that were passed in, whatever is gathered under them.
func Export(ctx context.Context, tx pgx.Tx, tables []string) (map[string]int, error) {
	counts := map[string][]int{}
	for _, table := range tables {
		var n int
		if err := tx.QueryRow(ctx, fmt.Sprintf("SELECT count(*) FROM %s, orders", table)).Scan(&n); err != nil { // want `formatted into a name of this SELECT on orders`
			return nil, err
		}
		counts[table] = append(counts[table], n)
	}
	return nil, nil
}

// Bad: what the query of a request has under a name.
func ExportAsked(ctx context.Context, tx pgx.Tx, r *http.Request) error {
	for _, table := range r.URL.Query()["table"] {
		if _, err := tx.Exec(ctx, "UPDATE orders SET total = 0 FROM "+table); err != nil { // want `formatted into a name of this UPDATE on orders`
			return err
		}
	}
	return nil
}

// Silent: those that a map knows; of those, what it has.
func ExportKnown(ctx context.Context, tx pgx.Tx, tables []string) error {
	known := map[string]string{"items": "id", "jobs": "id"}
	for _, table := range tables {
		if known[table] == "" {
			continue
		}
		if _, err := tx.Exec(ctx, "DELETE FROM orders USING "+table); err != nil {
			return err
		}
	}
	return nil
}

// Silent: those that the package lists.
func (r *Repo) exportAll(ctx context.Context, tx pgx.Tx, tables []string) error {
	for _, table := range tables {
		if _, err := tx.Exec(ctx, "DELETE FROM orders USING "+table); err != nil {
			return err
		}
	}
	return nil
}

func (r *Repo) ExportAll(ctx context.Context, tx pgx.Tx) error {
	return r.exportAll(ctx, tx, []string{"items", "jobs"})
}
