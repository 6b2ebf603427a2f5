package evidence

import (
	"go/token"
	"path"
	"slices"
	"strings"

	"github.com/tenantvet/tenantvet/internal/goddl"
	"github.com/tenantvet/tenantvet/sqlcheck"
	"github.com/tenantvet/tenantvet/sqlcheck/schema"
)

// formatted finds the verbs of formats that a name or a text may be put in for.
var formatted = pattern(`%(\[\d+\])?[sqv]`)

// putsTogether are calls that put texts together.
var putsTogether = []string{"strings.Replace", "strings.NewReplacer", ".Sanitize()", "QuoteIdentifier("}

// setsUp reports whether a file has schema statements of which a part comes from
// elsewhere.
func (s *goScan) setsUp(src string) bool {
	if slices.ContainsFunc(putsTogether, func(call string) bool { return strings.Contains(src, call) }) {
		return true
	}
	parts, found := s.parts(), false
	s.upward(func(pos token.Pos, text string) {
		found = found || anyDDL().MatchString(text) && (parts[pos] || formatted().MatchString(text))
	})
	return found
}

// A setup is what code that puts schema statements together makes of them.
type setup struct {
	goddl.Result
	dirs []string
}

// setupDirs are the directories with files that put schema statements together.
func (l *loader) setupDirs() []string {
	var out []string
	for _, f := range l.tree.goFiles {
		if dir := path.Dir(f.rel); l.index.get(f).Go.Setup && !slices.Contains(out, dir) {
			out = append(out, dir)
		}
	}
	return out
}

// setupOf runs that code, once.
func (l *loader) setupOf() *setup {
	if l.setup != nil {
		return l.setup
	}
	l.setup = &setup{dirs: l.setupDirs()}
	if len(l.setup.dirs) > 0 {
		l.setup.Result = goddl.Read(goddl.Module{
			Path: l.module.Path, Files: l.goFiles, Importers: l.importers, Down: downName().MatchString,
		}, l.setup.dirs)
	}
	return l.setup
}

// goFiles reads the files of a package that are for PostgreSQL.
func (l *loader) goFiles(dir string) []goddl.Source {
	var out []goddl.Source
	for _, f := range l.tree.goFiles {
		if path.Dir(f.rel) != dir {
			continue
		}
		if data, err := l.read(f); err == nil && !forOther(string(data)) && !otherDatabase(f.rel, "") {
			out = append(out, goddl.Source{Rel: f.rel, Src: string(data)})
		}
	}
	return out
}

// importers are the directories of packages that name a package's path.
func (l *loader) importers(pkg string) []string {
	var out []string
	for _, f := range l.tree.goFiles {
		dir := path.Dir(f.rel)
		if slices.Contains(out, dir) {
			continue
		}
		if data, err := l.read(f); err == nil && strings.Contains(string(data), `"`+pkg+`"`) {
			out = append(out, dir)
		}
	}
	return out
}

// ddlIn are the schema statements in a file's strings, but for those of which code
// makes others.
func (l *loader) ddlIn(f fileInfo) string {
	g := l.index.get(f).Go
	s := l.setupOf()
	used := s.Used[f.rel]
	if g.DDL == "" || len(used) == 0 {
		return g.DDL
	}
	data, err := l.read(f)
	if err != nil {
		return g.DDL
	}
	scan := newScan(string(data))
	if scan == nil {
		return g.DDL
	}
	return scan.ddl(g.Goose, used)
}

// madeBy are all the statements of a file, as one.
func (l *loader) madeBy(f fileInfo) schema.File {
	out := schema.File{Path: f.rel, SQL: l.ddlIn(f)}
	for _, s := range l.setupOf().Segments {
		if s.File != f.rel {
			continue
		}
		if out.Lines == nil {
			if out.SQL != "" {
				out.SQL += "\n"
			}
			for i := range strings.Count(out.SQL, "\n") {
				out.Lines = append(out.Lines, i+1)
			}
		}
		out.SQL, out.Lines = out.SQL+s.SQL, append(out.Lines, s.Lines...)
	}
	return out
}

// addSetup adds what set-up code runs to the sources of its directories.
func (l *loader) addSetup(in func(dir string) *source) {
	made := l.setupOf()
	for _, s := range made.Segments {
		if l.besideSQL[s.File] {
			continue
		}
		to := in(path.Dir(s.File))
		to.files = append(to.files, schema.File{Path: s.File, SQL: s.SQL, Lines: s.Lines})
		to.setsUp, to.asks = true, to.asks || s.Asks
	}
	for file, n := range made.Unknown {
		to := in(path.Dir(file))
		to.setsUp, to.unread = true, to.unread+n
	}
}

// together puts set-up code behind what makes the tables that it changes, as it runs
// after that. What asks the catalog for the tables is put behind what makes some.
func together(sources []source) []source {
	models := map[string]*schema.Model{}
	model := func(s *source) *schema.Model {
		if models[s.dir+s.format] == nil {
			models[s.dir+s.format], _ = schema.Replay(append(baseline(s.format), s.files...))
		}
		return models[s.dir+s.format]
	}
	for i := 0; i < len(sources); i++ {
		s := sources[i]
		if !s.setsUp {
			continue
		}
		changes, makes := tablesOf(model(&s))
		if len(changes) == 0 && len(makes) > 0 && !s.asks {
			continue // it is enough for itself
		}
		var base []*source
		for j := range sources {
			if o := &sources[j]; j != i && completedBy(model(o), changes, makes) {
				base = append(base, o)
			}
		}
		base = nearest(base, s.dir)
		switch {
		case len(base) == 1:
			base[0].files, base[0].unread = append(slices.Clip(base[0].files), s.files...), base[0].unread+s.unread
			delete(models, base[0].dir+base[0].format)
		case len(changes) > 0:
			continue
		default: // whose tables it means can't be told
			for _, b := range base {
				b.unread += max(1, s.unread)
			}
		}
		sources = slices.Delete(sources, i, i+1)
		i = -1
	}
	return sources
}

// tablesOf are those that a schema changes without making them, and those it makes.
func tablesOf(m *schema.Model) (changes, makes []sqlcheck.Name) {
	for _, t := range m.Tables {
		if name := (sqlcheck.Name{Schema: t.Schema, Name: t.Name}); t.Assumed {
			changes = append(changes, name)
		} else {
			makes = append(makes, name)
		}
	}
	return changes, makes
}

// completedBy reports whether a schema makes one of the tables that another one changes,
// or any where that changes none by name, and none that the other one makes.
func completedBy(m *schema.Model, changes, makes []sqlcheck.Name) bool {
	has := func(n sqlcheck.Name) bool { t := m.Table(n); return t != nil && !t.Assumed }
	if slices.ContainsFunc(makes, has) {
		return false
	}
	if len(changes) > 0 {
		return slices.ContainsFunc(changes, has)
	}
	_, any := tablesOf(m)
	return len(any) > 0
}

// nearest are the sources that share the longest path with a directory.
func nearest(list []*source, dir string) []*source {
	best := 0
	for _, s := range list {
		best = max(best, sharedParts(container(s.dir), dir))
	}
	return slices.DeleteFunc(list, func(s *source) bool { return sharedParts(container(s.dir), dir) < best })
}
