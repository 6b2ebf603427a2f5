package redteam

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"

	"github.com/jackc/pgx/v5"
)

// A BorrowedServer belongs to somebody: nothing but scratch databases is made on it,
// with roles that were not there before, and all of them go. It does not trust other
// logins, so that roles are taken on within sessions of the superuser.
type BorrowedServer struct {
	dsn    string
	before []string // roles
}

// Borrow logs in to a server, which it needs a superuser for.
func Borrow(ctx context.Context, dsn string) (*BorrowedServer, error) {
	s := &BorrowedServer{dsn: dsn}
	conn, err := s.Connect(ctx, "", "")
	if err != nil {
		return nil, errors.New("can't connect to the server of -dsn: " + said(err))
	}
	defer conn.Close(context.WithoutCancel(ctx))
	super := false
	if err := conn.QueryRow(ctx, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user").Scan(&super); err != nil {
		return nil, err
	}
	if !super {
		return nil, errors.New("-dsn logs in as a role that is no superuser, which scratch databases and roles need; name a development server, or leave -dsn out where PostgreSQL is installed")
	}
	s.before, err = s.roles(ctx)
	return s, err
}

func (s *BorrowedServer) Close() {}

func (s *BorrowedServer) config(database string) (*pgx.ConnConfig, error) {
	c, err := pgx.ParseConfig(s.dsn)
	if err != nil {
		return nil, errors.New("not a connection string") // the error quotes it
	}
	if database != "" {
		c.Database = database
	}
	return c, nil
}

// DSN is the connection string with another database.
func (s *BorrowedServer) DSN(database string) string {
	u, err := url.Parse(s.dsn)
	if err != nil || u.Scheme == "" {
		return s.dsn + " dbname=" + database // the last one counts
	}
	u.Path = "/" + database
	return u.String()
}

func (s *BorrowedServer) Connect(ctx context.Context, role, database string) (*pgx.Conn, error) {
	c, err := s.config(database)
	if err != nil {
		return nil, err
	}
	conn, err := pgx.ConnectConfig(ctx, c)
	if err != nil || role == "" {
		return conn, err
	}
	if _, err := conn.Exec(ctx, "SET SESSION AUTHORIZATION "+id(role)); err != nil {
		conn.Close(ctx)
		return nil, err
	}
	return conn, nil
}

func (s *BorrowedServer) admin(ctx context.Context, statements ...string) error {
	conn, err := s.Connect(ctx, "", "")
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	return run(ctx, conn, statements...)
}

func (s *BorrowedServer) roles(ctx context.Context) ([]string, error) {
	conn, err := s.Connect(ctx, "", "")
	if err != nil {
		return nil, err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	rows, err := conn.Query(ctx, "SELECT rolname::text FROM pg_roles")
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}

func (s *BorrowedServer) Create(ctx context.Context, name, owner string) error {
	if slices.Contains(s.before, owner) {
		return fmt.Errorf("the server has a role %s already; use one that is there for this alone, or leave -dsn out", owner)
	}
	return s.admin(ctx, "CREATE ROLE "+id(owner)+" LOGIN SUPERUSER", "CREATE DATABASE "+id(name)+" OWNER "+id(owner))
}

func (s *BorrowedServer) Copy(ctx context.Context, from, to string) error {
	return s.admin(ctx, "CREATE DATABASE "+id(to)+" TEMPLATE "+id(from))
}

func (s *BorrowedServer) Drop(ctx context.Context, databases ...string) error {
	for _, d := range databases {
		if err := s.admin(ctx, "DROP DATABASE IF EXISTS "+id(d)+" WITH (FORCE)"); err != nil {
			return err
		}
	}
	now, err := s.roles(ctx)
	if err != nil {
		return err
	}
	for _, r := range now {
		if !slices.Contains(s.before, r) {
			if err := s.admin(ctx, "DROP ROLE "+id(r)); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *BorrowedServer) Ready(ctx context.Context, owner string, roles []string) error {
	return ready(ctx, s.admin, func() (*pgx.Conn, error) { return s.Connect(ctx, "", "") }, owner, roles)
}
