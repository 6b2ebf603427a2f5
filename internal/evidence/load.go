package evidence

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/tenantvet/tenantvet/internal/config"
	"github.com/tenantvet/tenantvet/sqlcheck"
	"github.com/tenantvet/tenantvet/sqlcheck/schema"
)

// A loader gathers the evidence of one module.
type loader struct {
	root    string
	module  *Module
	index   *index // what is known about files since the last run
	tree    tree
	outside []fileInfo // schema files of the repository around the module
	chosen  []fileInfo // those that the configuration names
	pending []pendingProblems
	sqlc    map[string]bool // see sqlcSchemas
	setup   *setup          // see setupOf
	// besideSQL are migrations in Go that run between others in SQL.
	besideSQL map[string]bool
	stale     bool // a file changed under the loader
}

// gather walks the module and brings the index up to date. It parses nothing.
// given takes the place of the configuration, unless nil; alone: there need be
// no module.
func gather(root string, ix *index, given *config.Config, alone bool) (*loader, error) {
	root, err := filepath.Abs(root)
	if err != nil {
		return nil, err
	}
	l := &loader{root: root, index: ix, module: &Module{Root: root}}
	if err = l.module.goMod(root); err != nil && !(alone && errors.Is(err, fs.ErrNotExist)) {
		return nil, err
	}
	l.configure(given)
	if l.tree, err = walk(root, root, l.module.Path == "", false); err != nil {
		return nil, err
	}
	l.tree.sort()
	if len(l.module.Config.Schema) > 0 {
		l.choose()
	}
	ix.update(l.tree.goFiles, scanGoFile)
	ix.update(slices.Concat(l.tree.sql, l.tree.marks, l.tree.sqlc, l.chosen), l.scanSQLFile)
	l.sqlc = l.sqlcSchemas()
	if len(l.chosen) == 0 {
		l.lookAround()
	}
	l.declaredNames()
	hooks, funcs := l.hooks()
	l.module.Hooks = hooksOf(hooks, funcs)
	l.module.Injections = l.injections(funcs)
	l.module.Setters = l.setters()
	l.module.Main = slices.ContainsFunc(l.tree.goFiles, func(f fileInfo) bool { return l.index.get(f).Go.Main })
	l.module.Clients = len(l.module.Config.Packages.Client) > 0 ||
		slices.ContainsFunc(l.tree.goFiles, func(f fileInfo) bool { return l.index.get(f).Go.Client })
	l.module.Embeds = l.embeds()
	return l, nil
}

func (l *loader) configure(given *config.Config) {
	file := filepath.Join(l.root, config.FileName)
	if given != nil {
		l.module.Config = *given
		if isFile(file) {
			l.module.Problems = append(l.module.Problems, Problem{File: config.FileName, Config: true,
				Message: "there is a configuration in " + given.File + " as well; keep one of them"})
		}
		return
	}
	c, err := config.Load(file)
	if errors.Is(err, fs.ErrNotExist) {
		return
	}
	if err != nil {
		var all config.Errors
		errors.As(err, &all)
		for _, e := range all {
			l.module.Problems = append(l.module.Problems, Problem{
				File: config.FileName, Line: e.Line, Column: e.Column, Message: e.Message, Config: true})
		}
		return
	}
	c.File = config.FileName
	l.module.Config = c
}

// hasSchema reports whether some of the files build a schema that is more than
// a table made up for a test.
func (l *loader) hasSchema(files []fileInfo) bool {
	return slices.ContainsFunc(files, func(f fileInfo) bool {
		return l.index.get(f).SQL.Schema && !isWeak(path.Dir(f.rel))
	})
}

// choose expands the configuration's globs, in their order.
func (l *loader) choose() {
	for i, glob := range l.module.Config.Schema {
		matches, _ := filepath.Glob(filepath.Join(l.root, filepath.FromSlash(glob)))
		var found []fileInfo
		for _, m := range matches {
			if info, err := os.Stat(m); err == nil && info.IsDir() {
				t, err := walk(l.root, m, true, true)
				if err == nil {
					t.sort()
					found = append(append(found, t.sql...), t.marks...)
				}
			} else if err == nil && info.Mode().IsRegular() {
				rel, _ := filepath.Rel(l.root, m)
				found = append(found, fileInfo{rel: filepath.ToSlash(rel), abs: m, size: info.Size(), mtime: info.ModTime().UnixNano()})
			}
		}
		if len(found) == 0 {
			p := Problem{File: l.module.Config.File, Message: fmt.Sprintf("schema: %q matches no SQL file; correct it or take it out", glob), Config: true}
			if i < len(l.module.Config.SchemaPositions) {
				p.Line, p.Column = l.module.Config.SchemaPositions[i].Line, l.module.Config.SchemaPositions[i].Column
			}
			l.module.Problems = append(l.module.Problems, p)
		}
		for _, f := range found {
			if !slices.ContainsFunc(l.chosen, func(o fileInfo) bool { return o.abs == f.abs }) {
				l.chosen = append(l.chosen, f)
			}
		}
	}
}

// build replays the schemas and infers the rest.
func (l *loader) build() *Module {
	var sources []source
	switch {
	case len(l.chosen) > 0:
		sources = l.chosenSources()
	default:
		sources = l.sources(l.tree.sql, l.tree.marks, false)
		sources = append(sources, l.sources(withSuffix(l.outside, ".sql"), withoutSuffix(l.outside, ".sql"), false)...)
		sources = append(sources, l.goSources()...)
		sources = behindMigrations(withoutDumps(together(preferStrong(sources))))
	}
	for _, s := range sources {
		if out, ok := l.replay(s); ok {
			l.module.Schemas = append(l.module.Schemas, out)
		}
	}
	l.problems(sources)
	l.limits()
	var settings []string
	for _, f := range l.tree.goFiles {
		settings = append(settings, l.index.get(f).Go.Settings...)
	}
	for _, f := range slices.Concat(l.tree.sql, l.outside) {
		settings = append(settings, l.index.get(f).Settings...)
	}
	for _, s := range l.module.Schemas {
		settings = append(settings, settingsOfFunctions(s.Model)...)
	}
	l.module.SettingsInCode = sortedSet(settings)
	l.module.Unset = len(settings) == 0 && !l.setsSome()
	for i := range l.module.Schemas {
		s := &l.module.Schemas[i]
		s.Unbound = unbound(s.Model, l.module.Tenancy(s).Columns)
	}
	l.module.Unread = l.unread(l.module.SettingsInCode)
	return l.module
}

// limits reports those of the configuration that name what no schema has.
func (l *loader) limits() {
	c := l.module.Config
	for _, table := range slices.Sorted(maps.Keys(c.Limits)) {
		if len(l.module.Schemas) == 0 {
			return
		}
		lacks := ""
		switch of, name, _ := cutLast(c.Limits[table], "."); {
		case !l.has(table, ""):
			lacks = "table " + table
		case !l.has(of, name):
			lacks = "column " + c.Limits[table]
		}
		if lacks != "" {
			l.module.Problems = append(l.module.Problems, Problem{File: config.FileName, Config: true,
				Line: c.LimitPositions[table].Line, Column: c.LimitPositions[table].Column,
				Message: fmt.Sprintf("limits: no migration makes a %s; correct it or take it out", lacks)})
		}
	}
}

// has reports whether some schema has a table, with a column unless that is "".
func (l *loader) has(table, column string) bool {
	return slices.ContainsFunc(l.module.Schemas, func(s Schema) bool {
		in, name, _ := cutLast(table, ".")
		t := s.Model.Table(sqlcheck.Name{Schema: in, Name: name})
		return t != nil && (column == "" || t.Incomplete || slices.ContainsFunc(t.Columns, func(c schema.Column) bool { return c.Name == column }))
	})
}

// cutLast cuts at the last sep; without one all is after it.
func cutLast(s, sep string) (before, after string, ok bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return "", s, false
	}
	return s[:i], s[i+len(sep):], true
}

// problems adds those of the walk that concern schema directories.
func (l *loader) problems(used []source) {
	isUsed := func(dir string) bool {
		return slices.ContainsFunc(used, func(s source) bool { return s.dir == dir })
	}
	for _, p := range l.pending {
		if isUsed(p.dir) {
			l.module.Problems = append(l.module.Problems, p.problems...)
		}
	}
	for _, p := range l.tree.problems {
		if isUsed(path.Dir(p.File)) || isUsed(p.File) {
			l.module.Problems = append(l.module.Problems, p)
		}
	}
	for _, link := range l.tree.links {
		if isUsed(path.Dir(link)) {
			l.module.Problems = append(l.module.Problems, Problem{File: link,
				Message: "symbolic link that leads nowhere or back to itself, not followed; remove it"})
		}
	}
	slices.SortStableFunc(l.module.Problems, func(a, b Problem) int {
		if a.File != b.File {
			return strings.Compare(a.File, b.File)
		}
		return a.Line - b.Line
	})
}

// chosenSources replays the files of each directory that the configuration
// names, in the order in which it names them.
func (l *loader) chosenSources() []source {
	sources := l.sources(withSuffix(l.chosen, ".sql"), withoutSuffix(l.chosen, ".sql"), true)
	first := map[string]int{}
	for i, f := range l.chosen {
		if _, ok := first[group(f.rel)]; !ok {
			first[group(f.rel)] = i
		}
	}
	slices.SortStableFunc(sources, func(a, b source) int { return first[a.dir] - first[b.dir] })
	return sources
}

// goSources collects the DDL in Go strings by directory.
func (l *loader) goSources() []source {
	var out []source
	in := func(dir string) *source {
		i := slices.IndexFunc(out, func(s source) bool { return s.dir == dir })
		if i < 0 {
			out = append(out, source{dir: dir, format: goFormat, weak: isWeak(dir)})
			i = len(out) - 1
		}
		return &out[i]
	}
	for _, f := range l.tree.goFiles {
		ddl := l.ddlIn(f)
		if ddl == "" || otherDatabase(f.rel, ddl) || l.besideSQL[f.rel] {
			continue
		}
		s := in(path.Dir(f.rel))
		s.files = append(s.files, schema.File{Path: f.rel, SQL: ddl})
	}
	l.addSetup(in)
	return out
}

func withSuffix(files []fileInfo, ext string) []fileInfo {
	return filter(files, func(f fileInfo) bool { return strings.EqualFold(path.Ext(f.rel), ext) })
}

func withoutSuffix(files []fileInfo, ext string) []fileInfo {
	return filter(files, func(f fileInfo) bool { return !strings.EqualFold(path.Ext(f.rel), ext) })
}

func filter(files []fileInfo, keep func(fileInfo) bool) []fileInfo {
	return slices.DeleteFunc(slices.Clone(files), func(f fileInfo) bool { return !keep(f) })
}
