package livedb

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// DSN is the connection string that a flag gives: itself, or the value of the
// environment variable of env:NAME, since what is on a command line shows in the
// list of processes and in the shell's history.
func DSN(flag string) (dsn string, warning string, err error) {
	if name, ok := strings.CutPrefix(flag, "env:"); ok {
		dsn = os.Getenv(name)
		switch {
		case name == "":
			return "", "", errors.New("-dsn env: lacks the variable's name, as in -dsn env:DATABASE_URL")
		case dsn == "":
			return "", "", fmt.Errorf("-dsn env:%s: the environment variable %s is not set, or is empty", name, name)
		}
		return dsn, "", nil
	}
	config, err := pgx.ParseConfig(flag)
	if err != nil {
		return "", "", errors.New("-dsn: not a connection string; write postgres://user@host:5432/database, or env:NAME for the environment variable that holds it")
	}
	if config.Password != "" && strings.Contains(flag, config.Password) {
		warning = "the password in -dsn shows in the list of processes; -dsn env:NAME takes the connection string from an environment variable, and PGPASSWORD or ~/.pgpass a password"
	}
	return flag, warning, nil
}

// connect opens a connection, and says where in words that hold no secret.
func connect(ctx context.Context, dsn string) (conn *pgx.Conn, where string, err error) {
	config, err := pgx.ParseConfig(dsn)
	if err != nil {
		// The error of the parser quotes the string.
		return nil, "", errors.New("not a connection string; write postgres://user@host:5432/database, or host=.. user=.. dbname=..")
	}
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = connectTimeout
	}
	// Without prepared statements, which a transaction pooler would not keep.
	config.DefaultQueryExecMode = pgx.QueryExecModeExec
	config.StatementCacheCapacity, config.DescriptionCacheCapacity = 0, 0
	where = fmt.Sprintf("database %s on %s", config.Database, config.Host)
	if conn, err = pgx.ConnectConfig(ctx, config); err != nil {
		return nil, "", fmt.Errorf("can't connect to %s as %s: %w", where, config.User, explained(err))
	}
	return conn, where, nil
}

// explained says what went wrong, and what to do, without quoting what may hold a
// secret.
func explained(err error) error {
	var pe *pgconn.PgError
	var dns *net.DNSError
	switch {
	case errors.As(err, &pe):
		return errors.New(strings.TrimSuffix(pe.Message, ".") + remedy(pe.Code))
	case errors.As(err, &dns):
		return fmt.Errorf("there is no host of that name; look at the host in the connection string")
	case errors.Is(err, context.Canceled):
		return context.Canceled
	case errors.Is(err, context.DeadlineExceeded), isTimeout(err):
		return errors.New("the server does not answer; see whether the address is right and whether a firewall lets this machine through")
	case strings.Contains(err.Error(), "connection refused"), strings.Contains(err.Error(), "no such file or directory"):
		return errors.New("nothing listens there; see whether the server runs and whether host and port are right")
	case strings.Contains(err.Error(), "tls"), strings.Contains(err.Error(), "certificate"):
		return errors.New("TLS fails; set sslmode and sslrootcert in the connection string to what the server has")
	}
	return errors.New("the connection fails; try the same connection string with psql")
}

func isTimeout(err error) bool {
	var n net.Error
	return errors.As(err, &n) && n.Timeout()
}

// remedy is what to do about an error of the server.
func remedy(code string) string {
	switch code {
	case "28P01", "28000":
		return "; look at the user and the password, and at pg_hba.conf"
	case "3D000":
		return "; look at the database's name in the connection string"
	case "53300":
		return "; the server has no connection left, try again later"
	case "57014", "55P03":
		return "; the server is busy, or a migration holds locks: try again later"
	case "42501":
		return "; log in as a role that may read the catalog"
	}
	return ""
}
