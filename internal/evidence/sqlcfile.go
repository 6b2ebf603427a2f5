package evidence

import (
	"os"
	"path"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
)

// sqlcNames are the names of sqlc's configuration.
var sqlcNames = map[string]bool{"sqlc.yaml": true, "sqlc.yml": true, "sqlc.json": true}

// A sqlcConfig is what of sqlc's configuration, versions 1 and 2, says where
// schemas are.
type sqlcConfig struct {
	SQL      []sqlcPart `yaml:"sql"`
	Packages []sqlcPart `yaml:"packages"`
}

type sqlcPart struct {
	Engine string `yaml:"engine"`
	Schema any    `yaml:"schema"` // a path, or several: files, directories, globs
}

// sqlcSchemas are the paths that the module's sqlc configurations take for a
// schema, relative to the root, and whether it is one for PostgreSQL.
func (l *loader) sqlcSchemas() map[string]bool {
	out := map[string]bool{}
	for _, f := range l.tree.sqlc {
		data, err := os.ReadFile(f.abs)
		if err != nil {
			continue
		}
		var c sqlcConfig
		if yaml.Unmarshal(data, &c) != nil {
			continue // sqlc will say so
		}
		for _, part := range slices.Concat(c.SQL, c.Packages) {
			for _, p := range paths(part.Schema) {
				out[path.Join(path.Dir(f.rel), p)] = out[path.Join(path.Dir(f.rel), p)] || part.Engine == "" || part.Engine == "postgresql"
			}
		}
	}
	return out
}

func paths(schema any) []string {
	switch s := schema.(type) {
	case string:
		return []string{s}
	case []any:
		var out []string
		for _, item := range s {
			if p, ok := item.(string); ok {
				out = append(out, p)
			}
		}
		return out
	}
	return nil
}

// sqlcSays reports whether sqlc takes files of the directory for a schema, and if
// so, whether for one of PostgreSQL.
func (l *loader) sqlcSays(dir string, files []fileInfo) (named, postgres bool) {
	for p, is := range l.sqlc {
		takes := p == dir || slices.ContainsFunc(files, func(f fileInfo) bool {
			ok, err := path.Match(p, f.rel)
			return f.rel == p || err == nil && ok && strings.HasSuffix(f.rel, ".sql")
		})
		if takes {
			named, postgres = true, postgres || is
		}
	}
	return named, postgres
}
