package driver

import (
	"crypto/sha256"
	"fmt"
	"io"
	"os"

	"github.com/tenantvet/tenantvet/analyzer"
	"github.com/tenantvet/tenantvet/internal/evidence"
	"github.com/tenantvet/tenantvet/internal/modules"
	"github.com/tenantvet/tenantvet/internal/toolid"
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
	id, err := toolid.Own()
	if err != nil {
		fmt.Fprintf(stderr, "tenantvet: %v\n", err)
		return Misuse
	}
	set, err := refresh(dir)
	if err != nil {
		fmt.Fprintf(stderr, "%v\n", err)
		fmt.Fprintln(stderr, "tenantvet: the configuration can't be used; mend it and run again")
		return Misuse
	}
	h := sha256.New()
	fmt.Fprintf(h, "%q %q\n", id, set.Digest())
	// In this form the go command takes the last word for the tool's identity.
	fmt.Fprintf(stdout, "tenantvet version devel buildID=%x\n", h.Sum(nil))
	return 0
}

// refreshEvidence brings the evidence of the modules round dir up to date: of
// all modules of a workspace. Errors in a configuration end the run.
func refreshEvidence(dir string) ([]*evidence.Module, error) {
	set, err := refresh(dir)
	if err != nil {
		return nil, err
	}
	return set.Modules, nil
}

func refresh(dir string) (*modules.Set, error) {
	id, err := toolid.Own()
	if err != nil {
		return nil, err
	}
	set, err := modules.Refresh(dir, id, nil, ruleNames())
	if err != nil {
		return nil, misuse{err}
	}
	return set, nil
}

func ruleNames() []string {
	var names []string
	for _, r := range analyzer.Rules() {
		names = append(names, r.Name)
	}
	return names
}

// loadEvidence returns the evidence of the module round dir, as the last
// refresh left it.
func loadEvidence(dir string) (*evidence.Module, error) {
	root, ok := evidence.FindModule(dir)
	if !ok {
		return nil, nil
	}
	id, err := toolid.Own()
	if err != nil {
		return nil, err
	}
	return evidence.Load(root, id)
}
