// Package projects shows tenants their projects.
package projects

import (
	"context"

	"example.com/isolationkit/internal/isolation"
)

// List returns the names of a tenant's projects.
func List(ctx context.Context) ([]string, error) {
	rows, err := isolation.Query(ctx, "SELECT name FROM projects ORDER BY name")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var names []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	return names, rows.Err()
}
