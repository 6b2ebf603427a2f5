package redteam

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/tenantvet/tenantvet/sqlcheck/schema"
)

// An attacker is a role that tries everything.
type attacker struct {
	target Target
	seeded *seeded
	alone  string // the database without the other tenant
	login  string
	result *Result

	sessions map[string]*session // by context, in the database with both
	without  map[string]*session // the same in the one without the other tenant
	more     []*session          // with roles that the login can switch to, and with flags
}

func (a *attacker) attack(ctx context.Context) error {
	defer func() {
		for _, sessions := range []map[string]*session{a.sessions, a.without} {
			for _, s := range sessions {
				s.conn.Close(context.WithoutCancel(ctx))
			}
		}
	}()
	var err error
	if a.sessions, err = a.openAll(ctx, a.target.Both); err != nil {
		return err
	}
	if a.without, err = a.openAll(ctx, a.alone); err != nil {
		return err
	}
	if err := a.escalate(ctx); err != nil {
		return err
	}
	for _, t := range a.target.Model.Tables {
		rows, ok := a.seeded.rows[name(t)]
		if _, tenant := a.target.Tenant(t); !ok || !tenant || t.Kind != schema.BaseTable {
			continue
		}
		a.table(ctx, t, rows)
		for _, child := range a.target.Model.Tables {
			if child.PartitionOf == name(t) || slices.Contains(child.Inherits, name(t)) {
				a.partition(ctx, t, child, rows)
			}
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	return a.detours(ctx)
}

func (a *attacker) openAll(ctx context.Context, database string) (map[string]*session, error) {
	out := map[string]*session{}
	for _, kind := range contexts() {
		s, err := a.open(ctx, database, kind)
		if err != nil {
			return out, err
		}
		out[kind] = s
	}
	return out, nil
}

// compare makes attempts of a statement whose answer need not show whose rows it is
// about: where it is another one without the other tenant, it is about those too.
func (a *attacker) compare(ctx context.Context, attack, sql string) (out []Attempt) {
	for _, kind := range contexts() {
		s := a.sessions[kind]
		with, without := s.try(ctx, sql), a.without[kind].try(ctx, sql)
		if with.err != nil && without.err != nil { // whatever is wrong, it is not that tenant's rows
			out = append(out, Attempt{Attack: attack, Context: kind, Outcome: Closed, Detail: said(with.err)})
			continue
		}
		out = append(out, s.judge(attack, sql, with, func(answer) bool {
			return without.err != nil || with.affected != without.affected || !slices.Equal(with.rows, without.rows)
		}))
	}
	return out
}

// add notes an attempt.
func (a *attacker) add(table, kind string, attempts ...Attempt) {
	i := slices.IndexFunc(a.result.Tables, func(t Table) bool { return t.Name == table && t.Kind == kind })
	if i < 0 {
		i = len(a.result.Tables)
		a.result.Tables = append(a.result.Tables, Table{Name: table, Kind: kind})
	}
	for _, at := range attempts {
		at.Role = a.login
		a.result.Tables[i].Attacks = append(a.result.Tables[i].Attacks, at)
	}
}

// judge makes an attempt of an answer; got reports whether the row was reached.
func (s *session) judge(attack, sql string, ans answer, got func(answer) bool) Attempt {
	at := Attempt{Attack: attack, Context: s.context, With: s.what, Outcome: Closed}
	var e *pgconn.PgError
	switch {
	case ans.err == nil && got(ans):
		at.Outcome, at.Statements = Through, s.script(sql)
		at.Detail = fmt.Sprintf("%d rows", max(int64(len(ans.rows)), ans.affected))
	case ans.err == nil:
	case !errors.As(ans.err, &e):
		at.Outcome, at.Detail = Unclear, ans.err.Error()
	case e.Code == "23503" && attack == "delete":
		// The row was found, and only what refers to it keeps it.
		at.Outcome, at.Statements, at.Detail = Through, s.script(sql), said(ans.err)
	case e.Code == "42501", e.Code == "P0001", e.Code == "23503" && attack == "refer":
		at.Detail = said(ans.err)
	case strings.HasPrefix(e.Code, "23"):
		at.Outcome, at.Detail = Unclear, said(ans.err)
	default:
		at.Outcome, at.Detail = Broken, said(ans.err)
	}
	return at
}

func anyRow(ans answer) bool { return len(ans.rows) > 0 }
func affected(a answer) bool { return a.affected > 0 }
func succeeds(a answer) bool { return true }
func contexts() []string     { return []string{none, empty, stale, own} }
func (a *attacker) each(ctx context.Context, attack, sql string, got func(answer) bool) (out []Attempt) {
	for _, kind := range contexts() {
		s := a.sessions[kind]
		out = append(out, s.judge(attack, sql, s.try(ctx, sql), got))
	}
	for _, s := range a.more {
		if at := s.judge(attack, sql, s.try(ctx, sql), got); at.Outcome == Through {
			out = append(out, at) // that it does not help is no news
		}
	}
	return out
}

// escalate opens sessions with what the login can take for itself: other roles, and
// settings that open policies.
func (a *attacker) escalate(ctx context.Context) error {
	own := a.sessions[own]
	rows, err := own.conn.Query(ctx, `SELECT rolname::text FROM pg_roles WHERE pg_has_role(current_user, oid, 'MEMBER') AND rolname <> current_user AND rolname !~ '^pg_' ORDER BY 1`)
	if err != nil {
		return err
	}
	roles, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	for _, r := range roles {
		a.more = append(a.more, &session{conn: own.conn, context: role, what: r, set: append(slices.Clone(own.set), "SET LOCAL ROLE "+pgx.Identifier{r}.Sanitize())})
	}
	for _, name := range slices.Sorted(maps.Keys(a.target.Flags)) {
		for _, v := range a.target.Flags[name] {
			set := fmt.Sprintf("SELECT set_config(%s, %s, true)", quote(name), quote(v))
			a.more = append(a.more, &session{conn: own.conn, context: flag, what: name + " = " + v, set: append(slices.Clone(own.set), set)})
		}
	}
	return nil
}

// table attacks the other tenant's row of a table.
func (a *attacker) table(ctx context.Context, t *schema.Table, rows [2]row) {
	of, other := ident(name(t)), a.seeded.where(t, rows[theirs])
	add := func(attempts ...Attempt) { a.add(name(t), "table", attempts...) }

	reads := a.each(ctx, "read", "SELECT * FROM "+of+" WHERE "+other, anyRow)
	// A role that can't see its own row shows nothing by not seeing the other's.
	if ans := a.sessions[own].try(ctx, "SELECT * FROM "+of+" WHERE "+a.seeded.where(t, rows[mine])); ans.err == nil && len(ans.rows) == 0 {
		a.note("%s sees no row of %s in its own context: that it sees no other is no proof", a.login, name(t))
		for i := range reads {
			if reads[i].Outcome == Closed {
				reads[i].Outcome = Unclear
			}
		}
	}
	add(reads...)
	add(a.prepared(ctx, "SELECT * FROM "+of+" WHERE "+other))

	if sql, ok := a.seeded.foreign(t); ok {
		add(a.each(ctx, "insert", sql, succeeds)...)
	}
	columns, _ := a.target.Tenant(t)
	for _, c := range columns {
		if v := rows[theirs][c]; v != nil && rows[mine][c] != nil && *v != *rows[mine][c] {
			s := a.sessions[own]
			sql := fmt.Sprintf("UPDATE %s SET %s = %s WHERE %s", of, pgx.Identifier{c}.Sanitize(), quote(*v), a.seeded.where(t, rows[mine]))
			add(s.judge("move", sql, s.try(ctx, sql), affected))
			// Without a condition the policies for SELECT are not asked.
			sql = fmt.Sprintf("UPDATE %s SET %s = %s", of, pgx.Identifier{c}.Sanitize(), quote(*v))
			add(s.judge("move", sql, s.try(ctx, sql), affected))
			break
		}
	}
	if c, ok := a.seeded.plain(t); ok {
		id := pgx.Identifier{c}.Sanitize()
		add(a.each(ctx, "change", fmt.Sprintf("UPDATE %s SET %s = %s WHERE %s", of, id, id, other), affected)...)
		// One value for all rows is no value for a key.
		if v := rows[theirs][c]; v != nil && !keyed(t, c) {
			add(a.compare(ctx, "change", fmt.Sprintf("UPDATE %s SET %s = %s", of, id, quote(*v)))...)
		}
	}
	add(a.compare(ctx, "delete", "DELETE FROM "+of)...)
	add(a.each(ctx, "delete", "DELETE FROM "+of+" WHERE "+other, affected)...)
	s := a.sessions[own]
	for _, sql := range a.seeded.upserts(t, rows) {
		add(s.judge("upsert", sql, s.try(ctx, sql), affected))
	}
	for _, sql := range a.seeded.references(t, rows, a.target) {
		add(s.judge("refer", sql, s.try(ctx, sql), succeeds))
	}
	// Its owner may do that anyway, and more.
	owns := false
	if err := s.conn.QueryRow(ctx, "SELECT pg_has_role(relowner, 'MEMBER') FROM pg_class WHERE oid = to_regclass($1)", of).Scan(&owns); err != nil || !owns {
		sql := "TRUNCATE " + of + " CASCADE"
		add(s.judge("truncate", sql, s.try(ctx, sql), succeeds))
	}
}

// prepared asks the same prepared statement as the other tenant, until the server
// has settled on a plan, and then in the own context: what was computed while
// planning is the other tenant's.
func (a *attacker) prepared(ctx context.Context, sql string) Attempt {
	at := Attempt{Attack: "read", Context: stale, Outcome: Closed}
	conn, err := a.target.Server.Connect(ctx, a.login, a.target.Both)
	if err != nil {
		at.Outcome, at.Detail = Unclear, err.Error()
		return at
	}
	defer conn.Close(context.WithoutCancel(ctx))
	script := append([]string{"BEGIN"}, setLocal(a.seeded.settings(theirs))...)
	script = append(script, "PREPARE again AS "+sql)
	for range 6 {
		script = append(script, "EXECUTE again")
	}
	script = append(append(append(script, "COMMIT", "BEGIN"), setLocal(a.seeded.settings(mine))...), "EXECUTE again")
	for i, text := range script {
		rows, err := conn.Query(ctx, text, pgx.QueryExecModeSimpleProtocol)
		if err == nil {
			found := 0
			for rows.Next() {
				found++
			}
			rows.Close()
			if err = rows.Err(); err == nil && i == len(script)-1 && found > 0 {
				at.Outcome, at.Statements, at.Detail = Through, append(script, "ROLLBACK"), fmt.Sprintf("%d rows of a prepared statement", found)
			}
		}
		if err != nil {
			at.Detail = said(err)
			return at
		}
	}
	return at
}

// partition goes past a table to the part of it that holds the row.
func (a *attacker) partition(ctx context.Context, t, child *schema.Table, rows [2]row) {
	other := a.seeded.where(t, rows[theirs])
	a.add(name(child), "partition", a.each(ctx, "read", "SELECT * FROM "+ident(name(child))+" WHERE "+other, anyRow)...)
	a.add(name(child), "partition", a.each(ctx, "delete", "DELETE FROM "+ident(name(child))+" WHERE "+other, affected)...)
}

func (a *attacker) note(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if !slices.Contains(a.result.Notes, text) {
		a.result.Notes = append(a.result.Notes, text)
	}
}
