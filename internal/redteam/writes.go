package redteam

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/tenantvet/tenantvet/sqlcheck/schema"
)

// given are the values with which a row of the table was inserted: those that no
// default made, with others where a key wants them unique.
func (s *seeded) given(t *schema.Table, who, variant int) (map[string]string, bool) {
	values, err := s.values(context.Background(), t, who)
	if err != nil {
		return nil, false
	}
	rows := s.rows[name(t)]
	for c := range values {
		if v := rows[who][c]; v != nil {
			values[c] = *v // what a check has mended
		}
	}
	for _, k := range t.Keys {
		for _, c := range k.Columns {
			if s.keys[name(t)][c] || refers(t, c) {
				continue
			}
			if _, ok := values[c]; !ok {
				continue // the default makes a new one
			}
			i := slices.IndexFunc(s.columns[name(t)], func(col column) bool { return col.Name == c })
			if i < 0 {
				continue
			}
			if v, ok := value(name(t), s.columns[name(t)][i], who, variant); ok {
				values[c] = v
			}
		}
	}
	return values, true
}

func refers(t *schema.Table, column string) bool {
	return slices.ContainsFunc(t.ForeignKeys, func(fk schema.ForeignKey) bool { return slices.Contains(fk.Columns, column) })
}

// foreign is an INSERT of a row of the other tenant.
func (s *seeded) foreign(t *schema.Table) (string, bool) {
	values, ok := s.given(t, theirs, 5)
	if !ok {
		return "", false
	}
	return insertStatement(name(t), values), true
}

// plain is a column that can be set to itself without another meaning.
func (s *seeded) plain(t *schema.Table) (string, bool) {
	best := ""
	for _, c := range s.columns[name(t)] {
		if c.Generated {
			continue
		}
		if best == "" {
			best = c.Name
		}
		if !s.keys[name(t)][c.Name] && !refers(t, c.Name) && !keyed(t, c.Name) {
			return c.Name, true
		}
	}
	return best, best != ""
}

func keyed(t *schema.Table, column string) bool {
	return slices.ContainsFunc(t.Keys, func(k schema.Key) bool { return slices.Contains(k.Columns, column) })
}

// upserts insert an own row under a key of the other tenant's, and take theirs
// where it is there.
func (s *seeded) upserts(t *schema.Table, rows [2]row) []string {
	var out []string
	for _, k := range t.Keys {
		if k.Partial || len(k.Columns) == 0 || slices.ContainsFunc(k.Columns, func(c string) bool {
			return c == "" || s.keys[name(t)][c] || rows[theirs][c] == nil || s.generated(t, c)
		}) {
			continue
		}
		values, ok := s.given(t, mine, 6)
		c, set := s.plain(t)
		if !ok || !set {
			continue
		}
		var columns []string
		for _, column := range k.Columns {
			values[column] = *rows[theirs][column]
			columns = append(columns, pgx.Identifier{column}.Sanitize())
		}
		id := pgx.Identifier{c}.Sanitize()
		out = append(out, fmt.Sprintf("%s ON CONFLICT (%s) DO UPDATE SET %s = EXCLUDED.%s", insertStatement(name(t), values), strings.Join(columns, ", "), id, id))
	}
	return out
}

func (s *seeded) generated(t *schema.Table, of string) bool {
	return slices.ContainsFunc(s.columns[name(t)], func(c column) bool { return c.Name == of && c.Generated })
}

// references insert an own row that refers to one of the other tenant's.
func (s *seeded) references(t *schema.Table, rows [2]row, target Target) []string {
	var out []string
	for _, fk := range t.ForeignKeys {
		other := s.named(fk.Table)
		if other == nil {
			continue
		}
		if _, tenant := target.Tenant(other); !tenant {
			continue
		}
		theirRow := s.rows[fk.Table][theirs]
		values, ok := s.given(t, mine, 7)
		if !ok || theirRow == nil {
			continue
		}
		changed := false
		for i, c := range fk.Columns {
			if i >= len(fk.References) || s.keys[name(t)][c] {
				continue
			}
			if v := theirRow[fk.References[i]]; v != nil {
				values[c], changed = *v, true
			}
		}
		if changed {
			out = append(out, insertStatement(name(t), values))
		}
	}
	return out
}
