package formattedset

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"text/template"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/lib/pq"
)

// Bad: the tenant is formatted into SET.
func Sprintf(ctx context.Context, tx pgx.Tx, tenantID string) error {
	_, err := tx.Exec(ctx, fmt.Sprintf("SET LOCAL app.tenant_id = '%s'", tenantID)) // want `tenant context app.tenant_id is built by formatting`
	return err
}

// Bad: %q quotes for Go, not for SQL.
func Quoted(ctx context.Context, tx pgx.Tx, tenantID string) error {
	_, err := tx.Exec(ctx, fmt.Sprintf(`SET LOCAL app.tenant_id = %q`, tenantID)) // want `tenant context app.tenant_id is built by formatting`
	return err
}

// Bad: concatenation, database/sql.
func Concat(ctx context.Context, tx *sql.Tx, tenantID string) error {
	_, err := tx.ExecContext(ctx, "SET LOCAL app.tenant_id = '"+tenantID+"'") // want `tenant context app.tenant_id is built by formatting`
	return err
}

// Bad: set_config doesn't help when the value is formatted all the same.
func Config(ctx context.Context, tx pgx.Tx, tenantID string) error {
	query := fmt.Sprintf("SELECT set_config('app.tenant_id', '%s', true)", tenantID) // want `tenant context app.tenant_id is built by formatting`
	_, err := tx.Exec(ctx, query)
	return err
}

// Bad: a builder.
func Builder(ctx context.Context, tx pgx.Tx, tenantID string, local bool) error {
	var b strings.Builder
	b.WriteString("SET ") // want `tenant context app.tenant_id is built by formatting`
	b.WriteString("LOCAL app.tenant_id = '")
	b.WriteString(tenantID)
	b.WriteByte('\'')
	_, err := tx.Exec(ctx, b.String())
	return err
}

// Bad: an identifier's quotes protect nothing inside a literal.
func WrongQuotes(ctx context.Context, tx pgx.Tx, tenantID string) error {
	_, err := tx.Exec(ctx, "SET LOCAL app.tenant_id = '"+pgx.Identifier{tenantID}.Sanitize()+"'") // want `tenant context app.tenant_id is built by formatting`
	return err
}

// Bad: doubled quotes without quotes around.
func NoQuotes(ctx context.Context, tx pgx.Tx, tenantID string) error {
	_, err := tx.Exec(ctx, "SET LOCAL app.tenant_id = "+strings.ReplaceAll(tenantID, "'", "''")) // want `tenant context app.tenant_id is built by formatting`
	return err
}

// Fixed.
func Bound(ctx context.Context, tx pgx.Tx, tenantID string) error {
	_, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenantID)
	return err
}

// A UUID's text can't hold SQL, and a quoting function keeps a value in its place.
func Typed(ctx context.Context, tx pgx.Tx, tenantID uuid.UUID) error {
	_, err := tx.Exec(ctx, fmt.Sprintf("SET LOCAL app.tenant_id = '%s'", tenantID.String()))
	return err
}

func Number(ctx context.Context, tx pgx.Tx, tenantID int64) error {
	_, err := tx.Exec(ctx, fmt.Sprintf("SET LOCAL app.tenant_id = '%d'", tenantID))
	return err
}

func Literal(ctx context.Context, tx *sql.Tx, tenantID string) error {
	_, err := tx.ExecContext(ctx, "SET LOCAL app.tenant_id = "+pq.QuoteLiteral(tenantID))
	return err
}

// Quoting of the program's own.
func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

func Own(ctx context.Context, tx pgx.Tx, tenantID string) error {
	_, err := tx.Exec(ctx, "SET LOCAL app.tenant_id = "+quote(tenantID))
	return err
}

// Settings that carry no tenant.
func Timeout(ctx context.Context, tx pgx.Tx, ms int, zone string) error {
	if _, err := tx.Exec(ctx, fmt.Sprintf("SET LOCAL statement_timeout = %d", ms)); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, "SET LOCAL hnsw.iterative_scan = "+zone); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, fmt.Sprintf("SET LOCAL TIME ZONE '%s'", zone))
	return err
}

// English that starts with "Set".
func English(name string) string {
	return fmt.Sprintf("Set app.tenant_id = '%s' before you start", name)
}

var setTenant = template.Must(template.New("set").Parse("SET LOCAL app.tenant_id = '{{ .Tenant }}'")) // want `tenant context app.tenant_id is built by formatting`

// Bad: a text template writes the value as it is.
func Template(ctx context.Context, tx pgx.Tx, tenant string) error {
	var b strings.Builder
	if err := setTenant.Execute(&b, map[string]string{"Tenant": tenant}); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, b.String())
	return err
}

// Silent: whoever calls it quotes the name.
func setPath(ctx context.Context, tx pgx.Tx, quoted string) error {
	_, err := tx.Exec(ctx, fmt.Sprintf("SET LOCAL search_path TO %s", quoted))
	return err
}

func Path(ctx context.Context, tx pgx.Tx, schema string) error {
	return setPath(ctx, tx, pq.QuoteIdentifier(schema))
}

// Bad: one caller does not.
func setAnyPath(ctx context.Context, tx pgx.Tx, schema string) error {
	_, err := tx.Exec(ctx, fmt.Sprintf("SET LOCAL search_path TO %s", schema)) // want `search_path is built by formatting`
	return err
}

func QuotedPath(ctx context.Context, tx pgx.Tx, schema string) error {
	return setAnyPath(ctx, tx, pq.QuoteIdentifier(schema))
}

func PlainPath(ctx context.Context, tx pgx.Tx, schema string) error {
	return setAnyPath(ctx, tx, schema)
}

// Bad: it is kept where others call it.
func setKeptPath(ctx context.Context, tx pgx.Tx, schema string) error {
	_, err := tx.Exec(ctx, fmt.Sprintf("SET LOCAL search_path TO %s", schema)) // want `search_path is built by formatting`
	return err
}

func KeptPath(ctx context.Context, tx pgx.Tx, schema string) (func(context.Context, pgx.Tx, string) error, error) {
	return setKeptPath, setKeptPath(ctx, tx, pq.QuoteIdentifier(schema))
}
