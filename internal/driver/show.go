package driver

import (
	"context"
	"os"

	"github.com/tenantvet/tenantvet/internal/livedb"
	"github.com/tenantvet/tenantvet/internal/schemacheck"
)

// showForms are the forms of `tenantvet schema show`.
func showForms() []string { return []string{"text", "json", "mermaid"} }

// showSchema is `tenantvet schema show`: what keeps tenants apart, and what leads past
// it. It judges nothing, so that the exit code is Clean.
func showSchema(ctx context.Context, o options, stdout, stderr *os.File) (int, error) {
	c := schemacheck.New(o.dir, o.strict)
	p := schemacheck.Picture{Version: 1, Schemas: []schemacheck.Shown{}}
	if o.dsn != "" {
		db, err := readDatabase(ctx, o, stderr)
		if err != nil {
			return 0, err
		}
		m, err := databaseModule(o, db)
		if err != nil {
			return 0, err
		}
		c.ShowDatabase(&p, m, livedb.Prefix+db.Name, db.Statement)
	} else {
		modules, err := schemaModules(o)
		if err != nil {
			return 0, err
		}
		for _, m := range modules {
			c.Show(&p, m.Module, m.wanted)
		}
		if len(p.Schemas) == 0 {
			return 0, misusef("schema show: no schema was found; name the directory of the migrations, or the schema in tenantvet.yaml")
		}
	}
	write := map[string]outputForm{"text": p.WriteText, "json": p.WriteJSON, "mermaid": p.WriteMermaid}[o.format]
	return Clean, writeOutput(o, stdout, write)
}
