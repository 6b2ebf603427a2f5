package redteam

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/tenantvet/tenantvet/sqlcheck/schema"
)

// Contexts in which a session attacks.
const (
	none  = "none"  // a connection that never had one
	empty = "empty" // the settings are '', as after an earlier transaction
	stale = "stale" // the other tenant used the connection before
	own   = "own"   // the tenant's own
	role  = "role"  // its own, in a role that the login can switch to
	flag  = "flag"  // its own, with a setting that opens policies, and that any role can set
)

// settings are what a connection of a tenant sets: each setting that policies
// compare with rows has the value of the tenant's row.
func (s *seeded) settings(who int) map[string]string {
	out := map[string]string{}
	claims := map[string]any{"role": "authenticated"}
	usesClaims := false
	for _, t := range s.target.Model.Tables {
		rows, filled := s.rows[name(t)]
		for _, p := range t.Policies {
			for _, u := range p.Settings {
				if u.Name == "role" {
					continue
				}
				if strings.HasPrefix(u.Name, "request.jwt") {
					usesClaims = true
				}
				if u.Use != schema.ComparesRow || !filled {
					continue
				}
				for _, c := range u.Columns {
					v := rows[who][c]
					if v == nil {
						continue
					}
					if strings.HasPrefix(u.Name, "request.jwt") {
						other := v
						if o := rows[1-who][c]; o != nil {
							other = o
						}
						s.claim(claims, p, *v, *other)
						continue
					}
					if _, given := out[u.Name]; !given || s.keys[name(t)][c] {
						out[u.Name] = *v
					}
				}
			}
		}
	}
	for _, setting := range s.target.Settings {
		if _, given := out[setting]; !given && !strings.HasPrefix(setting, "request.") && setting != "role" && setting != "search_path" {
			out[setting] = s.tenantKey(column{Base: "uuid"}, who)
		}
	}
	if usesClaims {
		data, err := json.Marshal(claims)
		if err == nil {
			out["request.jwt.claims"] = string(data)
		}
	}
	return out
}

var claimPath = regexp.MustCompile(`->>?\s*'([A-Za-z0-9_]+)'(?:::text)?(\)*::bool)?`)

// claim puts a value where a policy, or a function that it calls, looks for it in
// the claims.
func (s *seeded) claim(claims map[string]any, p *schema.Policy, value, other string) {
	texts := []string{p.Using, p.Check}
	for _, f := range s.target.Model.Functions {
		if slices.Contains(p.Calls, f.Schema+"."+f.Name) {
			texts = append(texts, f.Body)
		}
	}
	for _, text := range texts {
		if strings.Contains(text, "uid(") {
			claims["sub"] = value
		}
		at, forged := claims, false
		for _, m := range claimPath.FindAllStringSubmatch(text, -1) {
			if strings.HasPrefix(m[0], "->>") {
				value := value
				if forged {
					value = other
				}
				if m[2] != "" { // a flag: who writes it himself, sets it
					if forged {
						at[m[1]] = true
					}
					at, forged = claims, false
					continue
				}
				forged = false
				if _, given := at[m[1]]; !given {
					at[m[1]] = value
				}
				at = claims
				continue
			}
			// What users say of themselves, they can say of others.
			forged = forged || strings.Contains(m[1], "user_meta")
			inner, ok := at[m[1]].(map[string]any)
			if !ok {
				inner = map[string]any{}
				at[m[1]] = inner
			}
			at = inner
		}
	}
}

// A session is a connection of a role, in one of the contexts.
type session struct {
	conn    *pgx.Conn
	context string
	what    string   // the role, or the flag
	before  []string // what was run on the connection before, for who repeats it
	set     []string // what each transaction begins with
}

func setLocal(settings map[string]string) []string {
	var out []string
	for _, name := range slices.Sorted(maps.Keys(settings)) {
		out = append(out, fmt.Sprintf("SELECT set_config(%s, %s, true)", quote(name), quote(settings[name])))
	}
	return out
}

func (a *attacker) open(ctx context.Context, database, kind string) (*session, error) {
	conn, err := a.target.Server.Connect(ctx, a.login, database)
	if err != nil {
		return nil, err
	}
	s := &session{conn: conn, context: kind}
	switch kind {
	case empty:
		blank := a.seeded.settings(mine)
		for name := range blank {
			blank[name] = ""
		}
		s.set = setLocal(blank)
	case own:
		s.set = setLocal(a.seeded.settings(mine))
	case stale:
		s.before = append(append([]string{"BEGIN"}, setLocal(a.seeded.settings(theirs))...), "COMMIT")
		for _, sql := range s.before {
			if _, err := conn.Exec(ctx, sql); err != nil {
				conn.Close(ctx)
				return nil, err
			}
		}
	}
	return s, nil
}

// An answer is what a statement came to.
type answer struct {
	rows     []string // as text, sorted
	affected int64
	err      error
}

// try runs a statement in a transaction of its own, which is rolled back.
func (s *session) try(ctx context.Context, sql string) (ans answer) {
	tx, err := s.conn.Begin(ctx)
	if err != nil {
		return answer{err: err}
	}
	defer tx.Rollback(context.WithoutCancel(ctx))
	for _, set := range s.set {
		if _, err := tx.Exec(ctx, set); err != nil {
			return answer{err: err}
		}
	}
	rows, err := tx.Query(ctx, sql, pgx.QueryExecModeSimpleProtocol)
	if err != nil {
		return answer{err: err}
	}
	ans.rows, err = pgx.CollectRows(rows, func(r pgx.CollectableRow) (string, error) {
		var b strings.Builder
		for _, v := range r.RawValues() {
			fmt.Fprintf(&b, "%q,", v)
		}
		return b.String(), nil
	})
	slices.Sort(ans.rows)
	ans.affected, ans.err = rows.CommandTag().RowsAffected(), err
	return ans
}

// script is what repeats a statement of the session.
func (s *session) script(sql string) []string {
	return append(append(append(slices.Clone(s.before), "BEGIN"), s.set...), sql, "ROLLBACK")
}
