package driver

import (
	"context"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/urfave/cli/v3"

	"github.com/tenantvet/tenantvet/internal/baseline"
	"github.com/tenantvet/tenantvet/internal/evidence"
	"github.com/tenantvet/tenantvet/internal/livedb"
	"github.com/tenantvet/tenantvet/internal/modules"
	"github.com/tenantvet/tenantvet/internal/report"
	"github.com/tenantvet/tenantvet/internal/schemacheck"
	"github.com/tenantvet/tenantvet/internal/toolid"
)

// schemaCommand is `tenantvet schema`, which needs no Go program: what it is
// given are directories.
func (r *runner) schemaCommand() *cli.Command {
	c := sub("schema", r.does(func(ctx context.Context, o options) (int, error) {
		return checkSchema(ctx, o, r.stdout, r.stderr)
	}), &cli.StringFlag{Name: "dsn"}, &cli.BoolFlag{Name: "diff"})
	c.Commands = []*cli.Command{
		sub("show", r.does(func(ctx context.Context, o options) (int, error) {
			return showSchema(ctx, o, r.stdout, r.stderr)
		})),
		sub("explain", r.does(func(ctx context.Context, o options) (int, error) {
			if len(o.patterns) == 0 {
				return 0, misusef("schema explain: name a table, as in tenantvet schema explain orders")
			}
			o.explain, o.patterns = o.patterns[0], o.patterns[1:]
			return checkSchema(ctx, o, r.stdout, r.stderr)
		})),
	}
	return c
}

// checkSchema judges migrations alone, or explains a table.
func checkSchema(ctx context.Context, o options, stdout, stderr *os.File) (int, error) {
	if o.diff && o.dsn == "" {
		return 0, misusef("schema -diff: name the database that the migrations are compared with, as in -dsn env:DATABASE_URL")
	}
	if o.dsn != "" {
		return checkDatabase(ctx, o, stdout, stderr)
	}
	modules, err := schemaModules(o)
	if err != nil {
		return 0, err
	}
	if o.explain != "" {
		return explainTable(o, modules, stdout)
	}
	c := schemacheck.New(o.dir, o.strict)
	m := &merger{dir: o.dir, root: o.dir, named: map[string]bool{}, schemaOnly: true}
	for _, mod := range modules {
		c.Module(mod.Module, mod.wanted)
		m.schemas(mod.Module, mod.wanted)
	}
	r := m.report
	r.SchemaOnly = true
	r.Findings, r.Totals.Policies = append(r.Findings, c.Findings...), c.Totals
	if len(r.Schemas) == 0 {
		r.Notes = append(r.Notes, "no schema was found; name the directory of the migrations, or the schema in tenantvet.yaml")
	} else if c.Totals.Tables == 0 {
		r.Notes = append(r.Notes, "no evidence of tenancy: no policy compares rows with a setting; name the tenant's settings or columns in tenantvet.yaml")
	}
	r.Notes = append(r.Notes, c.Unfollowed()...)
	r.Tool, r.Root = toolVersion(), relativeRoot(o.dir)
	return conclude(ctx, o, result{report: r, root: o.dir, looked: func(e baseline.Entry) bool {
		return e.Package == "" && !strings.HasPrefix(e.File, livedb.Prefix) && len(o.patterns) == 0
	}}, stdout)
}

func exitCode(r report.Report) int {
	switch {
	case len(r.Incomplete) > 0:
		return Incomplete
	case len(r.Findings) > 0:
		return Findings
	}
	return Clean
}

// A schemaModule is a module, or a directory that is none, with the schemas that
// the user asks about.
type schemaModule struct {
	*evidence.Module
	dirs []string // absolute; nil for all
}

// wanted reports whether a schema lies in one of the directories.
func (m schemaModule) wanted(s *evidence.Schema) bool {
	if m.dirs == nil {
		return true
	}
	for _, dir := range m.dirs {
		for _, of := range append([]string{s.Dir}, s.Files...) {
			rel, err := filepath.Rel(dir, filepath.Join(m.Root, filepath.FromSlash(of)))
			if err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
				return true
			}
		}
	}
	return false
}

// schemaModules gathers the schemas in the directories that the user names: those
// of the modules round the working directory, without any.
func schemaModules(o options) ([]schemaModule, error) {
	id, err := toolid.Own()
	if err != nil {
		return nil, err
	}
	var out []schemaModule
	gather := func(root string, dirs []string) error {
		m, err := evidence.Full(root, id)
		if err != nil {
			return misuse{err}
		}
		if errs := modules.ConfigErrors(m, ruleNames()); len(errs) > 0 {
			return misuse{errs[0]}
		}
		out = append(out, schemaModule{m, dirs})
		return nil
	}
	if len(o.patterns) == 0 {
		roots, err := evidence.Workspace(o.dir)
		if err != nil {
			return nil, misuse{err}
		}
		if len(roots) == 0 {
			roots = []string{o.dir}
		}
		for _, root := range roots {
			if err := gather(root, nil); err != nil {
				return nil, err
			}
		}
		return out, nil
	}
	for _, arg := range o.patterns {
		dir := strings.TrimSuffix(strings.TrimSuffix(filepath.ToSlash(arg), "..."), "/")
		if !path.IsAbs(dir) && !filepath.IsAbs(dir) {
			dir = filepath.Join(o.dir, filepath.FromSlash(dir))
		}
		if info, err := os.Stat(dir); err != nil || !info.IsDir() {
			return nil, misusef("%s: not a directory", arg)
		}
		roots, err := evidence.Workspace(dir)
		if err != nil {
			return nil, misuse{err}
		}
		roots = append(roots, evidence.Nested(dir)...)
		found := false
		for _, root := range slices.Compact(slices.Sorted(slices.Values(roots))) {
			if err := gather(root, []string{dir}); err != nil {
				return nil, err
			}
			if out[len(out)-1].any() {
				found = true
			} else {
				out = out[:len(out)-1]
			}
		}
		if found {
			continue
		}
		// What no module has a use for, such as examples.
		if err := gather(dir, nil); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (m schemaModule) any() bool {
	for i := range m.Schemas {
		if m.wanted(&m.Schemas[i]) {
			return true
		}
	}
	return false
}

// explainTable prints what the migrations did to a table.
func explainTable(o options, modules []schemaModule, stdout *os.File) (int, error) {
	var b strings.Builder
	for _, m := range modules {
		for i := range m.Schemas {
			if s := &m.Schemas[i]; m.wanted(s) {
				b.WriteString(schemacheck.Explain(m.Module, s, o.explain))
			}
		}
	}
	if b.Len() == 0 {
		return 0, misusef("schema explain: no migration has a table, view or function %s", o.explain)
	}
	fmt.Fprint(stdout, strings.TrimSuffix(b.String(), "\n"))
	return Clean, nil
}
