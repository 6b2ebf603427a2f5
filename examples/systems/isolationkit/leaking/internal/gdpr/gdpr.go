// Package gdpr gives people what is stored about them, and takes it away.
package gdpr

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"example.com/isolationkit/internal/audit"
	"example.com/isolationkit/internal/isolation"
)

// owned are the tables with rows of people.
var owned = []string{"projects", "tasks", "comments"}

// A Desk answers people.
type Desk struct {
	db    *sql.DB
	trail *audit.Trail
}

// New returns a desk.
func New(db *sql.DB, trail *audit.Trail) *Desk { return &Desk{db: db, trail: trail} }

// A row is one of any table.
type row struct {
	Owner string `json:"owner_id"`
}

// Export returns what tables hold about a person.
func (d *Desk) Export(ctx context.Context, tenant, person string, tables []string) (map[string][]json.RawMessage, error) {
	out := map[string][]json.RawMessage{}
	for _, table := range tables {
		rows, err := isolation.Query(ctx, fmt.Sprintf("SELECT to_jsonb(t) FROM %s t", table))
		if err != nil {
			return nil, err
		}
		for rows.Next() {
			var data json.RawMessage
			if err := rows.Scan(&data); err != nil {
				rows.Close()
				return nil, err
			}
			var r row
			if json.Unmarshal(data, &r) == nil && r.Owner == person {
				out[table] = append(out[table], data)
			}
		}
		if err := rows.Err(); err != nil {
			return nil, err
		}
	}
	return out, d.trail.Log(ctx, tenant, "export")
}

// Delete removes what is stored about a person.
func (d *Desk) Delete(ctx context.Context, tenant, person string) error {
	for _, table := range owned {
		if _, err := d.db.ExecContext(ctx, fmt.Sprintf("DELETE FROM %s WHERE owner_id = $1", table), person); err != nil {
			return err
		}
	}
	return d.trail.Log(ctx, tenant, "delete")
}
