package evidence

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/tenantvet/tenantvet/sqlcheck/schema"
)

// A source is a directory that a schema can be replayed from.
type source struct {
	dir    string
	format string
	files  []schema.File // in the order of replay
	weak   bool
	chosen bool // named in the configuration
	// setsUp: the statements are put together, by code that runs after what makes the
	// tables, or asks the catalog for them; unread counts those of which a part is not
	// known.
	setsUp, asks bool
	unread       int
	made         *made // see replayed
}

// maxProblems is how many problems of one file are listed.
const maxProblems = 3

// sources groups the SQL files of a tree by directory and leaves out those that
// build no schema. read gives a file's content.
func (l *loader) sources(files, marks []fileInfo, chosen bool) []source {
	groups := map[string][]fileInfo{}
	for _, f := range files {
		groups[group(f.rel)] = append(groups[group(f.rel)], f)
	}
	for _, f := range marks {
		if dir := path.Dir(f.rel); groups[dir] != nil {
			groups[dir] = append(groups[dir], f)
		}
	}
	var out []source
	for _, dir := range slices.Sorted(maps.Keys(groups)) {
		if s, ok := l.source(dir, groups[dir], chosen); ok {
			out = append(out, s)
		}
	}
	return out
}

func (l *loader) source(dir string, infos []fileInfo, chosen bool) (source, bool) {
	var files []schema.File
	isSchema, other := false, 0
	traits := map[string]traits{}
	var problems []Problem
	for _, info := range infos {
		if info.size > maxFile {
			problems = append(problems, Problem{File: info.rel, Message: fmt.Sprintf(
				"%d MiB is too large for a schema file; move its data elsewhere or list the others under schema: in tenantvet.yaml", info.size>>20)})
			continue
		}
		data, err := l.read(info)
		if err != nil {
			problems = append(problems, Problem{File: info.rel, Message: "can't be read: " + reason(err)})
			continue
		}
		t := l.index.get(info).SQL
		if !chosen && t.Other {
			other++
			continue
		}
		isSchema = isSchema || t.Schema
		traits[info.rel] = t
		files = append(files, schema.File{Path: info.rel, SQL: string(data)})
	}
	if !isSchema && !chosen || other > len(files)/2 {
		l.module.OtherDialects += other
		return source{}, false
	}
	named, postgres := l.sqlcSays(dir, infos)
	if named && !postgres && !chosen {
		l.module.OtherDialects += len(files)
		return source{}, false
	}
	files = append(files, l.gooseFiles(dir)...)
	format, ordered := schema.Arrange(files)
	if format == schema.Plain && !chosen {
		ordered = slices.DeleteFunc(ordered, func(f schema.File) bool { return !traits[f.Path].DDL || traits[f.Path].Queries })
	}
	if len(ordered) == 0 {
		return source{}, false
	}
	l.module.OtherDialects += other
	l.pending = append(l.pending, pendingProblems{dir, problems})
	return source{dir: dir, format: format, files: ordered, weak: isWeak(dir) && !named, chosen: chosen}, true
}

// gooseFiles are a directory's migrations in Go, as goose runs them between those
// in SQL: of each the statements in its strings.
func (l *loader) gooseFiles(dir string) []schema.File {
	var out []schema.File
	for _, f := range l.tree.goFiles {
		if path.Dir(f.rel) != dir || !l.index.get(f).Go.Goose || !gooseName().MatchString(path.Base(f.rel)) {
			continue
		}
		file := l.madeBy(f)
		if file.SQL == "" {
			continue
		}
		if l.besideSQL == nil {
			l.besideSQL = map[string]bool{}
		}
		l.besideSQL[f.rel] = true
		out = append(out, file)
	}
	return out
}

// pendingProblems count only if the directory is used in the end.
type pendingProblems struct {
	dir      string
	problems []Problem
}

// replay replays a source and keeps what went wrong; false when it turns out to
// hold nothing of use.
func (l *loader) replay(s source) (Schema, bool) {
	made := s.replayed()
	model, problems := made.model, made.problems
	problems = inSQL(model, problems)
	if s.unread > 0 {
		model.Unmodelled[sqlInGo] += s.unread
	}
	switch {
	case s.format == goFormat && len(model.Tables) == 0:
		return Schema{}, false
	case l.module.OtherDrivers && len(problems) > 0 && !s.chosen:
		l.module.OtherDialects += len(s.files)
		return Schema{}, false
	}
	out := Schema{Dir: s.dir, Format: s.format, Model: model, Replayed: s.files}
	for _, f := range s.files {
		if !slices.Contains(out.Files, f.Path) {
			out.Files = append(out.Files, f.Path)
		}
	}
	l.module.Problems = append(l.module.Problems, limit(problems)...)
	return out, true
}

// sqlInGo is how a model counts statements in Go code that can't be read.
const sqlInGo = "SQL in Go"

// inSQL leaves out what could not be read of strings in Go: a program may put them
// together. They are counted in the model.
func inSQL(model *schema.Model, problems []schema.Problem) []schema.Problem {
	return slices.DeleteFunc(problems, func(p schema.Problem) bool {
		if path.Ext(p.At.File) != ".go" {
			return false
		}
		model.Unmodelled[sqlInGo]++
		return true
	})
}

// limit keeps the first few problems of each file.
func limit(problems []schema.Problem) []Problem {
	count := map[string]int{}
	for _, p := range problems {
		count[p.At.File]++
	}
	shown := map[string]int{}
	var out []Problem
	for _, p := range problems {
		file := p.At.File
		shown[file]++
		if shown[file] > maxProblems {
			continue
		}
		message := p.Message
		if shown[file] == maxProblems && count[file] > maxProblems {
			message += fmt.Sprintf(" (and %d more in this file)", count[file]-maxProblems)
		}
		out = append(out, Problem{File: file, Line: p.At.Line, Column: p.Column, Message: message})
	}
	return out
}

// read returns a file's content, and notes when it is no longer what the index
// describes: the result is then not kept.
func (l *loader) read(f fileInfo) ([]byte, error) {
	data, err := os.ReadFile(f.abs)
	if err == nil && sha256.Sum256(data) != l.index.get(f).Sum {
		l.stale = true
	}
	return data, err
}

// preferStrong leaves weak sources out when there are others.
func preferStrong(sources []source) []source {
	if !slices.ContainsFunc(sources, func(s source) bool { return !s.weak }) {
		return sources
	}
	return slices.DeleteFunc(sources, func(s source) bool { return s.weak && !s.chosen })
}

func depth(dir string) int {
	if dir == "." {
		return 0
	}
	return strings.Count(dir, "/") + 1
}
