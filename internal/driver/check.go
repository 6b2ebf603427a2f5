package driver

import (
	"context"
	"os"
	"slices"
	"strings"

	"github.com/tenantvet/tenantvet/internal/baseline"
	"github.com/tenantvet/tenantvet/internal/evidence"
	"github.com/tenantvet/tenantvet/internal/livedb"
	"github.com/tenantvet/tenantvet/internal/schemacheck"
	"github.com/tenantvet/tenantvet/internal/toolid"
)

// check analyses what the options ask for, writes the report, and returns the
// exit code. An error means that there is no report.
func check(ctx context.Context, o options, stdout, stderr *os.File) (int, error) {
	res, err := analyse(ctx, o, stderr)
	if err != nil {
		return 0, err
	}
	return conclude(ctx, o, res, stdout)
}

// analyse judges packages and the migrations behind them.
func analyse(ctx context.Context, o options, stderr *os.File) (result, error) {
	progress := newProgress(stderr)
	defer progress.clear()

	env, err := readGoEnv(ctx, o.dir)
	if err != nil {
		return result{}, err
	}
	modules, err := refreshEvidence(o.dir)
	if err != nil {
		return result{}, err
	}
	roots := make([]string, len(modules))
	for i, m := range modules {
		roots[i] = m.Root
	}
	// Otherwise what only tests need is built in vain, and what is wrong there is in the way.
	o.tests = o.tests && slices.ContainsFunc(modules, func(m *evidence.Module) bool { return m.Config.Tests })
	patterns := o.patterns
	if env.GOWORK != "" {
		patterns = expandWorkspace(o, roots)
	}

	progress.start("listing packages", 0)
	overlay := newOverlay()
	defer overlay.remove()
	if err := checkAPIs(ctx, o, overlay, modules); err != nil {
		return result{}, err
	}
	listed, err := list(ctx, o, patterns, overlay)
	if err != nil {
		return result{}, err
	}
	for _, t := range listed.targets {
		if t.module == nil || !t.module.Main {
			continue
		}
		if err := checkToolVersion(t.module.Path, t.module.GoVersion); err != nil {
			return result{}, err
		}
	}

	schemas := judgeSchemas(o, env.root(), modules)
	vetted, err := vetTargets(ctx, o, patterns, listed, overlay, progress)
	if err != nil {
		return result{}, err
	}
	progress.clear()

	r, analysed := merge(o, env.root(), listed, modules, vetted)
	c, err := schemas()
	if err != nil {
		return result{}, err
	}
	r.Findings = append(r.Findings, c.Findings...)
	r.Totals.Policies = c.Totals
	if v := r.Inventory; v != nil {
		v.Suppressions = append(v.Suppressions, c.Suppressions...)
		v.Tables = c.Tables
	}
	return result{report: r, root: env.root(), looked: func(e baseline.Entry) bool {
		inFile := e.Package == "" && !strings.HasPrefix(e.File, livedb.Prefix)
		return inFile && o.wholeModule() || analysed[e.Package]
	}}, nil
}

// judgeSchemas runs the rules about migrations beside go vet, and returns what
// waits for them. What the analyzers ask is in the cache; the histories that these
// rules ask for are not.
func judgeSchemas(o options, root string, modules []*evidence.Module) func() (*schemacheck.Check, error) {
	type outcome struct {
		c   *schemacheck.Check
		err error
	}
	done := make(chan outcome, 1)
	go func() {
		c := schemacheck.New(root, o.strict)
		id, err := toolid.Own()
		for _, m := range modules {
			if len(m.Schemas) == 0 || err != nil {
				continue
			}
			var full *evidence.Module
			if full, err = evidence.Full(m.Root, id); err == nil {
				c.Module(full, func(*evidence.Schema) bool { return true })
				if o.inventory {
					c.Tables = append(c.Tables, schemacheck.Tables(full, root)...)
				}
			}
		}
		done <- outcome{c, err}
	}()
	return func() (*schemacheck.Check, error) {
		out := <-done
		return out.c, out.err
	}
}
