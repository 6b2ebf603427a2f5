package driver

import (
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/tenantvet/tenantvet/internal/evidence"
	"github.com/tenantvet/tenantvet/internal/livedb"
	"github.com/tenantvet/tenantvet/internal/schemacheck"
)

// diffDatabase prints where a database and the migrations differ.
func diffDatabase(o options, db *livedb.Database, stdout *os.File) (int, error) {
	if o.format != "text" && o.format != "json" {
		return 0, misusef("schema -diff -format %s: use text or json", o.format)
	}
	m, s, err := onlySchema(o)
	if err != nil {
		return 0, err
	}
	for _, p := range m.Problems {
		return 0, misusef("%s:%d: %s; the migrations must be whole to be compared", p.File, p.Line, p.Message)
	}
	c := schemacheck.New(o.dir, o.strict)
	dir := m.Root
	if rel, err := filepath.Rel(o.dir, filepath.Join(m.Root, filepath.FromSlash(s.Dir))); err == nil {
		dir = filepath.ToSlash(rel)
	}
	d := schemacheck.Diff{Version: 1, Database: db.Name, Migrations: dir, Differences: c.Compare(m, s, db.Model, db.Statement)}
	write := d.WriteText
	if o.format == "json" {
		write = d.WriteJSON
	}
	if err := writeOutput(o, stdout, write); err != nil {
		return 0, err
	}
	if len(d.Differences) > 0 {
		return Findings, nil
	}
	return Clean, nil
}

// onlySchema is the schema that the user asks about; it must be one.
func onlySchema(o options) (*evidence.Module, *evidence.Schema, error) {
	modules, err := schemaModules(o)
	if err != nil {
		return nil, nil, err
	}
	var of *evidence.Module
	var found *evidence.Schema
	var dirs []string
	for _, m := range modules {
		for i := range m.Schemas {
			if s := &m.Schemas[i]; m.wanted(s) {
				of, found = m.Module, s
				dirs = append(dirs, path.Clean(s.Dir))
			}
		}
	}
	slices.Sort(dirs)
	switch len(dirs) {
	case 0:
		return nil, nil, misusef("no migrations were found; name their directory, as in tenantvet schema -dsn env:DATABASE_URL -diff db/migrations")
	case 1:
		return of, found, nil
	}
	return nil, nil, misusef("several schemas were found, and one database has one; name its directory: %s", strings.Join(dirs, ", "))
}

// An outputForm writes something in one of its forms.
type outputForm func(io.Writer) error

// writeOutput writes to standard output, or to the file of -o.
func writeOutput(o options, stdout *os.File, write outputForm) error {
	if o.output == "" {
		return write(stdout)
	}
	f, err := os.Create(o.output)
	if err != nil {
		return misuse{err}
	}
	if err := write(f); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}
