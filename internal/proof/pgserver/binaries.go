package pgserver

import (
	"errors"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
)

// ErrNoServer means that this machine has no PostgreSQL server binaries.
var ErrNoServer = errors.New("no PostgreSQL server found: neither initdb and postgres in PATH nor /usr/lib/postgresql/*/bin; install the package postgresql")

// binaries returns the directory that holds initdb and postgres. Distributions
// keep them out of PATH, since several versions can live side by side.
func binaries() (string, error) {
	if path, err := exec.LookPath("initdb"); err == nil {
		// PATH may hold a link to it; the server looks for its files from where it really is.
		if real, err := filepath.EvalSymlinks(path); err == nil {
			path = real
		}
		if complete(filepath.Dir(path)) {
			return filepath.Dir(path), nil
		}
	}
	var dirs []string
	for _, pattern := range []string{
		"/usr/lib/postgresql/*/bin",
		"/usr/local/lib/postgresql/*/bin",
		"/usr/pgsql-*/bin",
		"/opt/homebrew/opt/postgresql*/bin",
		"/usr/local/opt/postgresql*/bin",
	} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			return "", err
		}
		for _, dir := range found {
			if complete(dir) {
				dirs = append(dirs, dir)
			}
		}
	}
	if len(dirs) == 0 {
		return "", ErrNoServer
	}
	return slices.MaxFunc(dirs, func(a, b string) int { return version(a) - version(b) }), nil
}

func complete(dir string) bool {
	for _, name := range []string{"initdb", "postgres"} {
		if _, err := exec.LookPath(filepath.Join(dir, name)); err != nil {
			return false
		}
	}
	return true
}

// version returns the first number in a path, which is the major version in
// each of the patterns; 0 when there is none.
func version(dir string) int {
	start, end := -1, len(dir)
	for i, c := range dir {
		digit := '0' <= c && c <= '9'
		if digit && start < 0 {
			start = i
		}
		if !digit && start >= 0 {
			end = i
			break
		}
	}
	if start < 0 {
		return 0
	}
	n, err := strconv.Atoi(dir[start:end])
	if err != nil {
		return 0
	}
	return n
}
