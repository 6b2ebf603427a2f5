// Package livedb reads the catalog of a running PostgreSQL into the model that
// package schema makes of migrations, so that the same rules judge both.
//
// It reads what is there as the statements that would make it so, in the server's
// own words (pg_get_viewdef, pg_get_expr and the like), and replays those. A
// [schema.Position] in the model is then no place in a file: File names the object,
// as in database:public.orders, and [Database.Statement] has the words.
package livedb

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/tenantvet/tenantvet/sqlcheck/schema"
)

// Prefix begins the File of each position in a database.
const Prefix = "database:"

// Limits of what the server is asked for.
const (
	connectTimeout   = 10 * time.Second
	statementTimeout = 30 * time.Second
	lockTimeout      = 5 * time.Second
)

// A Database is what a catalog holds.
type Database struct {
	Name    string // of the database
	Login   string // the role that read it
	Version int    // of the server, as server_version_num has it
	Model   *schema.Model
	// Extensions that are installed, sorted.
	Extensions []string
	// Problems are statements of the server that the replay can't read.
	Problems []schema.Problem

	statements map[schema.Position]string
}

// Statement returns what makes the object at a position what it is, in the server's
// words, without passwords or values of settings; "" for a position that is in no
// database.
func (d *Database) Statement(at schema.Position) string { return d.statements[at] }

// Objects lists the Files of the model's positions, sorted.
func (d *Database) Objects() []string {
	objects := map[string]bool{}
	for at := range d.statements {
		objects[at.File] = true
	}
	return slices.Sorted(maps.Keys(objects))
}

// Read reads a database. Nothing is written: all happens in one read-only
// transaction, which is rolled back. The errors name neither the password nor the
// connection string.
func Read(ctx context.Context, dsn string) (*Database, error) {
	conn, where, err := connect(ctx, dsn)
	if err != nil {
		return nil, err
	}
	defer conn.Close(context.Background())
	d, err := read(ctx, conn)
	if err != nil {
		return nil, fmt.Errorf("can't read the catalog of %s: %w", where, explained(err))
	}
	return d, nil
}

func read(ctx context.Context, conn *pgx.Conn) (*Database, error) {
	tx, err := conn.BeginTx(ctx, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly})
	if err != nil {
		return nil, err
	}
	defer tx.Rollback(context.Background())
	d := &Database{statements: map[schema.Position]string{}}
	path := ""
	if err := tx.QueryRow(ctx, `SELECT current_database(), current_user::text, current_setting('server_version_num')::int, current_setting('search_path')`).
		Scan(&d.Name, &d.Login, &d.Version, &path); err != nil {
		return nil, err
	}
	if d.Version < oldest {
		return nil, fmt.Errorf("the server is PostgreSQL %d; %d and later can be read", d.Version/10000, oldest/10000)
	}
	// Names outside of public are then printed with their schema.
	if _, err := tx.Exec(ctx, fmt.Sprintf("SET LOCAL search_path = public; SET LOCAL statement_timeout = %d; SET LOCAL lock_timeout = %d",
		statementTimeout.Milliseconds(), lockTimeout.Milliseconds()), pgx.QueryExecModeSimpleProtocol); err != nil {
		return nil, err
	}
	s := script{statements: d.statements, lines: map[string]int{}}
	for _, q := range queries(d.Version) {
		if err := s.add(ctx, tx, q, path); err != nil {
			return nil, err
		}
	}
	rows, err := tx.Query(ctx, "SELECT extname::text FROM pg_extension ORDER BY 1")
	if err != nil {
		return nil, err
	}
	if d.Extensions, err = pgx.CollectRows(rows, pgx.RowTo[string]); err != nil {
		return nil, err
	}
	d.Model, d.Problems = schema.Replay(s.files)
	d.Model.ServerVersion = d.Version
	return d, nil
}

// A script is the statements that would make the database, each a file of its own,
// since what makes an object is not all in one place of their order.
type script struct {
	files      []schema.File
	lines      map[string]int // by object
	statements map[schema.Position]string
}

// add adds what a query says: the object, the statement, what must be set for it,
// and what to show instead of it where that is another text.
func (s *script) add(ctx context.Context, tx pgx.Tx, q query, path string) error {
	rows, err := tx.Query(ctx, q.text)
	if err != nil {
		return err
	}
	type line struct{ Object, Statement, As string }
	lines, err := pgx.CollectRows(rows, pgx.RowToStructByPos[line])
	if err != nil {
		return fmt.Errorf("%s: %w", q.of, err)
	}
	for _, l := range lines {
		before := ""
		if l.As != "" {
			before = "SET SESSION AUTHORIZATION " + pgx.Identifier{l.As}.Sanitize() + "; "
		}
		if q.bodies && path != "" {
			before += "SET search_path = " + path + "; "
		}
		s.statement(Prefix+l.Object, before, l.Statement)
	}
	return nil
}

// statement adds one. That it has a line of its own tells it from the others of its
// object.
func (s *script) statement(object, before, text string) {
	n := s.lines[object]
	s.lines[object] = n + 1
	s.files = append(s.files, schema.File{Path: object, SQL: strings.Repeat("\n", n) + before + text})
	s.statements[schema.Position{File: object, Line: n + 1}] = shown(text)
}

// shown is a statement without what is nobody's business: values of settings may be
// secrets.
func shown(text string) string {
	for _, of := range []string{"ALTER ROLE ", "ALTER DATABASE "} {
		if strings.HasPrefix(text, of) {
			if i := strings.Index(text, " TO "); i > 0 {
				return text[:i] + " TO .."
			}
		}
	}
	return text
}
