// Package gdpr gives people what is stored about them, and takes it away.
package gdpr

import (
	"context"
	"encoding/json"
	"fmt"

	"example.com/isolationkit/internal/audit"
	"example.com/isolationkit/internal/isolation"
)

// owned are the tables with rows of people.
var owned = []string{"projects", "tasks", "comments"}

// Export returns what is stored about a person, by table.
func Export(ctx context.Context, person string) (map[string][]json.RawMessage, error) {
	out := map[string][]json.RawMessage{}
	for _, table := range owned {
		rows, err := isolation.Query(ctx, fmt.Sprintf("SELECT to_jsonb(t) FROM %s t WHERE owner_id = $1", table), person)
		if err != nil {
			return nil, err
		}
		for rows.Next() {
			var row json.RawMessage
			if err := rows.Scan(&row); err != nil {
				rows.Close()
				return nil, err
			}
			out[table] = append(out[table], row)
		}
		if err := rows.Err(); err != nil {
			return nil, err
		}
	}
	return out, audit.Log(ctx, "export")
}

// Delete removes what is stored about a person.
func Delete(ctx context.Context, person string) error {
	for _, table := range owned {
		if err := isolation.Exec(ctx, fmt.Sprintf("DELETE FROM %s WHERE owner_id = $1", table), person); err != nil {
			return err
		}
	}
	return audit.Log(ctx, "delete")
}
