package driver

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"github.com/urfave/cli/v3"

	"github.com/tenantvet/tenantvet/internal/baseline"
	"github.com/tenantvet/tenantvet/internal/modules"
)

// baselineCommand is `tenantvet baseline write`, which makes the findings of today
// known ones. Once there is a baseline it only shrinks, unless -add says otherwise.
func (r *runner) baselineCommand() *cli.Command {
	c := sub("baseline", func(context.Context, *cli.Command) error {
		return misusef("baseline: use tenantvet baseline write")
	})
	c.Commands = []*cli.Command{
		sub("write", r.does(func(ctx context.Context, o options) (int, error) {
			o = o.packages()
			if o.baseline == noBaseline {
				return 0, misusef("baseline write: -baseline %s names no file", noBaseline)
			}
			res, err := analyse(ctx, o, r.stderr)
			if err != nil {
				return 0, err
			}
			return r.writeBaseline(o, res)
		}), &cli.BoolFlag{Name: "add"}),
	}
	return c
}

func (r *runner) writeBaseline(o options, res result) (int, error) {
	if inc := res.report.Incomplete; len(inc) > 0 {
		return 0, fmt.Errorf("baseline write: the run is incomplete, so nothing was written: %s: %s", inc[0].Package, inc[0].Reason)
	}
	name := o.baselineFile(res.root)
	was, err := baseline.Read(name)
	exists := !errors.Is(err, fs.ErrNotExist)
	if exists && err != nil {
		return 0, misuse{err}
	}
	known, fresh, unmatched := was.Split(res.report.Findings)
	gone := res.gone(o, unmatched)

	now := baseline.Of(known)
	if !exists || o.add {
		now = baseline.Of(res.report.Findings)
	}
	for _, e := range unmatched {
		if !contains(gone, e) {
			now.Findings = append(now.Findings, e) // this run can't tell
		}
	}
	if err := now.Write(name); err != nil {
		return 0, misuse{err}
	}
	fmt.Fprintf(r.stdout, "%s: %s", modules.ShortPath(name), counted(len(now.Findings), "known finding", "known findings"))
	if len(gone) > 0 {
		fmt.Fprintf(r.stdout, ", %d taken out", len(gone))
	}
	fmt.Fprintln(r.stdout)
	if exists && !o.add && len(fresh) > 0 {
		fmt.Fprintf(r.stdout, "%s not taken in; mend them, or make them known with -add\n", counted(len(fresh), "new finding is", "new findings are"))
		return Findings, nil
	}
	return Clean, nil
}

func contains(entries []baseline.Entry, e baseline.Entry) bool {
	for _, x := range entries {
		if x == e {
			return true
		}
	}
	return false
}
