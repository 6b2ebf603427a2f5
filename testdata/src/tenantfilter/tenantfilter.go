package tenantfilter

import (
	"context"
	"database/sql"
	"fmt"
)

type Repo struct{ db *sql.DB }

// Bad: whoever knows the id.
func (r *Repo) Get(ctx context.Context, id string) *sql.Row {
	return r.db.QueryRowContext(ctx, "SELECT total FROM orders WHERE id = $1", id) // want `SELECT reads orders without a condition on its tenant_id: rows of every tenant are within reach; add orders.tenant_id = the tenant`
}

// Bad: in one branch only.
func (r *Repo) Either(ctx context.Context, tenant, note string) (*sql.Rows, error) {
	return r.db.QueryContext(ctx, "SELECT id FROM orders o WHERE o.tenant_id = $1 OR note = $2", tenant, note) // want `SELECT reads orders with its tenant_id in a part of an OR only: rows of every tenant are within reach; add o.tenant_id`
}

// Bad: for who passes no tenant.
func (r *Repo) Optional(ctx context.Context, tenant *string) (*sql.Rows, error) {
	return r.db.QueryContext(ctx, "SELECT id FROM orders WHERE ($1::uuid IS NULL OR tenant_id = $1)", tenant) // want `SELECT reads orders with a condition on its tenant_id that falls away where a parameter is NULL`
}

// Bad: the joined table.
func (r *Repo) Items(ctx context.Context, tenant string) (*sql.Rows, error) {
	return r.db.QueryContext(ctx, "SELECT i.name FROM orders o JOIN items i ON i.order_id = o.id WHERE o.tenant_id = $1", tenant) // want `SELECT joins items without a condition on its tenant_id: where a reference leads to another tenant's rows, they are within reach`
}

// Bad: a condition on the nullable side of a join is none on the other.
func (r *Repo) Left(ctx context.Context, tenant string) (*sql.Rows, error) {
	return r.db.QueryContext(ctx, "SELECT o.id FROM orders o LEFT JOIN items i ON i.order_id = o.id AND i.tenant_id = $1 AND o.tenant_id = $1", tenant) // want `SELECT joins orders with a condition on its tenant_id in an outer join that keeps the other rows`
}

// Bad: both of them.
func (r *Repo) Both(ctx context.Context) (*sql.Rows, error) {
	return r.db.QueryContext(ctx, "SELECT o.id FROM orders o, items i WHERE i.order_id = o.id AND i.tenant_id = o.tenant_id") // want `SELECT reads orders with its tenant_id equal to what is held to no tenant either, and items likewise`
}

// Bad: writes.
func (r *Repo) Zero(ctx context.Context, id string) error {
	_, err := r.db.ExecContext(ctx, "UPDATE orders SET total = 0 WHERE id = $1", id) // want `UPDATE changes rows of orders without a condition on its tenant_id`
	return err
}

func (r *Repo) Remove(ctx context.Context, tenant string) error {
	_, err := r.db.ExecContext(ctx, "DELETE FROM items USING orders o WHERE o.id = order_id AND o.tenant_id = $1", tenant) // want `DELETE removes rows of items without a condition on its tenant_id`
	return err
}

// Bad: in a sub-select, and in a common table expression.
func (r *Repo) Count(ctx context.Context, tenant string) *sql.Row {
	return r.db.QueryRowContext(ctx, "SELECT count(*), (SELECT count(*) FROM items) FROM orders WHERE tenant_id = $1", tenant) // want `SELECT reads items without a condition on its tenant_id`
}

func (r *Repo) Recent(ctx context.Context, tenant string) (*sql.Rows, error) {
	return r.db.QueryContext(ctx, "WITH recent AS (SELECT id FROM orders LIMIT 10) SELECT name FROM items JOIN recent ON recent.id = order_id WHERE tenant_id = $1", tenant) // want `SELECT reads orders without a condition on its tenant_id`
}

// Bad: what is copied comes from everybody.
func (r *Repo) Copy(ctx context.Context, tenant string) error {
	_, err := r.db.ExecContext(ctx, "INSERT INTO templates (id, tenant_id, name) SELECT id, $1, name FROM items", tenant) // want `INSERT reads items without a condition on its tenant_id`
	return err
}

// Bad: a comparison that is no equality.
func (r *Repo) Not(ctx context.Context, tenant string) (*sql.Rows, error) {
	return r.db.QueryContext(ctx, "SELECT id FROM orders WHERE tenant_id <> $1", tenant) // want `SELECT reads orders with a condition on its tenant_id that is no equality`
}

// Bad: in a common table expression.
func (r *Repo) Archive(ctx context.Context, id string) (*sql.Rows, error) {
	return r.db.QueryContext(ctx, "WITH gone AS (DELETE FROM orders WHERE id = $1 RETURNING id) SELECT id FROM gone", id) // want `a common table expression changes rows of orders without a condition`
}

// Fixed.
func (r *Repo) GetOwn(ctx context.Context, tenant, id string) *sql.Row {
	return r.db.QueryRowContext(ctx, "SELECT total FROM orders WHERE id = $1 AND tenant_id = $2", id, tenant)
}

func (r *Repo) ItemsOwn(ctx context.Context, tenant string) (*sql.Rows, error) {
	return r.db.QueryContext(ctx, "SELECT i.name FROM orders o JOIN items i ON i.order_id = o.id AND i.tenant_id = o.tenant_id WHERE o.tenant_id = $1", tenant)
}

func (r *Repo) RemoveOwn(ctx context.Context, tenant string) error {
	_, err := r.db.ExecContext(ctx, "DELETE FROM items USING orders o WHERE o.id = order_id AND o.tenant_id = $1 AND items.tenant_id = $1", tenant)
	return err
}

// Pinned by other means: a list, a setting, a tenant found by its slug.
func (r *Repo) Pinned(ctx context.Context, tenants []string, slug string) error {
	if _, err := r.db.QueryContext(ctx, "SELECT id FROM orders WHERE tenant_id = ANY($1)", tenants); err != nil {
		return err
	}
	if _, err := r.db.QueryContext(ctx, "SELECT id FROM orders WHERE tenant_id = current_setting('app.tenant_id')::uuid"); err != nil {
		return err
	}
	_, err := r.db.QueryContext(ctx, "SELECT o.id FROM orders o JOIN tenants t ON t.id = o.tenant_id WHERE t.slug = $1", slug)
	return err
}

// Rows that are chosen among the tenant's own, by their key.
func (r *Repo) Batch(ctx context.Context, tenant string) error {
	_, err := r.db.ExecContext(ctx, "DELETE FROM orders WHERE id IN (SELECT id FROM orders WHERE tenant_id = $1 LIMIT 100)", tenant)
	return err
}

// A foreign key on the tenant's column as well leads to the tenant's own rows.
func (r *Repo) Called(ctx context.Context, tenant string) (*sql.Rows, error) {
	return r.db.QueryContext(ctx, "SELECT c.email FROM calls k JOIN customers c ON c.id = k.customer_id WHERE k.tenant_id = $1", tenant)
}

// Bad: one on the id alone does not.
func (r *Repo) Referrers(ctx context.Context, tenant string) (*sql.Rows, error) {
	return r.db.QueryContext(ctx, "SELECT c.email FROM calls k JOIN customers c ON c.id = k.referrer WHERE k.tenant_id = $1", tenant) // want `SELECT joins customers without a condition on its tenant_id: where a reference leads`
}

// What belongs to nobody: shared tables, those without the column, the tenants.
func (r *Repo) Shared(ctx context.Context) error {
	for _, text := range []string{"SELECT name FROM countries", "SELECT name FROM plans", "SELECT slug FROM tenants"} {
		if _, err := r.db.QueryContext(ctx, text); err != nil {
			return err
		}
	}
	if _, err := r.db.QueryContext(ctx, "SELECT name FROM countries"); err != nil {
		return err
	}
	if _, err := r.db.QueryContext(ctx, "SELECT name FROM plans"); err != nil {
		return err
	}
	if _, err := r.db.QueryContext(ctx, "SELECT id, slug FROM tenants"); err != nil {
		return err
	}
	_, err := r.db.QueryContext(ctx, "SELECT relname FROM pg_class")
	return err
}

// The condition may be in what is added.
func (r *Repo) Where(ctx context.Context, condition string, args ...any) (*sql.Rows, error) {
	return r.db.QueryContext(ctx, "SELECT id FROM orders WHERE "+condition, args...)
}

// A number in the text is no condition.
func (r *Repo) Page(ctx context.Context, limit int) (*sql.Rows, error) {
	return r.db.QueryContext(ctx, fmt.Sprintf("SELECT id FROM orders LIMIT %d", limit)) // want `SELECT reads orders without a condition`
}

// A migration serves all tenants.
func (r *Repo) Migrate(ctx context.Context) error {
	_, err := r.db.ExecContext(ctx, "ALTER TABLE orders ADD COLUMN paid boolean; UPDATE orders SET paid = true")
	return err
}
