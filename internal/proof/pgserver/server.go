//go:build unix

package pgserver

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

const (
	startTimeout = time.Minute
	stopTimeout  = 20 * time.Second
)

// A Server is a running PostgreSQL server.
type Server struct {
	dir    string // holds the socket, the log and the data
	cmd    *exec.Cmd
	exited chan struct{} // closed when the process has ended
	clones atomic.Int64
}

// Start creates a cluster and starts its server. The error wraps ErrNoServer
// when there are no binaries.
func Start() (*Server, error) {
	bin, err := binaries()
	if err != nil {
		return nil, err
	}
	who, err := runAs()
	if err != nil {
		return nil, err
	}
	// The path of a unix socket has room for about 100 bytes, and another user
	// must be able to reach it: so not TMPDIR, which may be long or private.
	dir, err := os.MkdirTemp(workDir(), "tenantvet-pg-")
	if err != nil {
		return nil, err
	}
	s := &Server{dir: dir, exited: make(chan struct{})}
	if err := s.start(bin, who); err != nil {
		log := s.logTail()
		return nil, errors.Join(fmt.Errorf("starting PostgreSQL from %s: %w%s", bin, err, log), s.Stop())
	}
	return s, nil
}

func (s *Server) start(bin string, who *syscall.Credential) error {
	if who != nil {
		if err := os.Chown(s.dir, int(who.Uid), int(who.Gid)); err != nil {
			return err
		}
	}
	initdb := s.command(who, filepath.Join(bin, "initdb"), "--pgdata", s.data(), "--username", Superuser,
		"--auth", "trust", "--encoding", "UTF8", "--no-locale", "--no-sync")
	if out, err := initdb.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w: %s", err, bytes.TrimSpace(out))
	}
	args := []string{"-D", s.data()}
	for _, setting := range []string{
		"listen_addresses=", "unix_socket_directories=" + s.dir,
		"fsync=off", "synchronous_commit=off", "full_page_writes=off", "wal_level=minimal", "max_wal_senders=0",
		"max_wal_size=128MB", "shared_buffers=32MB", "max_connections=100", "autovacuum=off", "lc_messages=C",
	} {
		args = append(args, "-c", setting)
	}
	s.cmd = s.command(who, filepath.Join(bin, "postgres"), args...)
	log, err := os.Create(s.log())
	if err != nil {
		return err
	}
	defer log.Close()
	s.cmd.Stdout, s.cmd.Stderr = log, log
	if err := s.run(); err != nil {
		return err
	}
	return s.await()
}

// run starts the process from a thread that lives as long as it does: the
// kernel sends the parent-death signal when the starting thread ends.
func (s *Server) run() error {
	started := make(chan error, 1)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := s.cmd.Start()
		started <- err
		if err != nil {
			return
		}
		s.cmd.Wait() // how it ended shows in the log
		close(s.exited)
	}()
	err := <-started
	if err != nil {
		s.cmd = nil
	}
	return err
}

// await returns when the server answers.
func (s *Server) await() error {
	ctx, cancel := context.WithTimeout(context.Background(), startTimeout)
	defer cancel()
	for {
		conn, err := pgx.Connect(ctx, s.URL(Superuser, "postgres"))
		if err == nil {
			return conn.Close(ctx)
		}
		select {
		case <-s.exited:
			return errors.New("the server ended at once")
		case <-ctx.Done():
			return err
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// Stop ends the server and removes its files.
func (s *Server) Stop() error {
	if s.cmd != nil {
		// Immediate shutdown: nobody needs the data.
		if err := s.cmd.Process.Signal(syscall.SIGQUIT); err != nil && !errors.Is(err, os.ErrProcessDone) {
			return err
		}
		select {
		case <-s.exited:
		case <-time.After(stopTimeout):
			if err := s.cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
				return err
			}
			<-s.exited
		}
	}
	return os.RemoveAll(s.dir)
}

// URL returns the connection string of a login and a database. pgx, its
// database/sql driver and lib/pq read it alike.
func (s *Server) URL(user, database string) string {
	u := url.URL{
		Scheme:   "postgres",
		User:     url.User(user),
		Path:     "/" + database,
		RawQuery: url.Values{"host": {s.dir}, "sslmode": {"disable"}}.Encode(),
	}
	return u.String()
}

func (s *Server) command(who *syscall.Credential, name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...)
	cmd.Dir = s.dir
	// Variables such as PGDATA or LANG of the caller are not for this server.
	cmd.Env = []string{"PATH=" + filepath.Dir(name) + ":/usr/bin:/bin", "HOME=" + s.dir, "LC_ALL=C", "TZ=UTC"}
	cmd.SysProcAttr = attributes(who)
	return cmd
}

func (s *Server) data() string { return filepath.Join(s.dir, "data") }
func (s *Server) log() string  { return filepath.Join(s.dir, "log") }

func (s *Server) logTail() string {
	text, err := os.ReadFile(s.log())
	if err != nil {
		return ""
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	return "\n" + strings.Join(lines[max(0, len(lines)-10):], "\n")
}
