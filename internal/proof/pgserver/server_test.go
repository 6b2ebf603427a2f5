//go:build unix

package pgserver

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

var server *Server

func TestMain(m *testing.M) {
	if os.Getenv("PGSERVER_TEST_ORPHAN") != "" {
		orphan()
	}
	// The proofs say loudly that there is no server; once is enough.
	os.Exit(run(m, func(s *Server) { server = s }, os.Stderr))
}

func TestCloneIsSeparate(t *testing.T) {
	s := Need(t, server)
	ctx := t.Context()
	if err := s.Prepare(ctx, "original", "CREATE TABLE t (n int)", "INSERT INTO t VALUES (1)"); err != nil {
		t.Fatal(err)
	}
	first, second := s.Clone(t, "original"), s.Clone(t, "original")
	count := func(database, extra string) (n int) {
		t.Helper()
		conn, err := pgx.Connect(ctx, s.URL(Superuser, database))
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close(ctx)
		if _, err := conn.Exec(ctx, extra); err != nil {
			t.Fatal(err)
		}
		if err := conn.QueryRow(ctx, "SELECT count(*) FROM t").Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	if n := count(first, "INSERT INTO t VALUES (2)"); n != 2 {
		t.Errorf("first clone has %d rows, want 2", n)
	}
	if n := count(second, "SELECT"); n != 1 {
		t.Errorf("second clone has %d rows, want 1", n)
	}
}

func TestStopRemovesEverything(t *testing.T) {
	Need(t, server)
	s, err := Start()
	if err != nil {
		t.Fatal(err)
	}
	pid := s.cmd.Process.Pid
	if err := s.Stop(); err != nil {
		t.Fatal(err)
	}
	if alive(pid) {
		t.Errorf("server %d is still running", pid)
	}
	if _, err := os.Stat(s.dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%s is still there: %v", s.dir, err)
	}
}

// A test binary that is killed cleans up nothing; the server must end all the same.
func TestServerEndsWithKilledTests(t *testing.T) {
	Need(t, server)
	if _, err := os.Stat("/proc/self"); err != nil {
		t.Skip("the parent-death signal exists on Linux only")
	}
	dirs := t.TempDir()
	report := filepath.Join(dirs, "report")
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), "PGSERVER_TEST_ORPHAN="+report)
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	var dir string
	wait(t, "the child's server", func() bool {
		text, err := os.ReadFile(report)
		dir = strings.TrimSpace(string(text))
		return err == nil && dir != ""
	})
	defer os.RemoveAll(dir)
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	child.Wait()
	wait(t, "the end of the server", func() bool {
		_, err := os.Stat(filepath.Join(dir, "data", "postmaster.pid"))
		return errors.Is(err, os.ErrNotExist)
	})
}

// orphan starts a server, tells where, and waits to be killed.
func orphan() {
	s, err := Start()
	if err != nil {
		os.Stderr.WriteString(err.Error())
		os.Exit(1)
	}
	if err := os.WriteFile(os.Getenv("PGSERVER_TEST_ORPHAN"), []byte(s.dir+"\n"), 0o600); err != nil {
		os.Exit(1)
	}
	time.Sleep(time.Minute)
	os.Exit(1)
}

func wait(t *testing.T, what string, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); !done(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("no sign of %s", what)
		}
	}
}

func alive(pid int) bool { return syscall.Kill(pid, 0) == nil }
