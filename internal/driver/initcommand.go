package driver

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/urfave/cli/v3"

	"github.com/tenantvet/tenantvet/analyzer"
	"github.com/tenantvet/tenantvet/internal/config"
	"github.com/tenantvet/tenantvet/internal/evidence"
	"github.com/tenantvet/tenantvet/internal/modules"
	"github.com/tenantvet/tenantvet/internal/starter"
	"github.com/tenantvet/tenantvet/internal/toolid"
)

// initCommand is `tenantvet init`, which writes a tenantvet.yaml for the module
// round the working directory.
func (r *runner) initCommand() *cli.Command {
	return sub("init", r.does(func(ctx context.Context, o options) (int, error) {
		if len(o.patterns) > 0 {
			return 0, misusef("init: takes no arguments; -C names a module")
		}
		root, ok := evidence.FindModule(o.dir)
		if !ok {
			return 0, misusef("no go.mod in %s or above; run tenantvet in a Go module, or name one with -C", o.dir)
		}
		name := filepath.Join(root, config.FileName)
		if o.output != "" {
			name = o.output
		}
		_, err := os.Stat(name)
		if err == nil {
			return 0, misusef("%s exists; -o writes another file", modules.ShortPath(name))
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return 0, misuse{err}
		}
		o.dir = root
		res, err := analyse(ctx, o.packages(), r.stderr)
		if err != nil {
			return 0, err
		}
		id, err := toolid.Own()
		if err != nil {
			return 0, err
		}
		m, err := evidence.Full(root, id)
		if err != nil {
			return 0, err
		}
		text := starter.YAML(m, res.report)
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			return 0, misuse{err}
		}
		fmt.Fprintf(r.stdout, "%s\n%s: written\n", text, modules.ShortPath(name))
		for _, i := range res.report.Incomplete {
			fmt.Fprintf(r.stdout, "incomplete: %s: %s\n", i.Package, i.Reason)
		}
		if len(res.report.Incomplete) > 0 {
			return Incomplete, nil
		}
		return Clean, nil
	}))
}

// configSchemaCommand is `tenantvet config-schema`: the JSON schema of
// tenantvet.yaml, for editors.
func (r *runner) configSchemaCommand() *cli.Command {
	return sub("config-schema", r.does(func(context.Context, options) (int, error) {
		titles := make(map[string]string)
		for _, rule := range analyzer.Rules() {
			titles[rule.Name] = rule.Title
		}
		enc := json.NewEncoder(r.stdout)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", "  ")
		return Clean, enc.Encode(config.JSONSchema(titles))
	}))
}
