package proof

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"golang.org/x/tools/txtar"

	"github.com/tenantvet/tenantvet/internal/proof/pgserver"
	"github.com/tenantvet/tenantvet/sqlcheck"
)

// A schemaCase is a case of a rule about migrations, with what shows on a server
// that the rule is right: the last statement of the attack returns a row, or fails
// in the way that it says, after bad.sql, and does neither after fix.sql.
type schemaCase struct {
	rule, name string
	*txtar.Archive
}

func (c schemaCase) section(name string) string {
	for _, f := range c.Files {
		if f.Name == name {
			return string(f.Data)
		}
	}
	return ""
}

func schemaCases(t testing.TB) []schemaCase {
	t.Helper()
	files, err := filepath.Glob("../../testdata/schema/*/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	var out []schemaCase
	for _, file := range files {
		a, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		c := schemaCase{filepath.Base(filepath.Dir(file)), strings.TrimSuffix(filepath.Base(file), ".txtar"), a}
		if c.section("attack.sql") != "" {
			out = append(out, c)
		}
	}
	return out
}

// schemaProofs are the cases as proofs, for the registry.
func schemaProofs(t testing.TB) []Proof {
	var out []Proof
	for _, c := range schemaCases(t) {
		out = append(out, Proof{Rule: c.rule, Form: c.name})
	}
	return out
}

// The cases create roles, which all databases share: so they have a server of
// their own.
func TestSchemaProofs(t *testing.T) {
	pgserver.Need(t, server)
	s, err := pgserver.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Stop() })
	for _, c := range schemaCases(t) {
		t.Run(c.rule+"/"+c.name, func(t *testing.T) {
			if last, err := strconv.Atoi(strings.TrimSpace(c.section("until"))); err == nil && serverVersion(t, s)/10000 > last {
				t.Skipf("not so any more since PostgreSQL %d", last+1)
			}
			bad := c.outcomes(t, s, "bad.sql", "attack.sql")[0]
			if wanted := c.section("error"); wanted != "" {
				if bad.err == nil || !strings.Contains(bad.err.Error(), strings.TrimSpace(wanted)) {
					t.Errorf("after bad.sql the attack ends with %v, want %q", bad, wanted)
				}
			} else if bad.err != nil || bad.rows == 0 {
				t.Errorf("after bad.sql the attack ends with %v, want a row", bad)
			}
			fixed := c.outcomes(t, s, "fix.sql", "own.sql", "attack.sql")
			if o := fixed[0]; c.section("own.sql") != "" && (o.err != nil || o.rows == 0) {
				t.Errorf("after fix.sql the tenant's own work ends with %v, want a row", o)
			}
			if o := fixed[1]; c.section("error") == "" && o.err == nil && o.rows > 0 || c.section("error") != "" && o.err != nil {
				t.Errorf("after fix.sql the attack ends with %v", o)
			}
		})
	}
}

// An attackOutcome is how a script ended.
type attackOutcome struct {
	rows int // of its last statement
	err  error
}

func (o attackOutcome) String() string {
	if o.err != nil {
		return o.err.Error()
	}
	return fmt.Sprintf("%d rows", o.rows)
}

// outcomes runs scripts in a database of the case, each on a connection of the
// application or of the role that its first line names.
func (c schemaCase) outcomes(t *testing.T, s *pgserver.Server, upTo string, scripts ...string) (out []attackOutcome) {
	t.Helper()
	c.inDatabase(t, s, upTo, func() {
		for _, script := range scripts {
			out = append(out, runScript(t, s, c.section(script)))
		}
	})
	return out
}

// inDatabase makes a database by the migrations up to upTo, with rows in it, and
// removes it with its roles when do is done.
func (c schemaCase) inDatabase(t *testing.T, s *pgserver.Server, upTo string, do func()) {
	t.Helper()
	ctx := t.Context()
	before := rolesOf(t, s)
	texts := []string{c.section("base.sql"), c.section("bad.sql")}
	if upTo == "fix.sql" {
		texts = append(texts, c.section("fix.sql"))
	}
	texts = append(texts, c.section("seed.sql"))
	if err := s.Prepare(ctx, "case", slices.DeleteFunc(texts, func(t string) bool { return t == "" })...); err != nil {
		t.Fatal(err)
	}
	defer func() {
		admin(t, s, `DROP DATABASE "case" WITH (FORCE)`)
		for _, role := range rolesOf(t, s) {
			if !slices.Contains(before, role) {
				admin(t, s, "DROP ROLE "+pgx.Identifier{role}.Sanitize())
			}
		}
	}()
	do()
}

// runScript runs statements one by one until one fails.
func runScript(t *testing.T, s *pgserver.Server, text string) (o attackOutcome) {
	t.Helper()
	ctx := t.Context()
	login := "app"
	if first, _, _ := strings.Cut(text, "\n"); strings.HasPrefix(first, "-- as ") {
		login = strings.TrimSpace(strings.TrimPrefix(first, "-- as "))
	}
	conn, err := pgx.Connect(ctx, s.URL(login, "case"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	for _, span := range sqlcheck.Split(text) {
		rows, err := conn.Query(ctx, text[span.Pos:span.End], pgx.QueryExecModeSimpleProtocol)
		if err != nil {
			return attackOutcome{err: err}
		}
		for o.rows = 0; rows.Next(); {
			o.rows++
		}
		if o.err = rows.Err(); o.err != nil {
			return o
		}
	}
	return o
}

func rolesOf(t *testing.T, s *pgserver.Server) []string {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), s.URL(pgserver.Superuser, "postgres"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	names, err := textsOf(t.Context(), conn, "SELECT rolname FROM pg_roles ORDER BY 1")
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func admin(t *testing.T, s *pgserver.Server, statement string) {
	t.Helper()
	conn, err := pgx.Connect(context.Background(), s.URL(pgserver.Superuser, "postgres"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	if _, err := conn.Exec(context.Background(), statement); err != nil {
		t.Errorf("%s: %v", statement, err)
	}
}
