package pgserver

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func TestVersion(t *testing.T) {
	for dir, want := range map[string]int{
		"/usr/lib/postgresql/15/bin":           15,
		"/usr/lib/postgresql/9.6/bin":          9,
		"/usr/pgsql-17/bin":                    17,
		"/opt/homebrew/opt/postgresql@16/bin":  16,
		"/opt/homebrew/opt/postgresql/bin":     0,
		"/usr/lib/postgresql/15/bin/../../999": 15,
	} {
		if got := version(dir); got != want {
			t.Errorf("version(%q) = %d, want %d", dir, got, want)
		}
	}
}

// A link to initdb alone, as some wrappers leave it in PATH, is no server.
func TestBinariesAreComplete(t *testing.T) {
	dir := t.TempDir()
	if complete(dir) {
		t.Error("an empty directory counts as a server")
	}
	for _, name := range []string{"initdb", "postgres"} {
		if complete(dir) {
			t.Errorf("complete before there is %s", name)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/sh\n"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("PATH", dir)
	got, err := binaries()
	if real, _ := filepath.EvalSymlinks(dir); err != nil || got != dir && got != real {
		t.Errorf("binaries() = %q, %v; want %q", got, err, dir)
	}
	if errors.Is(err, ErrNoServer) {
		t.Error("not found in PATH")
	}
}
