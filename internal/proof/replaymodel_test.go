package proof

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/tenantvet/tenantvet/sqlcheck/schema"
)

// modelFacts gives a model as serverFacts does the catalog. The server itself
// puts defaults into its words.
func modelFacts(ctx context.Context, conn *pgx.Conn, m *schema.Model) ([]string, error) {
	var out []string
	add := func(words ...string) {
		words = slices.DeleteFunc(words, func(w string) bool { return w == "" })
		out = append(out, strings.Join(words, " "))
	}
	for _, t := range m.Tables {
		if t.Assumed {
			continue
		}
		full := t.Schema + "." + t.Name
		derived := t.Kind == schema.View || t.Kind == schema.MaterializedView
		add("table", full, [...]string{"", "view", "matview", "foreign"}[t.Kind], when(t.Partitioned, "partitioned"),
			when(t.RLS, "rls"), when(t.Forced, "forced"), when(t.PartitionOf != "", "partition of "+t.PartitionOf),
			when(len(t.Inherits) > 0, "inherits "+strings.Join(t.Inherits, " ")))
		for i, c := range t.Columns {
			typ, text := strings.ReplaceAll(bareType.ReplaceAllString(c.Type, ""), `"`, ""), ""
			if derived {
				typ = ""
			} else if c.Default != "" {
				var err error
				if text, err = asServer(ctx, conn, t, c); err != nil {
					text = fmt.Sprintf("%s (%v)", c.Default, err)
				}
			}
			add("column", fmt.Sprintf("%s.%d", full, i+1), c.Name, typ, when(c.NotNull, "not null"), when(c.Identity, "identity"),
				when(c.Generated, "generated"), when(text != "", "default "+text))
		}
		for _, k := range t.Keys {
			add("key", full, k.Name, "("+strings.Join(k.Columns, ",")+")", when(k.Primary, "primary"), when(k.Constraint, "constraint"), when(k.Partial, "partial"))
		}
		for _, f := range t.ForeignKeys {
			add("foreign key", full, f.Name, "("+strings.Join(f.Columns, ",")+")", "to", f.Table, "("+strings.Join(f.References, ",")+")",
				"delete", f.OnDelete, when(len(f.Clears) > 0, "("+strings.Join(f.Clears, ",")+")"), "update", f.OnUpdate, when(f.Unchecked, "not valid"))
		}
		for _, g := range t.Triggers {
			timing := "after"
			if g.Before {
				timing = "before"
			} else if g.Instead {
				timing = "instead"
			}
			add("trigger", full, g.Name, timing, when(g.Insert, "insert"), when(g.Update, "update"), when(g.Delete, "delete"), when(g.Row, "row"),
				when(g.Conditional, "conditional"), when(g.Disabled, "disabled"), "calls", g.Function.Schema+"."+g.Function.Name)
		}
		for _, p := range t.Policies {
			using, check := policyAsServer(ctx, conn, t, p)
			add("policy", full, p.Name, "for", p.Command, "to", strings.Join(p.Roles, ","), when(!p.Permissive, "restrictive"),
				when(p.Using != "", "using "+using), when(p.Check != "", "check "+check))
		}
	}
	return append(out, modelAccess(ctx, conn, m)...), nil
}

var bareType = regexp.MustCompile(`^[^ ]+\.`)

// asServer gives a column's default in the server's words: it is made the
// default of a column of a table like this one.
func asServer(ctx context.Context, conn *pgx.Conn, t *schema.Table, c schema.Column) (string, error) {
	tx, err := conn.Begin(ctx)
	if err != nil {
		return "", err
	}
	defer tx.Rollback(ctx)
	name := pgx.Identifier{t.Name}.Sanitize() // which a generated column may use
	set := "SET search_path = " + pgx.Identifier{t.Schema}.Sanitize() + ", public; "
	if c.Generated {
		set += fmt.Sprintf("CREATE TEMP TABLE %[1]s (LIKE %[2]s); ALTER TABLE pg_temp.%[1]s DROP %[3]s; ALTER TABLE pg_temp.%[1]s ADD %[3]s %[4]s GENERATED ALWAYS AS (%[5]s) STORED", name,
			pgx.Identifier{t.Schema, t.Name}.Sanitize(), pgx.Identifier{c.Name}.Sanitize(), c.Type, c.Default)
	} else {
		set += fmt.Sprintf("CREATE TEMP TABLE %[1]s (LIKE %[2]s); ALTER TABLE pg_temp.%[1]s ALTER %[3]s SET DEFAULT %[4]s", name,
			pgx.Identifier{t.Schema, t.Name}.Sanitize(), pgx.Identifier{c.Name}.Sanitize(), c.Default)
	}
	if _, err := tx.Exec(ctx, set); err != nil {
		return "", err
	}
	var text string
	err = tx.QueryRow(ctx, `SELECT set_config('search_path', 'public', true), pg_get_expr(adbin, adrelid) FROM pg_attrdef JOIN pg_attribute ON attrelid = adrelid AND attnum = adnum
		WHERE adrelid = $2::regclass AND attname = $1`, c.Name, "pg_temp."+name).Scan(new(string), &text)
	return text, err
}

func when(on bool, word string) string {
	if on {
		return word
	}
	return ""
}
