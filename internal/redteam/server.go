package redteam

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/tenantvet/tenantvet/internal/proof/pgserver"
)

// A Cluster answers at a URL for every role, such as a server of one's own.
type Cluster interface {
	URL(login, database string) string
}

const superuser = "postgres"

// Own is a server that is there for nothing else.
func Own(c Cluster, stop func()) *OwnServer { return &OwnServer{c, stop} }

// An OwnServer trusts every login, so that roles attack in sessions of their own.
type OwnServer struct {
	cluster Cluster
	stop    func()
}

func (s *OwnServer) Close() { s.stop() }

func (s *OwnServer) DSN(database string) string { return s.cluster.URL(superuser, database) }

func (s *OwnServer) Connect(ctx context.Context, role, database string) (*pgx.Conn, error) {
	if role == "" {
		role = superuser
	}
	return pgx.Connect(ctx, s.cluster.URL(role, database))
}

func (s *OwnServer) admin(ctx context.Context, statements ...string) error {
	conn, err := s.Connect(ctx, "", "postgres")
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	return run(ctx, conn, statements...)
}

func run(ctx context.Context, conn *pgx.Conn, statements ...string) error {
	for _, sql := range statements {
		if _, err := conn.Exec(ctx, sql); err != nil {
			return errors.New(said(err))
		}
	}
	return nil
}

func id(name string) string { return pgx.Identifier{name}.Sanitize() }

func (s *OwnServer) Create(ctx context.Context, name, owner string) error {
	if owner == superuser {
		return s.create(ctx, id(name))
	}
	if err := s.admin(ctx, "CREATE ROLE "+id(owner)+" LOGIN SUPERUSER"); err != nil {
		return err
	}
	return s.create(ctx, id(name)+" OWNER "+id(owner))
}

func (s *OwnServer) Copy(ctx context.Context, from, to string) error {
	return s.create(ctx, id(to)+" TEMPLATE "+id(from))
}

func (s *OwnServer) create(ctx context.Context, what string) error {
	conn, err := s.Connect(ctx, "", "postgres")
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	return pgserver.CreateDatabase(ctx, conn, what)
}

func (s *OwnServer) Drop(ctx context.Context, databases ...string) error {
	for _, d := range databases {
		if err := s.admin(ctx, "DROP DATABASE IF EXISTS "+id(d)+" WITH (FORCE)"); err != nil {
			return err
		}
	}
	return s.dropRoles(ctx)
}

// dropRoles removes the roles that migrations made, which belong to the whole server.
func (s *OwnServer) dropRoles(ctx context.Context) error {
	conn, err := s.Connect(ctx, "", "postgres")
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	rows, err := conn.Query(ctx, "SELECT rolname::text FROM pg_roles WHERE rolname !~ '^pg_' AND rolname <> $1", superuser)
	if err != nil {
		return err
	}
	roles, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	for _, r := range roles {
		if err := run(ctx, conn, "DROP ROLE "+id(r)); err != nil {
			return err
		}
	}
	return nil
}

func (s *OwnServer) Ready(ctx context.Context, owner string, roles []string) error {
	return ready(ctx, s.admin, func() (*pgx.Conn, error) { return s.Connect(ctx, "", "postgres") }, owner, roles)
}

// ready lets roles log in; those that are not there are made.
func ready(ctx context.Context, admin func(context.Context, ...string) error, connect func() (*pgx.Conn, error), owner string, roles []string) error {
	conn, err := connect()
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	rows, err := conn.Query(ctx, "SELECT rolname::text FROM pg_roles")
	if err != nil {
		return err
	}
	have, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	if owner != superuser {
		if err := admin(ctx, "ALTER ROLE "+id(owner)+" NOSUPERUSER"); err != nil {
			return err
		}
	}
	for _, r := range roles {
		if !slices.Contains(have, r) {
			return fmt.Errorf("the migrations make no role %s; add its CREATE ROLE and GRANTs to a file of the schema in tenantvet.yaml, or name another one under roles.app", r)
		}
		if err := admin(ctx, "ALTER ROLE "+id(r)+" LOGIN"); err != nil {
			return err
		}
	}
	return nil
}
