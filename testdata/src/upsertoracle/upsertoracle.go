package upsertoracle

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// Bad: fails where another tenant has the address.
func Upsert(ctx context.Context, tx pgx.Tx, id uuid.UUID, email string) error {
	_, err := tx.Exec(ctx, "INSERT INTO members (tenant_id, email) VALUES ($1, $2) ON CONFLICT (email) DO UPDATE SET seen = now()", id, email) // want `ON CONFLICT on members \(email\), a key without tenant_id: where another tenant has such a row the statement fails, which tells that it exists; make tenant_id a part of the key`
	return err
}

// Bad: does nothing, and the caller sees it.
func Once(ctx context.Context, tx pgx.Tx, id uuid.UUID, email string) error {
	_, err := tx.Exec(ctx, "INSERT INTO members (tenant_id, email) VALUES ($1, $2) ON CONFLICT (email) DO NOTHING", id, email) // want `ON CONFLICT on members \(email\), a key without tenant_id: where another tenant has such a row nothing happens, which tells that it exists`
	return err
}

// Bad: whatever key it is, one is shared.
func Any(ctx context.Context, tx pgx.Tx, id uuid.UUID, email string) error {
	_, err := tx.Exec(ctx, "INSERT INTO members (tenant_id, email) VALUES ($1, $2) ON CONFLICT DO NOTHING", id, email) // want `ON CONFLICT on members \(email\)`
	return err
}

// Bad: by the constraint's name.
func ByName(ctx context.Context, tx pgx.Tx, id uuid.UUID, email string) error {
	_, err := tx.Exec(ctx, "INSERT INTO members (tenant_id, email) VALUES ($1, $2) ON CONFLICT ON CONSTRAINT members_email_key DO NOTHING", id, email) // want `ON CONFLICT on members \(email\)`
	return err
}

// Fixed: the tenant is a part of the key.
func Own(ctx context.Context, tx pgx.Tx, id uuid.UUID, phone string) error {
	_, err := tx.Exec(ctx, "INSERT INTO members (tenant_id, phone) VALUES ($1, $2) ON CONFLICT (tenant_id, phone) DO UPDATE SET seen = now()", id, phone)
	return err
}

func OwnByName(ctx context.Context, tx pgx.Tx, id uuid.UUID, phone string) error {
	_, err := tx.Exec(ctx, "INSERT INTO members (tenant_id, phone) VALUES ($1, $2) ON CONFLICT ON CONSTRAINT members_tenant_id_phone_key DO NOTHING", id, phone)
	return err
}

// The server makes up the id, so that nobody can ask for one that exists.
func Generated(ctx context.Context, tx pgx.Tx, id uuid.UUID, phone string) error {
	_, err := tx.Exec(ctx, "INSERT INTO members (tenant_id, phone) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING", id, phone)
	return err
}

// Who asks for a UUID knows it.
func ByID(ctx context.Context, tx pgx.Tx, tenant, id uuid.UUID) error {
	_, err := tx.Exec(ctx, "INSERT INTO orders (id, tenant_id, total) VALUES ($1, $2, 0) ON CONFLICT (id) DO UPDATE SET total = 0", id, tenant)
	return err
}

// A table without tenants, and an insert that just fails.
func Shared(ctx context.Context, tx pgx.Tx, id uuid.UUID, email string) error {
	if _, err := tx.Exec(ctx, "INSERT INTO countries (code, name) VALUES ('AT', 'Austria') ON CONFLICT (code) DO NOTHING"); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, "INSERT INTO members (tenant_id, email) VALUES ($1, $2)", id, email)
	return err
}
