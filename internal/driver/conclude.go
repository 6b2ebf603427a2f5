package driver

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"

	"github.com/tenantvet/tenantvet/internal/baseline"
	"github.com/tenantvet/tenantvet/internal/changes"
	"github.com/tenantvet/tenantvet/internal/config"
	"github.com/tenantvet/tenantvet/internal/evidence"
	"github.com/tenantvet/tenantvet/internal/modules"
	"github.com/tenantvet/tenantvet/internal/report"
)

// A result is what a run has found, before anything is left out.
type result struct {
	report report.Report
	root   string // absolute; the report's files are relative to it
	// looked reports whether the run would have found what an entry of a
	// baseline is about, if it were still there.
	looked func(baseline.Entry) bool
}

// conclude leaves out what the user doesn't ask for, writes the report, and
// returns the exit code.
func conclude(ctx context.Context, o options, res result, stdout *os.File) (int, error) {
	if err := res.leaveOutKnown(o); err != nil {
		return 0, err
	}
	if err := res.leaveOutUnchanged(ctx, o); err != nil {
		return 0, err
	}
	if err := writeReport(o, res.root, res.report, stdout); err != nil {
		return 0, err
	}
	return exitCode(res.report), nil
}

// noBaseline is what -baseline says to go without.
const noBaseline = "none"

// baselineFile is the file that is asked for, or the usual one.
func (o options) baselineFile(root string) string {
	switch {
	case o.baseline == "":
		name := filepath.Join(root, baseline.FileName)
		if module, ok := evidence.FindModule(root); ok && module != root {
			// Migrations that are looked at from within a module.
			if _, err := os.Stat(name); err != nil {
				name = filepath.Join(module, baseline.FileName)
			}
		}
		return name
	case filepath.IsAbs(o.baseline):
		return o.baseline
	}
	return filepath.Join(o.dir, o.baseline)
}

func (res *result) leaveOutKnown(o options) error {
	if o.baseline == noBaseline {
		return nil
	}
	name := o.baselineFile(res.root)
	b, err := baseline.Read(name)
	switch {
	case errors.Is(err, fs.ErrNotExist) && o.baseline == "":
		return nil
	case errors.Is(err, fs.ErrNotExist):
		return misusef("-baseline %s: no such file; tenantvet baseline write makes one", o.baseline)
	case err != nil:
		return misuse{err}
	}
	known, fresh, unmatched := b.Split(res.report.Findings)
	res.report.Findings, res.report.Totals.Known = fresh, len(known)
	if gone := res.gone(o, unmatched); len(gone) > 0 {
		res.report.Notes = append(res.report.Notes, fmt.Sprintf("%s: %s no longer there; tenantvet baseline write takes them out", modules.ShortPath(name), counted(len(gone), "finding is", "findings are")))
	}
	return nil
}

// gone are the entries whose findings were mended: the run has looked for them.
func (res *result) gone(o options, unmatched []baseline.Entry) []baseline.Entry {
	if len(res.report.Incomplete) > 0 {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(unmatched), func(e baseline.Entry) bool {
		return e.Group == "audit" && !o.strict || !res.looked(e)
	})
}

// leaveOutUnchanged leaves out what neither stands on a changed line nor has its
// path run through one.
func (res *result) leaveOutUnchanged(ctx context.Context, o options) error {
	if o.since == "" {
		return nil
	}
	c, err := changes.Since(ctx, res.root, o.since)
	if err != nil {
		return misusef("-new-from-rev %s: %v", o.since, err)
	}
	touches := func(p report.Position) bool {
		name := filepath.FromSlash(p.File)
		if !filepath.IsAbs(name) {
			name = filepath.Join(res.root, name)
		}
		return p.Line > 0 && c.Touches(name, p.Line, p.EndLine)
	}
	r := &res.report
	before := len(r.Findings)
	r.Findings = slices.DeleteFunc(slices.Clone(r.Findings), func(f report.Finding) bool {
		return !touches(f.Position) && !slices.ContainsFunc(f.Path, func(s report.Step) bool { return touches(s.Position) })
	})
	r.Totals.Unchanged = before - len(r.Findings)
	// What these files say decides about code that has not changed.
	for _, name := range c.Changed() {
		if base := path.Base(name); base == config.FileName || path.Ext(base) == ".sql" {
			r.Notes = append(r.Notes, fmt.Sprintf("%s has changed since %s: what it makes of unchanged code is not shown; run without -new-from-rev to see it", name, o.since))
			break
		}
	}
	return nil
}

func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
