package driver

import (
	"context"
	"os"
)

// check analyses what the options ask for, writes the report, and returns the
// exit code. An error means that there is no report.
func check(ctx context.Context, o options, stdout, stderr *os.File) (int, error) {
	progress := newProgress(stderr)
	defer progress.clear()

	env, err := readGoEnv(ctx, o.dir)
	if err != nil {
		return 0, err
	}
	modules, err := refreshEvidence(o.dir)
	if err != nil {
		return 0, err
	}
	roots := make([]string, len(modules))
	for i, m := range modules {
		roots[i] = m.Root
	}
	patterns := o.patterns
	if env.GOWORK != "" {
		patterns = expandWorkspace(o, roots)
	}

	progress.start("listing packages", 0)
	overlay := newOverlay()
	defer overlay.remove()
	if err := checkAPIs(ctx, o, overlay, modules); err != nil {
		return 0, err
	}
	listed, err := list(ctx, o, patterns, overlay)
	if err != nil {
		return 0, err
	}
	for _, t := range listed.targets {
		if t.module == nil || !t.module.Main {
			continue
		}
		if err := checkToolVersion(t.module.Path, t.module.GoVersion); err != nil {
			return 0, err
		}
	}

	result, err := vetTargets(ctx, o, patterns, listed, overlay, progress)
	if err != nil {
		return 0, err
	}
	progress.clear()

	r := merge(o, env.root(), listed, modules, result)
	if err := writeReport(o, env.root(), r, stdout); err != nil {
		return 0, err
	}
	switch {
	case len(r.Incomplete) > 0:
		return Incomplete, nil
	case len(r.Findings) > 0:
		return Findings, nil
	}
	return Clean, nil
}
