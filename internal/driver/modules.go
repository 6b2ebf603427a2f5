package driver

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/tenantvet/tenantvet/analyzer"
	"github.com/tenantvet/tenantvet/internal/config"
	"github.com/tenantvet/tenantvet/internal/evidence"
)

// printVersion answers the go command's -V=full. The go command asks at every
// run, in the user's directory, and keys its cache by the answer. So this is
// the moment to extract the evidence, and the answer carries the digest of all
// that the tool reads besides Go files.
func printVersion(stdout, stderr io.Writer) int {
	dir, err := os.Getwd()
	if err != nil {
		fmt.Fprintf(stderr, "tenantvet: %v\n", err)
		return Misuse
	}
	id, err := toolID()
	if err != nil {
		fmt.Fprintf(stderr, "tenantvet: %v\n", err)
		return Misuse
	}
	modules, err := refreshEvidence(dir)
	if err != nil {
		fmt.Fprintf(stderr, "%v\n", err)
		fmt.Fprintln(stderr, "tenantvet: the configuration can't be used; mend it and run again")
		return Misuse
	}
	h := sha256.New()
	fmt.Fprintf(h, "%q\n", id)
	for _, m := range modules {
		// The results name files by their full path, hence the root.
		fmt.Fprintf(h, "%q %q\n", m.Root, m.Digest)
	}
	// In this form the go command takes the last word for the tool's identity.
	fmt.Fprintf(stdout, "tenantvet version devel buildID=%x\n", h.Sum(nil))
	return 0
}

// refreshEvidence brings the evidence of the modules round dir up to date: of
// all modules of a workspace. Errors in a configuration end the run.
func refreshEvidence(dir string) ([]*evidence.Module, error) {
	id, err := toolID()
	if err != nil {
		return nil, err
	}
	roots, err := evidence.Workspace(dir)
	if err != nil {
		return nil, misuse{err}
	}
	rules := ruleNames()
	var modules []*evidence.Module
	var errs []error
	for _, root := range roots {
		m, err := evidence.Refresh(root, id)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		errs = append(errs, configErrors(m, rules)...)
		modules = append(modules, m)
	}
	if err := errors.Join(errs...); err != nil {
		return nil, misuse{err}
	}
	return modules, nil
}

func ruleNames() []string {
	var names []string
	for _, r := range analyzer.Rules() {
		names = append(names, r.Name)
	}
	return names
}

// configErrors lists what is wrong with a module's tenantvet.yaml.
func configErrors(m *evidence.Module, rules []string) []error {
	var errs []error
	add := func(file string, line, column int, message string) {
		errs = append(errs, &config.Error{File: shortPath(filepath.Join(m.Root, filepath.FromSlash(file))), Line: line, Column: column, Message: message})
	}
	for _, p := range m.Problems {
		if p.Config {
			add(p.File, p.Line, p.Column, p.Message)
		}
	}
	var unknown config.Errors
	if errors.As(m.Config.Validate(rules), &unknown) {
		for _, e := range unknown {
			add(config.FileName, e.Line, e.Column, e.Message)
		}
	}
	return errs
}

// shortPath returns a path relative to the working directory where that is shorter.
func shortPath(path string) string {
	dir, err := os.Getwd()
	if err != nil {
		return path
	}
	if rel, err := filepath.Rel(dir, path); err == nil && len(rel) < len(path) {
		return rel
	}
	return path
}

// loadEvidence returns the evidence of the module round dir, as the last
// refresh left it.
func loadEvidence(dir string) (*evidence.Module, error) {
	root, ok := evidence.FindModule(dir)
	if !ok {
		return nil, nil
	}
	id, err := toolID()
	if err != nil {
		return nil, err
	}
	return evidence.Load(root, id)
}
