package proof

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/tenantvet/tenantvet/sqlcheck/schema"
)

// inServersWords makes the server say an expression of the model: set makes
// something of it, ask reads it; both are undone. On an error that is the answer.
func inServersWords(ctx context.Context, conn *pgx.Conn, path []string, set, ask string) string {
	tx, err := conn.Begin(ctx)
	if err != nil {
		return err.Error()
	}
	defer tx.Rollback(ctx)
	if len(path) == 0 {
		path = []string{"public"}
	}
	var quoted []string
	for _, p := range path {
		quoted = append(quoted, pgx.Identifier{p}.Sanitize())
	}
	if _, err := tx.Exec(ctx, "SET LOCAL search_path = "+strings.Join(quoted, ", ")+"; "+set); err != nil {
		return err.Error()
	}
	var text *string
	if err := tx.QueryRow(ctx, "SELECT set_config('search_path', 'public', true), ("+ask+")").Scan(new(string), &text); err != nil {
		return err.Error()
	}
	if text == nil {
		return ""
	}
	return *text
}

func named(t *schema.Table) string { return pgx.Identifier{t.Schema, t.Name}.Sanitize() }

// paths is where a text without a note of its own may have looked names up.
func paths(t *schema.Table) []string {
	if t.Schema == "public" {
		return nil
	}
	return []string{t.Schema, "public"}
}

func policyAsServer(ctx context.Context, conn *pgx.Conn, t *schema.Table, p *schema.Policy) (using, check string) {
	const ask = "SELECT pg_get_expr(%s, polrelid) FROM pg_policy WHERE polname = 'tenantvet_probe'"
	if p.Using != "" {
		using = inServersWords(ctx, conn, p.SearchPath, fmt.Sprintf("CREATE POLICY tenantvet_probe ON %s USING (%s)", named(t), p.Using), fmt.Sprintf(ask, "polqual"))
	}
	if p.Check != "" {
		check = inServersWords(ctx, conn, p.SearchPath, fmt.Sprintf("CREATE POLICY tenantvet_probe ON %s WITH CHECK (%s)", named(t), p.Check), fmt.Sprintf(ask, "polwithcheck"))
	}
	return using, check
}

func checkAsServer(ctx context.Context, conn *pgx.Conn, t *schema.Table, c schema.Check) string {
	alter, alone := "ALTER TABLE ONLY", "NO INHERIT"
	switch {
	case t.Partitioned:
		alter, alone = "ALTER TABLE", ""
	case t.Kind == schema.ForeignTable:
		alter = "ALTER FOREIGN TABLE ONLY"
	}
	return inServersWords(ctx, conn, paths(t), fmt.Sprintf("%s %s ADD CONSTRAINT tenantvet_probe CHECK (%s) %s NOT VALID", alter, named(t), c.Text, alone),
		"SELECT regexp_replace(pg_get_constraintdef(oid), '( NO INHERIT)?( NOT VALID)?$', '') FROM pg_constraint WHERE conname = 'tenantvet_probe' AND conrelid = "+regclass(t))
}

func regclass(t *schema.Table) string {
	return "'" + strings.ReplaceAll(named(t), "'", "''") + "'::regclass"
}

func queryAsServer(ctx context.Context, conn *pgx.Conn, t *schema.Table) string {
	columns := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		columns[i] = pgx.Identifier{c.Name}.Sanitize()
	}
	list := ""
	if len(columns) > 0 && !t.Incomplete {
		list = " (" + strings.Join(columns, ", ") + ")"
	}
	return inServersWords(ctx, conn, paths(t), "CREATE VIEW public.tenantvet_probe"+list+" AS "+t.Query, "SELECT pg_get_viewdef('public.tenantvet_probe'::regclass)")
}

func whereAsServer(ctx context.Context, conn *pgx.Conn, t schema.PublishedTable) string {
	return inServersWords(ctx, conn, nil, fmt.Sprintf("CREATE PUBLICATION tenantvet_probe FOR TABLE %s WHERE (%s)", t.Table, t.Where),
		"SELECT pg_get_expr(prqual, prrelid) FROM pg_publication_rel JOIN pg_publication p ON p.oid = prpubid WHERE pubname = 'tenantvet_probe'")
}
