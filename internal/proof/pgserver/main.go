// Package pgserver runs a throw-away PostgreSQL server for a test binary: own
// data directory, unix socket only, nothing written safely, gone afterwards.
package pgserver

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
)

// Superuser is the login that owns the cluster.
const Superuser = "postgres"

// RequireEnv names the variable that turns a missing server into a failure.
const RequireEnv = "TENANTVET_REQUIRE_POSTGRES"

// A suite and a test are testing.M and testing.TB: the tool starts servers, too, and
// has no use for that package.
type (
	suite interface{ Run() int }
	test  interface {
		Helper()
		Context() context.Context
		Cleanup(func())
		Skip(...any)
		Errorf(string, ...any)
		Fatalf(string, ...any)
	}
)

// Main runs the tests of a binary with a server and returns the exit code for
// TestMain. Before that it calls use with the server. On a machine without
// PostgreSQL it says so, calls use with nil, and leaves it to the tests to
// skip what needs one (see Need).
func Main(m suite, use func(*Server)) int {
	return run(m, use, loud())
}

func run(m suite, use func(*Server), notice io.Writer) int {
	server, err := Start()
	switch {
	case errors.Is(err, ErrNoServer) && os.Getenv(RequireEnv) == "":
		fmt.Fprintln(notice, "tenantvet: SERVER PROOFS SKIPPED:", err)
		use(nil)
		return m.Run()
	case err != nil:
		fmt.Fprintln(os.Stderr, "tenantvet:", err)
		return 1
	}
	// A panic in a test ends the process without the line below; then the
	// parent-death signal does it.
	use(server)
	code := m.Run()
	if err := server.Stop(); err != nil {
		fmt.Fprintln(os.Stderr, "tenantvet: stopping PostgreSQL:", err)
		return max(code, 1)
	}
	return code
}

// Need skips the test when there is no server.
func Need(t test, s *Server) *Server {
	t.Helper()
	if s == nil {
		t.Skip(ErrNoServer)
	}
	return s
}

// loud returns where a line is seen by whoever runs the tests. The go command
// hides what a passing test binary prints, which would make the skip silent; its
// own standard error is not hidden.
func loud() io.Writer {
	parent, err := os.OpenFile(fmt.Sprintf("/proc/%d/fd/2", os.Getppid()), os.O_WRONLY|os.O_APPEND, 0)
	if err == nil {
		return io.MultiWriter(os.Stderr, parent)
	}
	if tty, err := os.OpenFile("/dev/tty", os.O_WRONLY, 0); err == nil {
		return io.MultiWriter(os.Stderr, tty)
	}
	return os.Stderr
}
