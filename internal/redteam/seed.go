package redteam

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/tenantvet/tenantvet/sqlcheck/schema"
)

// A row is one that was inserted: its columns as text, nil for NULL.
type row map[string]*string

// A seeded database has a row a tenant in the tables that could be filled.
type seeded struct {
	target   Target
	admin    *pgx.Conn
	rows     map[string][2]row // by table, "schema.name"
	columns  map[string][]column
	keys     map[string]map[string]bool // columns of a table that hold a tenant's key
	literals []string                   // that name a tenant in the schema
	unfilled []Problem
	busy     map[string]bool // tables that are being filled: a circle of foreign keys
	failed   map[string]string
}

func name(t *schema.Table) string { return t.Schema + "." + t.Name }

// ident writes a table's name for a statement.
func ident(table string) string {
	in, of, _ := strings.Cut(table, ".")
	if in == "public" {
		return pgx.Identifier{of}.Sanitize()
	}
	return pgx.Identifier{in, of}.Sanitize()
}

// seed gives both tenants a row in each table, those that a row refers to first.
func seed(ctx context.Context, t Target) (*seeded, error) {
	admin, err := t.Server.Connect(ctx, "", t.Both)
	if err != nil {
		return nil, err
	}
	defer admin.Close(context.WithoutCancel(ctx))
	s := &seeded{target: t, admin: admin, rows: map[string][2]row{}, columns: map[string][]column{},
		keys: map[string]map[string]bool{}, busy: map[string]bool{}, failed: map[string]string{}}
	for _, table := range t.Model.Tables {
		if table.Kind != schema.BaseTable {
			continue
		}
		if s.columns[name(table)], err = readColumns(ctx, admin, ident(name(table))); err != nil {
			return nil, err
		}
	}
	s.findKeys()
	s.findNamed()
	for _, table := range t.Model.Tables {
		if _, tenant := t.Tenant(table); !tenant || table.Kind != schema.BaseTable || table.PartitionOf != "" || table.Assumed {
			continue
		}
		if err := s.fill(ctx, table); err != nil {
			if ctx.Err() != nil {
				return nil, err
			}
			s.unfilled = append(s.unfilled, Problem{name(table), err.Error()})
			continue
		}
	}
	// Views that were materialized without rows show none.
	for _, table := range t.Model.Tables {
		if table.Kind == schema.MaterializedView {
			if _, err := admin.Exec(ctx, "REFRESH MATERIALIZED VIEW "+ident(name(table))); err != nil {
				s.unfilled = append(s.unfilled, Problem{name(table), said(err)})
			}
		}
	}
	return s, nil
}

// findKeys marks the columns that name a tenant: those of tenants' tables, and what
// they refer to.
func (s *seeded) findKeys() {
	mark := func(table, column string) bool {
		if s.keys[table] == nil {
			s.keys[table] = map[string]bool{}
		}
		was := s.keys[table][column]
		s.keys[table][column] = true
		return !was
	}
	for _, t := range s.target.Model.Tables {
		if columns, ok := s.target.Tenant(t); ok {
			for _, c := range columns {
				mark(name(t), c)
			}
		}
	}
	for again := true; again; {
		again = false
		for _, t := range s.target.Model.Tables {
			for _, fk := range t.ForeignKeys {
				for i, c := range fk.Columns {
					if s.keys[name(t)][c] && i < len(fk.References) && mark(fk.Table, fk.References[i]) {
						again = true
					}
				}
			}
		}
	}
}

// fill inserts a row of each tenant, unless the table has them.
func (s *seeded) fill(ctx context.Context, t *schema.Table) error {
	if _, ok := s.rows[name(t)]; ok {
		return nil
	}
	if reason := s.failed[name(t)]; reason != "" {
		return errors.New(reason)
	}
	if s.busy[name(t)] {
		return errors.New("its foreign keys go round in a circle")
	}
	s.busy[name(t)] = true
	defer delete(s.busy, name(t))
	var rows [2]row
	for who := range rows {
		r, err := s.insert(ctx, t, who)
		if err != nil {
			s.failed[name(t)] = err.Error()
			return err
		}
		rows[who] = r
	}
	s.rows[name(t)] = rows
	return nil
}

// insert tries to insert a row, with other values where a check refuses the first.
func (s *seeded) insert(ctx context.Context, t *schema.Table, who int) (row, error) {
	values, err := s.values(ctx, t, who)
	if err != nil {
		return nil, err
	}
	var last error
	tried := map[string]int{}
	for range 24 {
		r, err := s.insertRow(ctx, t, values)
		if err == nil {
			return r, nil
		}
		last = err
		var e *pgconn.PgError
		if !errors.As(err, &e) || !s.mend(ctx, t, values, e, tried, who) {
			break
		}
	}
	return nil, fmt.Errorf("%s", said(last))
}

// mend changes what an error complains of.
func (s *seeded) mend(ctx context.Context, t *schema.Table, values map[string]string, e *pgconn.PgError, tried map[string]int, who int) bool {
	switch e.Code {
	case "23502": // not null, such as by a domain or a trigger
		for _, c := range s.columns[name(t)] {
			if c.Name == e.ColumnName {
				v, ok := value(name(t), c, who, tried[c.Name])
				tried[c.Name]++
				values[c.Name] = v
				return ok && tried[c.Name] < 3
			}
		}
	case "23514": // a check: what it compares with may be what it wants
		if e.ConstraintName == "" {
			return s.satisfyBounds(ctx, t, values, tried)
		}
		return s.satisfy(ctx, t, values, e.ConstraintName, tried)
	case "23503": // what it refers to must be there, or be left out
		return s.refer(ctx, t, values, e.ConstraintName, tried, who)
	case "23505": // a value that is there already
		for _, c := range s.columns[name(t)] {
			if _, given := values[c.Name]; given && !s.keys[name(t)][c.Name] && strings.Contains(e.Detail, c.Name) {
				tried[c.Name]++
				v, ok := value(name(t), c, who, tried[c.Name])
				values[c.Name] = v
				return ok && tried[c.Name] < 3
			}
		}
	}
	return false
}

// refer gives the columns of a foreign key a row to refer to; one that refers to its
// own table goes without.
func (s *seeded) refer(ctx context.Context, t *schema.Table, values map[string]string, constraint string, tried map[string]int, who int) bool {
	tried["fk "+constraint]++
	i := slices.IndexFunc(t.ForeignKeys, func(fk schema.ForeignKey) bool { return fk.Name == constraint })
	if i < 0 || tried["fk "+constraint] > 2 {
		return false
	}
	fk := t.ForeignKeys[i]
	if other := s.named(fk.Table); other != nil && fk.Table != name(t) && tried["fk "+constraint] == 1 && s.fill(ctx, other) == nil {
		for i, c := range fk.Columns {
			if i < len(fk.References) && s.rows[fk.Table][who][fk.References[i]] != nil {
				values[c] = *s.rows[fk.Table][who][fk.References[i]]
			}
		}
		return true
	}
	left := false
	for _, c := range fk.Columns {
		if !s.keys[name(t)][c] {
			delete(values, c)
			left = true
		}
	}
	return left
}

var literal = regexp.MustCompile(`'((?:[^']|'')*)'|\b[0-9]+(?:\.[0-9]+)?\b`)

// satisfy gives the columns of a check one of its literals after the other.
func (s *seeded) satisfy(ctx context.Context, t *schema.Table, values map[string]string, constraint string, tried map[string]int) bool {
	var text, domain string
	err := s.admin.QueryRow(ctx, `SELECT pg_get_constraintdef(oid), coalesce(format_type(nullif(contypid, 0), NULL), '') FROM pg_constraint
		WHERE conname = $1 AND (conrelid = to_regclass($2) OR contypid <> 0) ORDER BY contypid LIMIT 1`, constraint, ident(name(t))).Scan(&text, &domain)
	if err != nil {
		return false
	}
	return s.tryLiterals(ctx, t, values, "check "+constraint, text, tried, func(c column) bool {
		return domain != "" && c.Type == domain || domain == "" && mentions(text, c.Name)
	})
}

// satisfyBounds looks for a value that one of the partitions takes.
func (s *seeded) satisfyBounds(ctx context.Context, t *schema.Table, values map[string]string, tried map[string]int) bool {
	var text string
	err := s.admin.QueryRow(ctx, `SELECT pg_get_partkeydef(to_regclass($1)) || ' ' || string_agg(pg_get_expr(c.relpartbound, c.oid), ' ')
		FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid WHERE inhparent = to_regclass($1)`, ident(name(t))).Scan(&text)
	if err != nil {
		return false
	}
	return s.tryLiterals(ctx, t, values, "bounds", text, tried, func(c column) bool { return mentions(text, c.Name) })
}

func mentions(text, word string) bool {
	return regexp.MustCompile(`\b` + regexp.QuoteMeta(word) + `\b`).MatchString(text)
}

// tryLiterals gives the columns that a condition is about one of its literals: the
// next one at each call.
func (s *seeded) tryLiterals(ctx context.Context, t *schema.Table, values map[string]string, what, text string, tried map[string]int, about func(column) bool) bool {
	var candidates []string
	for _, m := range literal.FindAllStringSubmatch(text, -1) {
		v := m[0]
		if strings.HasPrefix(v, "'") {
			v = strings.ReplaceAll(m[1], "''", "'")
		}
		if !slices.Contains(candidates, v) {
			candidates = append(candidates, v)
		}
	}
	n := tried[what]
	tried[what]++
	if n >= len(candidates) {
		return false
	}
	used := false
	for _, c := range s.columns[name(t)] {
		if !about(c) || s.keys[name(t)][c.Name] || c.Generated || refers(t, c.Name) {
			continue
		}
		if _, err := s.admin.Exec(ctx, fmt.Sprintf("SELECT %s::%s", quote(candidates[n]), c.Type)); err == nil {
			values[c.Name], used = candidates[n], true
		}
	}
	return used || n+1 < len(candidates)
}

// values decides on a row: foreign keys first, then what the table asks for.
func (s *seeded) values(ctx context.Context, t *schema.Table, who int) (map[string]string, error) {
	values := map[string]string{}
	required := map[string]bool{}
	for _, c := range s.columns[name(t)] {
		required[c.Name] = c.NotNull && !c.Default && !c.Generated
		if s.keys[name(t)][c.Name] && !c.Generated {
			v := s.tenantKey(c, who)
			if v == "" {
				return nil, fmt.Errorf("no tenant can be named in column %s of type %s", c.Name, c.Type)
			}
			values[c.Name] = v
		}
	}
	read := s.readColumnsOf(t)
	for _, fk := range t.ForeignKeys {
		// One column that is NULL leaves the others free.
		free := slices.ContainsFunc(fk.Columns, func(c string) bool { return !required[c] && !read[c] && !s.keys[name(t)][c] })
		if free {
			continue
		}
		other := s.named(fk.Table)
		if other == nil {
			return nil, fmt.Errorf("it refers to %s, which is not there", fk.Table)
		}
		if err := s.fill(ctx, other); err != nil {
			return nil, fmt.Errorf("it refers to %s: %w", fk.Table, err)
		}
		for i, c := range fk.Columns {
			if i < len(fk.References) {
				if v := s.rows[fk.Table][who][fk.References[i]]; v != nil {
					values[c] = *v
				}
			}
		}
	}
	unique := map[string]bool{}
	for _, k := range t.Keys {
		for _, c := range k.Columns {
			unique[c] = true
		}
	}
	for _, c := range s.columns[name(t)] {
		if _, done := values[c.Name]; done || c.Generated {
			continue
		}
		if required[c.Name] || read[c.Name] || unique[c.Name] && !c.Default {
			v, ok := value(name(t), c, who, 0)
			if !ok && required[c.Name] {
				return nil, fmt.Errorf("no value is known for column %s of type %s", c.Name, c.Type)
			}
			if ok {
				values[c.Name] = v
			}
		}
	}
	return values, nil
}

// tenantKey is the key of a tenant. The other's is one that a policy names, or a role
// is set to, if any does: then that tenant is the one to go for.
func (s *seeded) tenantKey(c column, who int) string {
	if who == theirs {
		for _, text := range s.literals {
			if fits(c, text) && text != tenantValue(c, mine) {
				return text
			}
		}
	}
	return tenantValue(c, who)
}

// findNamed gathers the literals to which policies compare tenants' keys, and the
// tenants that roles are set to.
func (s *seeded) findNamed() {
	for _, t := range s.target.Model.Tables {
		columns, _ := s.target.Tenant(t)
		for _, p := range t.Policies {
			for _, c := range columns {
				compared := regexp.MustCompile(`\b` + regexp.QuoteMeta(c) + `\b\)?(?:::\w+)?\s*=\s*\(?('(?:[^']|'')*'|[0-9]+)`)
				for _, m := range compared.FindAllStringSubmatch(p.Using+" "+p.Check, -1) {
					s.literals = append(s.literals, strings.Trim(m[1], "'"))
				}
			}
		}
	}
	for _, set := range s.target.Model.RoleSettings {
		if slices.Contains(s.target.Settings, set.Name) {
			s.literals = append(s.literals, set.Value)
		}
	}
}

// readColumnsOf are the columns that the table's policies name.
func (s *seeded) readColumnsOf(t *schema.Table) map[string]bool {
	out := map[string]bool{}
	for _, p := range t.Policies {
		for _, c := range s.columns[name(t)] {
			if mentions(p.Using+" "+p.Check, c.Name) {
				out[c.Name] = true
			}
		}
	}
	return out
}

func (s *seeded) named(table string) *schema.Table {
	for _, t := range s.target.Model.Tables {
		if name(t) == table {
			return t
		}
	}
	return nil
}

// insertStatement is an INSERT with literals, for the server and for readers.
func insertStatement(table string, values map[string]string) string {
	var columns, literals []string
	for _, c := range slices.Sorted(maps.Keys(values)) {
		columns = append(columns, pgx.Identifier{c}.Sanitize())
		literals = append(literals, quote(values[c]))
	}
	if len(columns) == 0 {
		return "INSERT INTO " + ident(table) + " DEFAULT VALUES"
	}
	return fmt.Sprintf("INSERT INTO %s (%s) VALUES (%s)", ident(table), strings.Join(columns, ", "), strings.Join(literals, ", "))
}

// insertRow inserts a row, and returns it as the server writes its values.
func (s *seeded) insertRow(ctx context.Context, t *schema.Table, values map[string]string) (row, error) {
	var fields []string
	for _, c := range s.columns[name(t)] {
		fields = append(fields, fmt.Sprintf("SELECT %s, %s::text FROM new", quote(c.Name), pgx.Identifier{c.Name}.Sanitize()))
	}
	rows, err := s.admin.Query(ctx, fmt.Sprintf("WITH new AS (%s RETURNING *) %s", insertStatement(name(t), values), strings.Join(fields, " UNION ALL ")))
	if err != nil {
		return nil, err
	}
	out := row{}
	var column string
	var text *string
	_, err = pgx.ForEachRow(rows, []any{&column, &text}, func() error {
		out[column] = text
		return nil
	})
	return out, err
}

// said is what the server said, in a line.
func said(err error) string {
	var e *pgconn.PgError
	if errors.As(err, &e) {
		return fmt.Sprintf("%s (%s)", e.Message, e.Code)
	}
	return err.Error()
}
