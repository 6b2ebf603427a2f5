package tenantinsert

import (
	"context"
	"database/sql"
)

type Repo struct{ db *sql.DB }

// Bad: nobody's.
func (r *Repo) Create(ctx context.Context, id string) error {
	_, err := r.db.ExecContext(ctx, "INSERT INTO orders (id, total) VALUES ($1, 0)", id) // want `INSERT into orders without tenant_id: the server refuses the row; bind the tenant to tenant_id`
	return err
}

func (r *Repo) Template(ctx context.Context, id, name string) error {
	_, err := r.db.ExecContext(ctx, "INSERT INTO templates (id, name) VALUES ($1, $2)", id, name) // want `INSERT into templates without tenant_id: the row belongs to no tenant`
	return err
}

// Bad: the default's.
func (r *Repo) Setting(ctx context.Context, name, value string) error {
	_, err := r.db.ExecContext(ctx, "INSERT INTO settings (name, value) VALUES ($1, $2)", name, value) // want `INSERT into settings without tenant_id: its default does not know whose the row is`
	return err
}

func (r *Repo) Default(ctx context.Context, name, value string) error {
	_, err := r.db.ExecContext(ctx, "INSERT INTO settings (name, value, tenant_id) VALUES ($1, $2, DEFAULT)", name, value) // want `INSERT into settings without tenant_id`
	return err
}

// Bad: always the same.
func (r *Repo) Demo(ctx context.Context, id string) error {
	_, err := r.db.ExecContext(ctx, "INSERT INTO orders (id, tenant_id, total) VALUES ($1, '00000000-0000-0000-0000-000000000001', 0)", id) // want `INSERT into orders with a constant tenant_id: whoever asks for it, the row belongs to the same tenant`
	return err
}

// Without a column list the values go by the table's own order.
func (r *Repo) InOrder(ctx context.Context, id string) error {
	_, err := r.db.ExecContext(ctx, "INSERT INTO orders VALUES ($1, '00000000-0000-0000-0000-000000000001', 0)", id) // want `INSERT into orders with a constant tenant_id`
	return err
}

func (r *Repo) InOrderOwn(ctx context.Context, id, tenant string) error {
	_, err := r.db.ExecContext(ctx, "INSERT INTO orders VALUES ($1, $2, 0)", id, tenant)
	return err
}

// Bad: without row-level security the row that is changed is another tenant's.
func (r *Repo) Upsert(ctx context.Context, tenant, email, phone string) error {
	_, err := r.db.ExecContext(ctx, "INSERT INTO customers (tenant_id, email, phone) VALUES ($1, $2, $3) ON CONFLICT (email) DO UPDATE SET phone = excluded.phone", tenant, email, phone) // want `ON CONFLICT on customers \(email\), a key without tenant_id: the row that is changed may be another tenant's`
	return err
}

// Bad: by an id that may be another tenant's.
func (r *Repo) Put(ctx context.Context, tenant, id string) error {
	_, err := r.db.ExecContext(ctx, "INSERT INTO orders (id, tenant_id, total) VALUES ($1, $2, 0) ON CONFLICT (id) DO UPDATE SET total = 0", id, tenant) // want `ON CONFLICT on orders \(id\), a key without tenant_id: the row that is changed may be another tenant's`
	return err
}

// Fixed.
func (r *Repo) CreateOwn(ctx context.Context, id, tenant string) error {
	_, err := r.db.ExecContext(ctx, "INSERT INTO orders (id, tenant_id, total) VALUES ($1, $2, 0)", id, tenant)
	return err
}

func (r *Repo) UpsertOwn(ctx context.Context, tenant, email, phone string) error {
	_, err := r.db.ExecContext(ctx, "INSERT INTO customers (tenant_id, email, phone) VALUES ($1, $2, $3) ON CONFLICT (tenant_id, phone) DO UPDATE SET email = excluded.email", tenant, email, phone)
	return err
}

// The row that is changed is the tenant's own.
func (r *Repo) PutOwn(ctx context.Context, tenant, id string) error {
	_, err := r.db.ExecContext(ctx, "INSERT INTO orders (id, tenant_id, total) VALUES ($1, $2, 0) ON CONFLICT (id) DO UPDATE SET total = 0 WHERE orders.tenant_id = excluded.tenant_id", id, tenant)
	return err
}

// Filled in by the server, from the context.
func (r *Repo) Event(ctx context.Context, name string) error {
	_, err := r.db.ExecContext(ctx, "INSERT INTO events (name) VALUES ($1)", name)
	return err
}

// For all, on purpose.
func (r *Repo) Builtin(ctx context.Context, id, name string) error {
	_, err := r.db.ExecContext(ctx, "INSERT INTO templates (id, tenant_id, name) VALUES ($1, NULL, $2)", id, name)
	return err
}

// Taken over from a row of the tenant's own.
func (r *Repo) Clone(ctx context.Context, tenant, id string) error {
	_, err := r.db.ExecContext(ctx, "INSERT INTO items (id, tenant_id, order_id, name) SELECT gen_random_uuid(), o.tenant_id, o.id, 'copy' FROM orders o WHERE o.id = $1 AND o.tenant_id = $2", id, tenant)
	return err
}

// Not a tenant's.
func (r *Repo) Country(ctx context.Context, code, name string) error {
	_, err := r.db.ExecContext(ctx, "INSERT INTO countries (code, name) VALUES ($1, $2)", code, name)
	return err
}

// The columns that a helper brings along may have it.
func (r *Repo) Insert(ctx context.Context, columns, values string, args ...any) error {
	_, err := r.db.ExecContext(ctx, "INSERT INTO orders ("+columns+") VALUES ("+values+")", args...)
	return err
}
