// Package modules knows the main modules round a directory, and which of them a
// package belongs to. Every driver asks it: the evidence that a package is judged
// by must be the same in all of them.
package modules

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/tenantvet/tenantvet/internal/config"
	"github.com/tenantvet/tenantvet/internal/evidence"
)

// A Set is the main modules with their evidence. It does not change.
type Set struct {
	Modules []*evidence.Module

	mu    sync.Mutex
	roots map[string]string // directory -> root of its module, "" without one
}

// Refresh brings the evidence of the main modules round dir up to date: of all
// modules of a workspace. given is a configuration that takes the place of
// theirs, or nil. Errors in a configuration are of type *config.Error, joined.
func Refresh(dir, toolID string, given *config.Config, rules []string) (*Set, error) {
	roots, err := evidence.Workspace(dir)
	if err != nil {
		return nil, err
	}
	set := &Set{roots: map[string]string{}}
	var errs []error
	for _, root := range roots {
		m, err := evidence.RefreshWith(root, toolID, given)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		errs = append(errs, ConfigErrors(m, rules)...)
		set.Modules = append(set.Modules, m)
	}
	return set, errors.Join(errs...)
}

// Of returns the evidence of the main module that holds a directory, or nil for
// the packages of others. It may be called from several goroutines.
func (s *Set) Of(dir string) (*evidence.Module, error) {
	root := s.rootOf(dir)
	i := slices.IndexFunc(s.Modules, func(m *evidence.Module) bool { return m.Root == root })
	if i < 0 || Vendored(root, dir) {
		return nil, nil
	}
	return s.Modules[i], nil
}

func (s *Set) rootOf(dir string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	root, known := s.roots[dir]
	if !known {
		root, _ = evidence.FindModule(dir)
		s.roots[dir] = root
	}
	return root
}

// Vendored reports whether a directory below a module's root holds another
// module's package.
func Vendored(root, dir string) bool {
	rel, err := filepath.Rel(root, dir)
	return err == nil && slices.Contains(strings.Split(filepath.ToSlash(rel), "/"), "vendor")
}

// Digest identifies the evidence, with the roots: results name files by their
// full path.
func (s *Set) Digest() string {
	h := sha256.New()
	for _, m := range s.Modules {
		fmt.Fprintf(h, "%q %q\n", m.Root, m.Digest)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Key identifies all that the analyzers read besides Go files, for drivers whose
// caches know of Go files only.
func (s *Set) Key() string {
	h := sha256.New()
	fmt.Fprintln(h, s.Digest())
	for _, m := range s.Modules {
		fmt.Fprintln(h, m.Embedded())
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Unread lists what could not be read of a module: what rests on it is missing
// from the findings.
func Unread(m *evidence.Module) []string {
	var out []string
	for _, p := range m.Problems {
		if !p.Config {
			e := config.Error{File: ShortPath(filepath.Join(m.Root, filepath.FromSlash(p.File))), Line: p.Line, Column: p.Column, Message: p.Message}
			out = append(out, e.Error())
		}
	}
	return out
}

// ConfigErrors lists what is wrong with a module's configuration.
func ConfigErrors(m *evidence.Module, rules []string) []error {
	var errs []error
	add := func(file string, line, column int, message string) {
		if file == config.FileName { // else it was given, and is no file of the module
			file = ShortPath(filepath.Join(m.Root, file))
		}
		errs = append(errs, &config.Error{File: file, Line: line, Column: column, Message: message})
	}
	for _, p := range m.Problems {
		if p.Config {
			add(p.File, p.Line, p.Column, p.Message)
		}
	}
	var unknown config.Errors
	if errors.As(m.Config.Validate(rules), &unknown) {
		for _, e := range unknown {
			add(e.File, e.Line, e.Column, e.Message)
		}
	}
	return errs
}

// ShortPath returns a path relative to the working directory where that is shorter.
func ShortPath(path string) string {
	dir, err := os.Getwd()
	if err != nil {
		return path
	}
	if rel, err := filepath.Rel(dir, path); err == nil && len(rel) < len(path) {
		return rel
	}
	return path
}
