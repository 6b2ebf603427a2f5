// Package names collects what the programs read.
package names

import (
	"database/sql"

	"github.com/jackc/pgx/v5"
)

// Pgx returns the only column of the rows.
func Pgx(rows pgx.Rows, err error) ([]string, error) {
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}

// SQL returns the only column of the rows.
func SQL(rows *sql.Rows, err error) ([]string, error) {
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
