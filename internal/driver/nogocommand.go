package driver

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"

	"github.com/tenantvet/tenantvet/analyzer/nogo"
	"github.com/tenantvet/tenantvet/internal/modules"
)

// nogoConfig is `tenantvet nogo`: it writes a configuration for Bazel's nogo.
// nogo has no inputs but Go files, so the evidence is in the configuration.
func nogoConfig(_ context.Context, o options, stdout *os.File) (int, error) {
	found, err := refreshEvidence(o.dir)
	if err != nil {
		return 0, err
	}
	if len(found) != 1 {
		return 0, misusef("nogo: %s is in %d main modules; run it in the directory of one", o.dir, len(found))
	}
	m := found[0]
	for _, problem := range modules.Unread(m) {
		return 0, misusef("nogo: %s: mend it first, what rests on it would be missing", problem)
	}
	evidence, err := m.Portable(bazelRoot(m.Root))
	if err != nil {
		return 0, err
	}
	type entry struct {
		Description string            `json:"description"`
		Flags       map[string]string `json:"analyzer_flags"`
	}
	data, err := json.MarshalIndent(map[string]entry{nogo.Analyzer.Name: {
		Description: "written by tenantvet nogo; write it again when configuration, migrations or what the code does to connections changes",
		Flags:       map[string]string{nogo.Flag: evidence},
	}}, "", "  ")
	if err != nil {
		return 0, err
	}
	data = append(data, '\n')
	if o.output == "" {
		_, err = stdout.Write(data)
		return Clean, err
	}
	if err := os.WriteFile(o.output, data, 0o666); err != nil {
		return 0, misuse{err}
	}
	return Clean, nil
}

// bazelRoot is the root of the Bazel workspace round a module: itself, if there is
// none.
func bazelRoot(module string) string {
	for dir := module; ; {
		for _, name := range []string{"MODULE.bazel", "WORKSPACE", "WORKSPACE.bazel"} {
			if _, err := os.Stat(filepath.Join(dir, name)); err == nil {
				return dir
			}
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return module
		}
		dir = parent
	}
}
