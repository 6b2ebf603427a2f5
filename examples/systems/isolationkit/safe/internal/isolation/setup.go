// Package isolation keeps the rows of tenants apart: it adds what that takes to the
// tables, and gives each request a connection that is its tenant's.
package isolation

import (
	"context"
	"database/sql"
	"fmt"
)

// Tables are those with rows of tenants.
var Tables = []string{"projects", "tasks", "comments", "audit_log"}

// setting carries the tenant.
const setting = "app.tenant_id"

// Setup prepares the tables; db is the owner's. It may run at every start.
func Setup(ctx context.Context, db *sql.DB) error {
	if _, err := db.ExecContext(ctx, `
		CREATE TABLE IF NOT EXISTS audit_log (
			id     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
			action text NOT NULL,
			at     timestamptz NOT NULL DEFAULT now()
		);
		GRANT SELECT, INSERT ON audit_log TO app`); err != nil {
		return fmt.Errorf("audit log: %w", err)
	}
	for _, table := range Tables {
		if err := isolate(ctx, db, table); err != nil {
			return fmt.Errorf("isolate %s: %w", table, err)
		}
	}
	return nil
}

// isolate adds the tenant to a table, and lets nobody see the rows of another one.
func isolate(ctx context.Context, db *sql.DB, table string) error {
	for _, statement := range []string{
		fmt.Sprintf("ALTER TABLE %s ADD COLUMN IF NOT EXISTS tenant_id uuid NOT NULL DEFAULT NULLIF(current_setting('%s', true), '')::uuid REFERENCES tenants", table, setting),
		fmt.Sprintf("CREATE INDEX IF NOT EXISTS %[1]s_tenant_id ON %[1]s (tenant_id)", table),
		"ALTER TABLE " + table + " ENABLE ROW LEVEL SECURITY",
		"ALTER TABLE " + table + " FORCE ROW LEVEL SECURITY",
		fmt.Sprintf("DROP POLICY IF EXISTS tenant_isolation ON %s", table),
		fmt.Sprintf("CREATE POLICY tenant_isolation ON %s USING (tenant_id = NULLIF(current_setting('%s', true), '')::uuid)", table, setting),
	} {
		if _, err := db.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}
