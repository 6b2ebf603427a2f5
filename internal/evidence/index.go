package evidence

import (
	"crypto/sha256"
	"os"
	"path"
	"strings"
	"time"

	"github.com/tenantvet/tenantvet/sqlcheck"
	"github.com/tenantvet/tenantvet/sqlcheck/schema"
)

// An index remembers what each file contributes, so that a run reads only the
// files that changed since the last one.
type index struct {
	Written int64 // nanoseconds
	Files   map[string]entry
	// Bare is what was last found out about keys of contexts.
	Bare  storedBare
	next  map[string]entry
	fresh bool // some file was read anew
}

// An entry is what is known about one file as it was at Size and Mtime.
type entry struct {
	Size, Mtime int64
	Sum         [sha256.Size]byte
	Err         string // why it can't be read
	SQL         traits
	Settings    []string // settings that a SQL file sets
	Go          GoFacts
}

func newIndex() *index { return &index{Files: map[string]entry{}, next: map[string]entry{}} }

// grain is how much later than a file's time stamp the index must have been
// written to trust it: a write in the same tick leaves the stamp as it was.
const grain = int64(2 * time.Second)

// update makes sure that the index knows the files as they are now.
func (ix *index) update(files []fileInfo, scan func(fileInfo, []byte) entry) {
	for _, f := range files {
		if _, ok := ix.next[f.rel]; ok {
			continue
		}
		e, ok := ix.Files[f.rel]
		if !ok || e.Size != f.size || e.Mtime != f.mtime || f.mtime > ix.Written-grain {
			e = read(f, scan)
			ix.fresh = true
		}
		ix.next[f.rel] = e
	}
}

func read(f fileInfo, scan func(fileInfo, []byte) entry) entry {
	var e entry
	if f.size <= maxFile {
		data, err := os.ReadFile(f.abs)
		if err != nil {
			e.Err = reason(err)
		} else {
			e = scan(f, data)
			e.Sum = sha256.Sum256(data)
		}
	}
	e.Size, e.Mtime = f.size, f.mtime
	return e
}

func (ix *index) get(f fileInfo) entry { return ix.next[f.rel] }

func scanGoFile(_ fileInfo, data []byte) entry {
	g := scanGo(string(data))
	g.Reads = settingsRead(string(data))
	return entry{Go: g}
}

func (l *loader) scanSQLFile(f fileInfo, data []byte) entry {
	if !strings.EqualFold(path.Ext(f.rel), ".sql") {
		return entry{}
	}
	text := string(data)
	t := traitsOf(path.Join(path.Base(l.module.Path), f.rel), text)
	return entry{SQL: t, Settings: settingsCalled(text, t)}
}

// settingsCalled are the settings that the statements of a file of queries set.
// SET at the top of a migration is none of them: it is for the migration.
func settingsCalled(text string, t traits) []string {
	if !t.Queries && t.DDL || !mentionsSetting(text) && !containsAs(text, SearchPath) {
		return nil
	}
	var out []string
	for _, span := range sqlcheck.Split(text) {
		out = append(out, changeOf(sqlcheck.Text(text[span.Pos:span.End])).names...)
	}
	return sortedSet(out)
}

// settingsOfFunctions are those that the functions of a schema set.
func settingsOfFunctions(m *schema.Model) []string {
	var out []string
	for _, f := range m.Functions {
		switch f.Language {
		case "sql":
			out = append(out, changeOf(sqlcheck.Text(f.Body)).names...)
		case "plpgsql":
			out = append(out, changeOf(sqlcheck.Text("DO $tenantvet_body$"+f.Body+"$tenantvet_body$")).names...)
		}
	}
	return out
}
