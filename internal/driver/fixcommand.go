package driver

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
)

// fix has go vet apply the fixes that the analyzers offer, and then reports what
// is left; with -diff it prints the fixes and changes nothing. The go command
// leaves out what contradicts itself.
func fix(ctx context.Context, o options, stdout, stderr *os.File) (int, error) {
	diff, said, err := applyFixes(ctx, o)
	if err != nil {
		return 0, err
	}
	if !o.diff {
		return check(ctx, o, stdout, stderr) // says, too, what did not compile
	}
	if _, err := stdout.Write(diff); err != nil {
		return 0, err
	}
	switch {
	case len(said) > 0:
		_, _ = stderr.Write(said)
		return Incomplete, nil
	case len(diff) > 0:
		return Findings, nil
	}
	return Clean, nil
}

// applyFixes runs go vet, and returns the diff and what it has to say besides.
func applyFixes(ctx context.Context, o options) (diff, said []byte, err error) {
	if _, err := readGoEnv(ctx, o.dir); err != nil {
		return nil, nil, err
	}
	if _, err := refreshEvidence(o.dir); err != nil {
		return nil, nil, err
	}
	self, err := os.Executable()
	if err != nil {
		return nil, nil, fmt.Errorf("finding the own executable: %v", err)
	}
	args := []string{"vet", "-vettool=" + self, "-fix"}
	if o.diff {
		args = append(args, "-diff")
	}
	if o.tags != "" {
		args = append(args, "-tags="+o.tags)
	}
	cmd := exec.CommandContext(ctx, "go", append(args, o.patterns...)...)
	cmd.Dir = o.dir
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err = cmd.Run()
	switch {
	case ctx.Err() != nil:
		return nil, nil, ctx.Err()
	case err != nil && !errors.As(err, new(*exec.ExitError)):
		return nil, nil, fmt.Errorf("go vet: %v", err)
	}
	return stdout.Bytes(), stderr.Bytes(), nil
}
