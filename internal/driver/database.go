package driver

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/tenantvet/tenantvet/internal/baseline"
	"github.com/tenantvet/tenantvet/internal/evidence"
	"github.com/tenantvet/tenantvet/internal/livedb"
	"github.com/tenantvet/tenantvet/internal/report"
	"github.com/tenantvet/tenantvet/internal/schemacheck"
)

// checkDatabase is `tenantvet schema -dsn`: the rules about migrations on what a
// server has.
func checkDatabase(ctx context.Context, o options, stdout, stderr *os.File) (int, error) {
	db, err := readDatabase(ctx, o, stderr)
	if err != nil {
		return 0, err
	}
	if o.diff {
		return diffDatabase(o, db, stdout)
	}
	m, err := databaseModule(o, db)
	if err != nil {
		return 0, err
	}
	if o.explain != "" {
		return explainDatabase(o, m, stdout)
	}
	c := schemacheck.New(o.dir, o.strict)
	c.Database(m, db.Statement)
	r := report.Report{SchemaOnly: true, Findings: c.Findings, Schemas: []string{livedb.Prefix + db.Name}}
	r.Totals.Policies = c.Totals
	if c.Totals.Tables == 0 {
		r.Notes = append(r.Notes, "no evidence of tenancy: no policy compares rows with a setting; name the tenant's settings or columns in tenantvet.yaml")
	}
	r.Notes = append(append(r.Notes, readNote(db)), c.Unfollowed()...)
	for _, p := range db.Problems {
		r.Incomplete = append(r.Incomplete, report.Incomplete{Position: &report.Position{File: p.At.File}, Reason: p.Message})
	}
	r.Tool, r.Root = toolVersion(), relativeRoot(o.dir)
	return conclude(ctx, o, result{report: r, root: o.dir, looked: func(e baseline.Entry) bool { return strings.HasPrefix(e.File, livedb.Prefix) }}, stdout)
}

// readDatabase reads the catalog that -dsn names.
func readDatabase(ctx context.Context, o options, stderr *os.File) (*livedb.Database, error) {
	dsn, warning, err := livedb.DSN(o.dsn)
	if err != nil {
		return nil, misuse{err}
	}
	if warning != "" {
		fmt.Fprintf(stderr, "tenantvet: %s\n", warning)
	}
	return livedb.Read(ctx, dsn)
}

// readNote says what was read, since a role may see less than there is.
func readNote(db *livedb.Database) string {
	version := fmt.Sprintf("%d.%d", db.Version/10000, db.Version%10000)
	return fmt.Sprintf("read from database %s of PostgreSQL %s as %s; relations: %d, functions: %d, roles: %d", db.Name, version, db.Login,
		len(db.Model.Tables), len(db.Model.Functions), len(db.Model.Roles))
}

// databaseModule puts the database in the place of a module's schemas, whose
// configuration says what can't be read from either.
func databaseModule(o options, db *livedb.Database) (*evidence.Module, error) {
	modules, err := schemaModules(o)
	if err != nil {
		return nil, err
	}
	of := modules[0].Module
	for _, m := range modules {
		if m.Config.File != "" {
			of = m.Module
			break
		}
	}
	return schemacheck.Live(of, db.Model, db.Objects()), nil
}

// explainDatabase prints what a server has of a table.
func explainDatabase(o options, m *evidence.Module, stdout *os.File) (int, error) {
	text := schemacheck.Explain(m, &m.Schemas[0], o.explain)
	if text == "" {
		return 0, misusef("schema explain: the database has no table, view or function %s", o.explain)
	}
	fmt.Fprint(stdout, text)
	return Clean, nil
}
