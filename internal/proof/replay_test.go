package proof

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"golang.org/x/tools/txtar"

	"github.com/tenantvet/tenantvet/internal/proof/pgserver"
	"github.com/tenantvet/tenantvet/sqlcheck"
	"github.com/tenantvet/tenantvet/sqlcheck/schema"
)

// A migrations is a folder of migrations that a server can run.
type migrations struct {
	name  string
	files []schema.File
	// prelude is what the operator or the provider has made before.
	prelude string
	// unequal are differences that are meant, by the line without its sign.
	unequal map[string]string
	psql    bool // runs the files
}

// The replay of migrations gives what a server has after it ran them: tables,
// columns, keys, foreign keys, triggers and policies, with the names that the
// server makes up.
func TestReplayIsTheServers(t *testing.T) {
	pgserver.Need(t, server)
	// One of its own: the roles of the proofs belong to the whole server.
	s, err := pgserver.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Stop(); err != nil {
			t.Error(err)
		}
	})
	writtenFor15(t, s)
	folders, err := replayed()
	if err != nil {
		t.Fatal(err)
	}
	if len(folders) < 38 {
		t.Fatalf("only %d folders of migrations", len(folders))
	}
	for _, m := range folders {
		t.Run(m.name, func(t *testing.T) {
			if _, err := exec.LookPath("psql"); m.psql && err != nil {
				t.Skip(err)
			}
			m.check(t, s)
		})
	}
}

// writtenFor15 skips what an older server can't run.
func writtenFor15(t *testing.T, s *pgserver.Server) {
	t.Helper()
	if version := serverVersion(t, s); version < 150000 {
		t.Skipf("the migrations are written for PostgreSQL 15, not %d", version/10000)
	}
}

// serverVersion is server_version_num.
func serverVersion(t *testing.T, s *pgserver.Server) int {
	t.Helper()
	var version int
	if err := connect(t, s, "postgres").QueryRow(t.Context(), "SELECT current_setting('server_version_num')::int").Scan(&version); err != nil {
		t.Fatal(err)
	}
	return version
}

// check reports the differences that are not meant, and returns how many facts the
// server has.
func (m migrations) check(t *testing.T, s *pgserver.Server) int {
	t.Helper()
	diff, facts, err := m.compare(t.Context(), t, s)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range diff {
		if m.unequal[line[2:]] == "" {
			t.Error(line)
		}
		delete(m.unequal, line[2:])
	}
	for line := range m.unequal {
		t.Errorf("is equal by now: %s", line)
	}
	return facts
}

// compare returns the facts that only one of the two has: with - the server,
// with + the model.
func (m migrations) compare(ctx context.Context, t *testing.T, s *pgserver.Server) (diff []string, facts int, err error) {
	_, ordered := schema.Arrange(m.files)
	model, problems := schema.Replay(ordered)
	for _, p := range problems {
		return nil, 0, fmt.Errorf("%s:%d: %s", p.At.File, p.At.Line, p.Message)
	}
	conn, err := scratch(ctx, t, s)
	if err != nil {
		return nil, 0, err
	}
	if _, err := conn.Exec(ctx, m.prelude); err != nil {
		return nil, 0, fmt.Errorf("prelude: %w", err)
	}
	last, err := lastOID(ctx, conn)
	if err != nil {
		return nil, 0, err
	}
	for _, f := range ordered {
		// A migration tool opens a connection, or resets it.
		if _, err := conn.Exec(ctx, "RESET ALL; RESET SESSION AUTHORIZATION"); err != nil {
			return nil, 0, err
		}
		run := execFile
		if m.psql {
			run = psqlFile
		}
		if err := run(ctx, conn, f.SQL); err != nil {
			return nil, 0, fmt.Errorf("%s: %w", f.Path, err)
		}
	}
	if _, err := conn.Exec(ctx, "RESET ALL; RESET SESSION AUTHORIZATION"); err != nil {
		return nil, 0, err
	}
	has, err := serverFacts(ctx, conn, last)
	if err != nil {
		return nil, 0, err
	}
	says, err := modelFacts(ctx, conn, model)
	if err != nil {
		return nil, 0, err
	}
	live, err := liveDifference(ctx, conn, model)
	if err != nil {
		return nil, 0, fmt.Errorf("read as a live database: %w", err)
	}
	for _, line := range live {
		t.Errorf("read as a live database: %s", line)
	}
	return difference(model, has, says), len(has), nil
}

// execFile runs a file as one text, or statement by statement if it has some that
// no transaction may have around, or uses a new value of an enum.
func execFile(ctx context.Context, conn *pgx.Conn, sql string) error {
	_, err := conn.Exec(ctx, sql)
	var e *pgconn.PgError
	if !errors.As(err, &e) || e.Code != "25001" && e.Code != "55P04" {
		return err
	}
	for _, span := range sqlcheck.Split(sql) {
		if _, err := conn.Exec(ctx, sql[span.Pos:span.End]); err != nil {
			return err
		}
	}
	return nil
}

// psqlFile runs a file by psql.
func psqlFile(ctx context.Context, conn *pgx.Conn, sql string) error {
	cmd := exec.CommandContext(ctx, "psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", conn.Config().ConnString(), "-f", "-")
	cmd.Stdin = strings.NewReader(sql)
	out, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Errorf("%w: %s", err, out)
	}
	return nil
}

// lastOID is the highest of the objects that are there.
func lastOID(ctx context.Context, conn *pgx.Conn) (last uint32, err error) {
	err = conn.QueryRow(ctx, `SELECT greatest((SELECT max(oid) FROM pg_class), (SELECT max(oid) FROM pg_authid),
		(SELECT max(oid) FROM pg_proc), (SELECT max(oid) FROM pg_namespace))`).Scan(&last)
	return last, err
}

// difference is what only one has, but for the columns of what the model says it
// doesn't know in full.
func difference(model *schema.Model, has, says []string) []string {
	unclear := func(line string) bool {
		return slices.ContainsFunc(model.Tables, func(t *schema.Table) bool {
			return t.Incomplete && strings.HasPrefix(line, "column "+t.Schema+"."+t.Name+".")
		})
	}
	var out []string
	for _, line := range has {
		if !slices.Contains(says, line) && !unclear(line) {
			out = append(out, "- "+line)
		}
	}
	for _, line := range says {
		if !slices.Contains(has, line) && !unclear(line) {
			out = append(out, "+ "+line)
		}
	}
	slices.SortFunc(out, func(a, b string) int { return strings.Compare(a[2:], b[2:]) })
	return out
}

// scratch connects to an empty database. The roles that the test makes, which
// belong to the whole server, go with it.
func scratch(ctx context.Context, t *testing.T, s *pgserver.Server) (*pgx.Conn, error) {
	admin, err := pgx.Connect(ctx, s.URL(pgserver.Superuser, "postgres"))
	if err != nil {
		return nil, err
	}
	roles, err := textsOf(ctx, admin, "SELECT rolname FROM pg_roles")
	if err != nil {
		return nil, err
	}
	t.Cleanup(func() {
		defer admin.Close(context.Background())
		now, err := textsOf(context.Background(), admin, "SELECT rolname FROM pg_roles")
		if err != nil {
			t.Error(err)
		}
		if _, err := admin.Exec(context.Background(), "ALTER ROLE CURRENT_USER RESET ALL"); err != nil {
			t.Error(err)
		}
		for _, role := range now {
			if slices.Contains(roles, role) {
				continue
			}
			if _, err := admin.Exec(context.Background(), "DROP ROLE "+pgx.Identifier{role}.Sanitize()); err != nil {
				t.Error(err)
			}
		}
	})
	conn, err := pgx.Connect(ctx, s.URL(pgserver.Superuser, s.Clone(t, "template1")))
	if err != nil {
		return nil, err
	}
	t.Cleanup(func() { conn.Close(context.Background()) })
	return conn, nil
}

func textsOf(ctx context.Context, conn *pgx.Conn, query string) ([]string, error) {
	rows, err := conn.Query(ctx, query)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}

// replayed lists the migrations of the repository.
func replayed() ([]migrations, error) {
	archives, err := filepath.Glob("../../sqlcheck/schema/testdata/*.txtar")
	if err != nil {
		return nil, err
	}
	var out []migrations
	for _, name := range archives {
		m := migrations{name: strings.TrimSuffix(filepath.Base(name), ".txtar")}
		if notRun()[m.name] != "" {
			continue
		}
		archive, err := txtar.ParseFile(name)
		if err != nil {
			return nil, err
		}
		for _, f := range archive.Files {
			if f.Name != "model" {
				m.files = append(m.files, schema.File{Path: f.Name, SQL: string(f.Data)})
			}
		}
		m.prelude, m.unequal = preludes()[m.name], unequal()[m.name]
		m.psql = slices.Contains(psqlArchives(), m.name)
		out = append(out, m)
	}
	for _, dir := range []string{"../../examples/shop/migrations", "../../testdata/src/migrations", "examples/migrations"} {
		m := migrations{name: filepath.Base(filepath.Dir(dir)) + "/" + filepath.Base(dir)}
		files, err := filepath.Glob(filepath.Join(dir, "*.sql"))
		if err != nil {
			return nil, err
		}
		for _, name := range files {
			text, err := os.ReadFile(name)
			if err != nil {
				return nil, err
			}
			m.files = append(m.files, schema.File{Path: filepath.Base(name), SQL: string(text)})
		}
		out = append(out, m)
	}
	return out, nil
}
