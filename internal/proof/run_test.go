package proof

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
	_ "github.com/lib/pq"              // the driver "postgres"

	"github.com/tenantvet/tenantvet/internal/proof/examples/servicerole"
	"github.com/tenantvet/tenantvet/internal/proof/pgserver"
)

// An observation is what a program did to two tenants' data.
type observation struct {
	err      error
	symptoms map[Symptom]string // with what shows it
}

func (o observation) String() string {
	if len(o.symptoms) == 0 {
		return "nothing wrong"
	}
	var parts []string
	for _, s := range []Symptom{Reads, Writes, Breaks, Soils} {
		if detail, ok := o.symptoms[s]; ok {
			parts = append(parts, fmt.Sprintf("%s (%s)", s, detail))
		}
	}
	return strings.Join(parts, ", ")
}

// observe runs a program once, on the proof's copy of the database, and looks
// at the rows it returned, at the other tenant's rows, and at the connection
// that the next borrower gets.
func (p Proof) observe(t *testing.T, program Program, database, driver, login, value string) observation {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := fill(ctx, server, database); err != nil {
		t.Fatal(err)
	}
	url := server.URL(login, database)
	o := observation{symptoms: map[Symptom]string{}}

	var (
		names []string
		err   error
	)
	switch {
	case program.Pool != nil:
		pool := p.openPool(ctx, t, url)
		names, err = program.Pool(ctx, pool, value)
		p.inspect(o, func(query string, into ...any) error { return pool.QueryRow(ctx, query).Scan(into...) })
		pool.Close()
	case program.SQL != nil:
		db := p.openSQL(ctx, t, driver, url)
		names, err = program.SQL(ctx, db, value)
		p.inspect(o, func(query string, into ...any) error { return db.QueryRowContext(ctx, query).Scan(into...) })
		db.Close()
	case program.Login != nil:
		names, err = runLogin(ctx, t, program.Login, database, value)
	}
	o.err = err
	judge(o, names)
	for _, table := range tables() {
		if changed := foreignChange(ctx, t, database, table); changed != "" {
			o.symptoms[Writes] = changed
		}
	}
	return o
}

// judge compares what the program returned with A's rows.
func judge(o observation, names []string) {
	if o.err != nil {
		o.symptoms[Breaks] = o.err.Error()
	}
	own := 0
	for _, name := range names {
		if strings.HasPrefix(name, "b") {
			o.symptoms[Reads] = fmt.Sprint(names)
		} else {
			own++
		}
	}
	if o.err == nil && own != 2 {
		o.symptoms[Breaks] = fmt.Sprintf("%d of A's 2 rows", own)
	}
}

// inspect looks at the connection as the next borrower gets it.
func (p Proof) inspect(o observation, queryRow func(query string, into ...any) error) {
	if p.Soiled || p.Conns > 1 {
		return // what is there was there before, or the next borrower may get another one
	}
	var tenant, role, path string
	var raised, moved bool
	const state = "SELECT coalesce(current_setting('app.tenant_id', true), ''), current_user, current_user <> session_user," +
		" current_setting('search_path'), current_setting('search_path') <> (SELECT reset_val FROM pg_settings WHERE name = 'search_path')"
	if err := queryRow(state, &tenant, &role, &raised, &path, &moved); err != nil {
		o.symptoms[Soils] = err.Error()
	}
	if tenant != "" {
		o.symptoms[Soils] = "app.tenant_id is " + tenant
	}
	if raised {
		o.symptoms[Soils] = "role is " + role
	}
	if moved {
		o.symptoms[Soils] = "search_path is " + path
	}
}

// foreignChange says what has become of B's row in a table, "" when nothing has.
func foreignChange(ctx context.Context, t *testing.T, database, table string) string {
	t.Helper()
	conn, err := pgx.Connect(ctx, server.URL(pgserver.Superuser, database))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	var same bool
	query := fmt.Sprintf("SELECT count(*) = 1 FROM %s WHERE tenant_id = $1 AND name = 'b1' AND NOT archived", table)
	if err := conn.QueryRow(ctx, query, tenantB).Scan(&same); err != nil {
		t.Fatal(err)
	}
	if same {
		return ""
	}
	return "b1 in " + table
}

func (p Proof) openPool(ctx context.Context, t *testing.T, url string) *pgxpool.Pool {
	t.Helper()
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		t.Fatal(err)
	}
	config.MaxConns = int32(max(p.Conns, 1))
	if p.Soiled {
		config.AfterConnect = func(ctx context.Context, conn *pgx.Conn) error {
			_, err := conn.Exec(ctx, "SELECT set_config('app.tenant_id', $1, false)", tenantB)
			return err
		}
	}
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	return pool
}

func (p Proof) openSQL(ctx context.Context, t *testing.T, driver, url string) *sql.DB {
	t.Helper()
	db, err := sql.Open(driver, url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	db.SetMaxOpenConns(max(p.Conns, 1))
	if p.Soiled {
		if _, err := db.ExecContext(ctx, "SELECT set_config('app.tenant_id', $1, false)", tenantB); err != nil {
			t.Fatal(err)
		}
	}
	return db
}

// runLogin logs in, on this server, as the login that a configuration names.
func runLogin(ctx context.Context, t *testing.T, config func() (*pgx.ConnConfig, error), database, tenant string) ([]string, error) {
	t.Helper()
	// The logins of Supabase's tools and of a well-made program.
	t.Setenv("SUPABASE_DB_URL", "postgresql://postgres:k3Ep1tS4fe@db.example.supabase.co:5432/postgres")
	t.Setenv("DATABASE_URL", "postgres://app@db.example.com/app")
	named, err := config()
	if err != nil {
		t.Fatal(err)
	}
	conn, err := pgx.Connect(ctx, server.URL(named.User, database))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	return servicerole.Orders(ctx, conn, tenant)
}
