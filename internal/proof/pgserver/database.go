package pgserver

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
)

// Prepare creates a database and runs the SQL texts in it, each as one
// implicit transaction, as the superuser.
func (s *Server) Prepare(ctx context.Context, database string, texts ...string) error {
	if err := s.create(ctx, quote(database)); err != nil {
		return err
	}
	conn, err := pgx.Connect(ctx, s.URL(Superuser, database))
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	for i, text := range texts {
		if _, err := conn.Exec(ctx, text); err != nil {
			return fmt.Errorf("text %d of database %s: %w", i+1, database, err)
		}
	}
	return nil
}

// Clone returns the name of a new copy of a database, which is dropped when the
// test ends. Nobody may be connected to the original meanwhile.
func (s *Server) Clone(t test, database string) string {
	t.Helper()
	name := fmt.Sprintf("%s_%d", database, s.clones.Add(1))
	if err := s.create(t.Context(), quote(name)+" TEMPLATE "+quote(database)); err != nil {
		t.Fatalf("copying database %s: %v", database, err)
	}
	t.Cleanup(func() {
		// Without FORCE (PostgreSQL 13) a pool that is still closing would be in the way.
		if err := s.admin(context.Background(), "DROP DATABASE "+quote(name)+" WITH (FORCE)"); err != nil {
			t.Errorf("dropping database %s: %v", name, err)
		}
	})
	return name
}

func (s *Server) create(ctx context.Context, what string) error {
	conn, err := pgx.Connect(ctx, s.URL(Superuser, "postgres"))
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	return CreateDatabase(ctx, conn, what)
}

// CreateDatabase runs CREATE DATABASE in the way that is fast on a server that writes
// nothing safely: what is a quoted name, and options if any.
func CreateDatabase(ctx context.Context, conn *pgx.Conn, what string) error {
	// PostgreSQL 15 copies block by block through the log unless it is told not to, which
	// takes several times as long. The servers before it know no other way than by file.
	major, _, _ := strings.Cut(conn.PgConn().ParameterStatus("server_version"), ".")
	if n, err := strconv.Atoi(major); err == nil && n >= 15 {
		what += " STRATEGY FILE_COPY"
	}
	_, err := conn.Exec(ctx, "CREATE DATABASE "+what)
	return err
}

func (s *Server) admin(ctx context.Context, sql string) error {
	conn, err := pgx.Connect(ctx, s.URL(Superuser, "postgres"))
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, sql)
	return err
}

func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }
