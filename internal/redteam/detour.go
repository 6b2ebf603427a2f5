package redteam

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/tenantvet/tenantvet/sqlcheck/schema"
)

// detours asks views and functions. What they answer need not show whose row it
// comes from, as a sum does not: but if it differs where the other tenant has no
// rows, it tells of them.
func (a *attacker) detours(ctx context.Context) error {
	compare := func(object, kind, attack, sql string) {
		a.add(object, kind, a.compare(ctx, attack, sql)...)
	}
	for _, t := range a.target.Model.Tables {
		switch t.Kind {
		case schema.View, schema.MaterializedView:
			compare(name(t), t.Kind.String(), "read", "SELECT * FROM "+ident(name(t)))
			if t.Kind == schema.View && a.writable(ctx, t) {
				compare(name(t), t.Kind.String(), "delete", "DELETE FROM "+ident(name(t)))
			}
		}
	}
	for _, f := range a.target.Model.Functions {
		if f.Returns == "trigger" || f.Returns == "event_trigger" || f.Procedure || !a.mayCall(ctx, f) {
			continue
		}
		for _, sql := range a.calls(f) {
			compare(f.Signature(), "function", "read", sql)
		}
		for _, sql := range a.orders(f) {
			compare(f.Signature(), "function", "change", sql)
		}
	}
	return nil
}

// writable reports whether the server takes a DELETE from a view.
func (a *attacker) writable(ctx context.Context, t *schema.Table) bool {
	ok := false
	err := a.sessions[none].conn.QueryRow(ctx, "SELECT pg_relation_is_updatable(to_regclass($1), false) & 16 <> 0", ident(name(t))).Scan(&ok)
	return err == nil && ok
}

func (a *attacker) mayCall(ctx context.Context, f *schema.Function) bool {
	may := false
	err := a.sessions[none].conn.QueryRow(ctx, `SELECT bool_or(has_function_privilege(p.oid, 'execute') AND has_schema_privilege(n.oid, 'usage'))
		FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace WHERE nspname = $1 AND proname = $2`, f.Schema, f.Name).Scan(&may)
	return err == nil && may
}

// calls are calls of a function with arguments that are the other tenant's keys, as
// far as values for its parameters are known.
func (a *attacker) calls(f *schema.Function) []string {
	const variants = 3
	var out []string
	for variant := range variants {
		var args []string
		for _, typ := range f.Args {
			v, ok := a.argument(typ, variant)
			if !ok {
				return nil
			}
			args = append(args, quote(v)+"::"+typ)
		}
		if sql := callOf(f, args); !slices.Contains(out, sql) {
			out = append(out, sql)
		}
	}
	return out
}

func callOf(f *schema.Function, args []string) string {
	return fmt.Sprintf("SELECT * FROM %s(%s)", pgx.Identifier{f.Schema, f.Name}.Sanitize(), strings.Join(args, ", "))
}

// orders are calls of a function that changes rows with its owner's rights, about
// something that the other tenant's rows say: the name of a person, and not a secret
// that is unique. One with more than one parameter wants more than is known of it.
func (a *attacker) orders(f *schema.Function) []string {
	if !f.SecurityDefiner || f.Volatility != "volatile" || len(f.Args) != 1 {
		return nil
	}
	var out []string
	for _, t := range a.target.Model.Tables {
		rows, ok := a.seeded.rows[name(t)]
		if _, tenant := a.target.Tenant(t); !ok || !tenant || !slices.Contains(f.Reads, name(t)) {
			continue
		}
		for _, c := range a.seeded.columns[name(t)] {
			unique := slices.ContainsFunc(t.Keys, func(k schema.Key) bool { return slices.Contains(k.Columns, c.Name) })
			if v := rows[theirs][c.Name]; v != nil && !unique && c.Type == f.Args[0] && *v != tenantValue(c, theirs) {
				out = append(out, callOf(f, []string{quote(*v) + "::" + f.Args[0]}))
			}
		}
	}
	return out
}

// argument is a value of the other tenant's: its key first, then keys of its rows.
func (a *attacker) argument(typ string, variant int) (string, bool) {
	c := column{Base: typ, Type: typ}
	switch typ {
	case "integer", "bigint", "smallint", "numeric":
		c.Category = "N"
	case "text", "character varying", "citext":
		c.Category = "S"
	case "boolean":
		c.Category = "B"
	case "date", "timestamp with time zone", "timestamp without time zone":
		c.Category = "D"
	case "uuid", "json", "jsonb":
	default:
		if strings.HasSuffix(typ, "[]") {
			c.Category = "A"
		}
	}
	if v := tenantValue(c, theirs); v != "" && variant == 0 {
		return v, true
	}
	n := 0
	for _, t := range a.target.Model.Tables {
		rows, ok := a.seeded.rows[name(t)]
		if _, tenant := a.target.Tenant(t); !ok || !tenant {
			continue
		}
		for _, k := range t.Keys {
			if !k.Primary {
				continue // it may hold a secret, which nobody else knows
			}
			for _, kc := range k.Columns {
				i := slices.IndexFunc(a.seeded.columns[name(t)], func(x column) bool { return x.Name == kc && x.Base == typ })
				if i < 0 || rows[theirs][kc] == nil || a.seeded.keys[name(t)][kc] {
					continue
				}
				if n++; n == variant {
					return *rows[theirs][kc], true
				}
			}
		}
	}
	return value("", c, theirs, variant)
}
