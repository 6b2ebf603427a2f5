// Package squirrel builds its statements with github.com/Masterminds/squirrel.
// A "sql:" comment is what the call in the line below sends.
package squirrel

import (
	"context"
	"database/sql"
	"fmt"

	sq "github.com/Masterminds/squirrel"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

var psql = sq.StatementBuilder.PlaceholderFormat(sq.Dollar)

type Store struct {
	pool *pgxpool.Pool
	db   *sql.DB
	psql sq.StatementBuilderType
}

// Bad: a statement that is built leaks as well as one that is written.
func (s *Store) List(ctx context.Context, tenant string) error {
	query, args, err := sq.Select("id").From("orders").Where(sq.Eq{"tenant_id": tenant}).ToSql()
	if err != nil {
		return err
	}
	// sql: SELECT id FROM orders WHERE tenant_id = ?
	_, err = s.pool.Query(ctx, query, args...) // want `SELECT on orders runs on the pool`
	return err
}

// Bad: the runner is the pool.
func (s *Store) Run(ctx context.Context, id, tenant string) error {
	// sql: UPDATE orders SET total = ?, tenant_id = ? WHERE id = ? AND tenant_id = ? RETURNING id
	_, err := psql.Update("orders").Set("total", 1).Set("tenant_id", tenant).Where("id = ?", id).Where(sq.Eq{"tenant_id": tenant}).Suffix("RETURNING id").RunWith(s.db).ExecContext(ctx) // want `UPDATE on orders runs on the pool`
	return err
}

// Bad: no context in the transaction.
func (s *Store) Remove(ctx context.Context, id string) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	// sql: DELETE FROM orders WHERE id = ? AND total IN (?)
	if _, err := sq.Delete("orders").Where(sq.Eq{"id": id, "total": []int{1, 2}}).RunWith(tx).Exec(); err != nil { // want `DELETE on orders in a transaction where the tenant context is not set`
		return err
	}
	return tx.Commit()
}

// Bad: the context is formatted into a builder's text.
func SetFormatted(ctx context.Context, tx pgx.Tx, tenant string) error {
	query, args, err := psql.Select(fmt.Sprintf("set_config('app.tenant_id', '%s', true)", tenant)).ToSql() // want `tenant context app.tenant_id is built by formatting`
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, query, args...)
	return err
}

// Fixed: the runner is a transaction in which the context is set.
func (s *Store) Scoped(ctx context.Context, id, tenant string) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	// sql: SELECT set_config('app.tenant_id', ?, true)
	if _, err := psql.Select().Column("set_config('app.tenant_id', ?, true)", tenant).RunWith(tx).ExecContext(ctx); err != nil {
		return err
	}
	run := psql.RunWith(tx)
	// sql: INSERT INTO orders (id, tenant_id, total) VALUES (?, ?, now()) ON CONFLICT DO NOTHING
	if _, err := run.Insert("orders").Columns("id", "tenant_id", "total").Values(id, tenant, sq.Expr("now()")).Suffix("ON CONFLICT DO NOTHING").ExecContext(ctx); err != nil {
		return err
	}
	var n int
	// sql: SELECT count(*) FROM orders o LEFT JOIN customers c ON c.id = o.customer_id AND c.tenant_id = ? WHERE (o.total > ? OR o.total IS NULL) AND o.id <> ? GROUP BY o.total HAVING count(*) > 1 ORDER BY o.total LIMIT ? OFFSET ?
	if err := run.Select("count(*)").From("orders o").LeftJoin("customers c ON c.id = o.customer_id AND c.tenant_id = ?", tenant).
		Where(sq.Or{sq.Gt{"o.total": 1}, sq.Eq{"o.total": nil}}).Where(sq.NotEq{"o.id": id}).
		GroupBy("o.total").Having("count(*) > 1").OrderBy("o.total").Limit(10).Offset(20).
		QueryRowContext(ctx).Scan(&n); err != nil {
		return err
	}
	return tx.Commit()
}

// A condition that only some paths add leaves the others as they are.
func (s *Store) Search(ctx context.Context, tenant, name string, totals []int) error {
	q := psql.Select("id", "total").From("orders").Where(sq.Eq{"tenant_id": tenant})
	if name != "" {
		q = q.Where(sq.Like{"name": name})
	}
	for _, t := range totals {
		q = q.Where("total <> ?", t)
	}
	query, args, err := q.OrderBy("id").ToSql()
	if err != nil {
		return err
	}
	// sql: SELECT id, total FROM orders WHERE tenant_id = ? AND ⟨…⟩ ORDER BY id
	_, err = s.pool.Query(ctx, query, args...) // want `SELECT on orders runs on the pool`
	return err
}

// The statement is decided in a branch.
func (s *Store) Either(ctx context.Context, archived bool) error {
	q := sq.Select("id").From("countries")
	if archived {
		q = sq.Select("id").From("tenants")
	}
	// sql: SELECT id FROM countries | SELECT id FROM tenants
	_, err := q.RunWith(s.db).QueryContext(ctx)
	return err
}

// Helpers of the package are read with the arguments of the call.
func base(tbl, tenant string) sq.SelectBuilder {
	return psql.Select("*").From(tbl).Where(sq.Eq{tbl + ".tenant_id": tenant})
}

func paged(q sq.SelectBuilder, n uint64) sq.SelectBuilder { return q.Limit(n) }

func (s *Store) Helped(ctx context.Context, tenant string) error {
	query, args := paged(base("orders", tenant), 3).MustSql()
	// sql: SELECT * FROM orders WHERE ⟨…⟩.tenant_id = ? LIMIT ?
	_, err := s.pool.Query(ctx, query, args...) // want `SELECT on orders runs on the pool`
	return err
}

// Statements within statements.
func (s *Store) Nested(ctx context.Context, tenant string) error {
	mine := sq.Select("id").From("customers").Where(sq.Eq{"tenant_id": tenant})
	query, args, err := sq.Select("x.id").FromSelect(sq.Select("id").From("orders").Where(sq.Eq{"customer_id": mine}), "x").
		Where(sq.Expr("EXISTS (?)", mine)).Prefix("WITH w AS (SELECT 1)").ToSql()
	if err != nil {
		return err
	}
	// sql: WITH w AS (SELECT 1) SELECT x.id FROM (SELECT id FROM orders WHERE customer_id IN (SELECT id FROM customers WHERE tenant_id = ?)) AS x WHERE EXISTS (SELECT id FROM customers WHERE tenant_id = ?)
	_, err = s.pool.Query(ctx, query, args...) // want `SELECT on orders runs on the pool`
	return err
}

// Maps and lists that the program fills.
func (s *Store) Filled(ctx context.Context, id, name string, filter map[string]any, vals []any) error {
	set := map[string]any{"total": 1}
	if name != "" {
		set["name"] = name
	}
	conds := sq.And{sq.Eq{"tenant_id": id}}
	if name != "" {
		conds = append(conds, sq.Eq{"name": name})
	}
	// sql: UPDATE orders SET total = ?, ⟨…⟩ WHERE (tenant_id = ? AND ⟨…⟩)
	if _, err := s.psql.Update("orders").SetMap(set).Where(conds).RunWith(s.db).ExecContext(ctx); err != nil { // want `UPDATE on orders runs on the pool`
		return err
	}
	// sql: INSERT INTO orders (id, total) VALUES (?, ?)
	if _, err := s.psql.Insert("orders").Columns("id", "total").Values(vals...).RunWith(s.db).ExecContext(ctx); err != nil { // want `INSERT on orders runs on the pool`
		return err
	}
	// sql: SELECT id FROM orders WHERE ⟨…⟩
	_, err := s.psql.Select("id").From("orders").Where(sq.Eq(filter)).RunWith(s.db).QueryContext(ctx) // want `SELECT on orders runs on the pool`
	return err
}

// Silent: the table is not tenants', and a builder that comes from elsewhere
// may read any table.
func (s *Store) Silent(ctx context.Context, q sq.SelectBuilder) error {
	// sql: SELECT code FROM countries
	if _, err := sq.Select("code").From("countries").RunWith(s.db).QueryContext(ctx); err != nil {
		return err
	}
	// sql: SELECT * FROM ⟨…⟩ WHERE ⟨…⟩
	_, err := q.RunWith(s.db).QueryContext(ctx)
	return err
}
