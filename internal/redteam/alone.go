package redteam

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/tenantvet/tenantvet/sqlcheck/schema"
)

// withoutOther makes the database as it would be if the other tenant were not
// there: what answers differently in it depends on that tenant's rows.
func (s *seeded) withoutOther(ctx context.Context) (database string, err error) {
	database = s.target.Both + "_alone"
	if err := s.target.Server.Copy(ctx, s.target.Both, database); err != nil {
		return "", err
	}
	conn, err := s.target.Server.Connect(ctx, "", database)
	if err != nil {
		return "", err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	// Without triggers and the checks of foreign keys, in whatever order.
	if _, err := conn.Exec(ctx, "SET session_replication_role = replica"); err != nil {
		return "", err
	}
	for _, t := range s.target.Model.Tables {
		rows, filled := s.rows[name(t)]
		if _, tenant := s.target.Tenant(t); !tenant || !filled {
			continue
		}
		if _, err := conn.Exec(ctx, "DELETE FROM "+ident(name(t))+" WHERE "+s.where(t, rows[theirs])); err != nil {
			return "", fmt.Errorf("%s: %w", name(t), err)
		}
	}
	for _, t := range s.target.Model.Tables {
		if t.Kind == schema.MaterializedView {
			if _, err := conn.Exec(ctx, "REFRESH MATERIALIZED VIEW "+ident(name(t))); err != nil {
				return "", fmt.Errorf("%s: %w", name(t), err)
			}
		}
	}
	return database, nil
}

// where finds a row: by its primary key, else by all that it holds.
func (s *seeded) where(t *schema.Table, r row) string {
	var columns []string
	if i := slices.IndexFunc(t.Keys, func(k schema.Key) bool { return k.Primary }); i >= 0 {
		columns = t.Keys[i].Columns
	}
	if len(columns) == 0 {
		for _, c := range s.columns[name(t)] {
			if r[c.Name] != nil && c.Base != "json" {
				columns = append(columns, c.Name)
			}
		}
	}
	var parts []string
	for _, c := range columns {
		if v := r[c]; v != nil {
			parts = append(parts, pgx.Identifier{c}.Sanitize()+" = "+quote(*v))
		}
	}
	if len(parts) == 0 {
		return "true"
	}
	return strings.Join(parts, " AND ")
}
