package mutant

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/tenantvet/tenantvet/internal/report"
)

// A Verdict is what the tool makes of a mutant.
type Verdict string

const (
	Killed   Verdict = "killed"   // a finding that was not there before
	Unknown  Verdict = "unknown"  // no finding, but it no longer takes a site for safe
	Survived Verdict = "survived" // neither
	Failed   Verdict = "failed"   // the tool could not analyse the mutant
)

// An Outcome is a mutant with the tool's verdict.
type Outcome struct {
	Mutant
	Verdict  Verdict
	Findings []report.Finding // new ones
	Detail   string           // why it failed
}

// RunTool runs the tool on all packages of a module and returns its report.
func RunTool(ctx context.Context, tool, dir string) (report.Report, error) {
	cmd := exec.CommandContext(ctx, tool, "-tests=false", "-format", "json", "./...")
	cmd.Dir = dir
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil && !errors.As(err, new(*exec.ExitError)) {
		return report.Report{}, err
	}
	var r report.Report
	if err := json.Unmarshal(stdout.Bytes(), &r); err != nil {
		return report.Report{}, fmt.Errorf("%s in %s: %w: %s", tool, dir, err, bytes.TrimSpace(stderr.Bytes()))
	}
	return r, nil
}

// A Judge runs the tool on mutants of a checkout, one at a time. It writes each
// into the checkout, which should be a copy: the evidence about a module is read
// from its files.
type Judge struct {
	Tool string
	Dir  string // of go.mod
	base report.Report
}

// NewJudge runs the tool on the program as it is.
func NewJudge(ctx context.Context, tool, dir string) (*Judge, error) {
	tool, err := filepath.Abs(tool)
	if err != nil {
		return nil, err
	}
	base, err := RunTool(ctx, tool, dir)
	return &Judge{tool, dir, base}, err
}

// Base is what the tool says about the program as it is.
func (j *Judge) Base() report.Report { return j.base }

// Correct leaves out the mutants of functions that the tool finds fault with as
// they are.
func (j *Judge) Correct(all []Mutant) []Mutant {
	wrong := map[string]bool{}
	for _, f := range j.base.Findings {
		if counts(f) {
			wrong[f.Position.File+" "+f.Function] = true
		}
	}
	var out []Mutant
	for _, m := range all {
		if !wrong[m.File+" "+m.Function] {
			out = append(out, m)
		}
	}
	return out
}

// counts leaves audits out, and those that say nothing about tenants.
func counts(f report.Finding) bool { return f.Group == "breach" || f.Group == "suspect" }

// Judge applies a mutant, runs the tool, and puts the file back.
func (j *Judge) Judge(ctx context.Context, m Mutant) (Outcome, error) {
	path := filepath.Join(j.Dir, filepath.FromSlash(m.File))
	text, err := os.ReadFile(path)
	if err != nil {
		return Outcome{}, err
	}
	if err := os.WriteFile(path, m.Apply(text), 0o666); err != nil {
		return Outcome{}, err
	}
	r, err := RunTool(ctx, j.Tool, j.Dir)
	if back := os.WriteFile(path, text, 0o666); back != nil {
		return Outcome{}, back
	}
	if err != nil {
		return Outcome{}, err
	}
	return Compare(m, j.base, r), nil
}

// Compare decides by what the tool says of the program before and after.
func Compare(m Mutant, base, now report.Report) Outcome {
	o := Outcome{Mutant: m, Findings: fresh(base.Findings, now.Findings)}
	b, n := base.Totals.Sites, now.Totals.Sites
	switch {
	case len(now.Incomplete) > len(base.Incomplete):
		o.Verdict, o.Detail = Failed, now.Incomplete[0].Reason
	case len(o.Findings) > 0:
		o.Verdict = Killed
	case n.Unknown > b.Unknown || n.Breach > b.Breach:
		o.Verdict = Unknown
	default:
		o.Verdict = Survived
	}
	return o
}

// fresh are the findings that were not there before, the fingerprints of which
// don't depend on lines.
func fresh(before, after []report.Finding) []report.Finding {
	seen := map[string]int{}
	for _, f := range before {
		seen[key(f)]++
	}
	var out []report.Finding
	for _, f := range after {
		if !counts(f) {
			continue
		}
		if k := key(f); seen[k] > 0 {
			seen[k]--
			continue
		}
		out = append(out, f)
	}
	return out
}

func key(f report.Finding) string {
	return strings.Join([]string{f.Rule, f.Position.File, f.Function, f.Fingerprint}, " ")
}
