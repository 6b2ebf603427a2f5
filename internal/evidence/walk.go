package evidence

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
)

// maxEntries bounds a walk; beyond it a tree is no checkout of a program.
const maxEntries = 500_000

// A fileInfo is a file that may be evidence.
type fileInfo struct {
	rel   string // relative to the module's root, slash-separated
	abs   string
	size  int64
	mtime int64 // nanoseconds
}

// A tree is what a walk found.
type tree struct {
	sql      []fileInfo // .sql files
	marks    []fileInfo // files that only tell a format, such as atlas.sum
	goFiles  []fileInfo
	sqlc     []fileInfo // sqlc's configurations
	modules  []string   // other modules below the root, relative
	problems []Problem
	links    []string // directories reached through links that lead back, relative
}

// markers name a migration directory's format by being there.
var markers = map[string]bool{"atlas.sum": true, "tern.conf": true}

// skipDirs hold nothing that the module's own database is made from.
var skipDirs = map[string]bool{"vendor": true, "node_modules": true, "testdata": true}

// A walker goes over a directory tree once.
type walker struct {
	root string // of the module
	top  string // where the walk began
	tree
	seen    map[string]bool // real paths of directories reached through links
	left    int
	foreign bool // also below other modules
	noGo    bool
}

// walk collects the files under dir; names are relative to root.
func walk(root, dir string, foreign, noGo bool) (tree, error) {
	w := &walker{root: root, top: dir, seen: map[string]bool{}, left: maxEntries, foreign: foreign, noGo: noGo}
	if err := w.dir(dir); err != nil {
		return tree{}, err
	}
	return w.tree, nil
}

func (w *walker) rel(abs string) string {
	rel, err := filepath.Rel(w.root, abs)
	if err != nil {
		return filepath.ToSlash(abs)
	}
	return filepath.ToSlash(rel)
}

func (w *walker) dir(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		if dir == w.top {
			return err
		}
		w.problems = append(w.problems, Problem{File: w.rel(dir), Message: "directory can't be read: " + reason(err)})
		return nil
	}
	for _, e := range entries {
		if w.left--; w.left < 0 {
			return nil
		}
		name := e.Name()
		abs := filepath.Join(dir, name)
		switch {
		case e.IsDir():
			if strings.HasPrefix(name, ".") || skipDirs[name] || w.isModule(abs) {
				continue
			}
			if err := w.dir(abs); err != nil {
				return err
			}
		case e.Type()&fs.ModeSymlink != 0:
			w.link(abs)
		case e.Type().IsRegular():
			w.file(abs)
		}
	}
	return nil
}

// isModule notes a nested module; its tree is its own.
func (w *walker) isModule(dir string) bool {
	if dir == w.root || !isFile(filepath.Join(dir, "go.mod")) {
		return false
	}
	w.modules = append(w.modules, w.rel(dir))
	return !w.foreign
}

func wanted(name string) bool {
	return strings.HasSuffix(name, ".go") || strings.EqualFold(path.Ext(name), ".sql") || markers[name] || sqlcNames[name]
}

func (w *walker) file(abs string) {
	name := filepath.Base(abs)
	if !wanted(name) || strings.HasSuffix(name, "_test.go") || w.noGo && strings.HasSuffix(name, ".go") {
		return
	}
	info, err := os.Stat(abs)
	if err != nil {
		if strings.EqualFold(filepath.Ext(name), ".sql") {
			w.problems = append(w.problems, Problem{File: w.rel(abs), Message: "can't be read: " + reason(err)})
		}
		return
	}
	if !info.Mode().IsRegular() {
		return
	}
	f := fileInfo{rel: w.rel(abs), abs: abs, size: info.Size(), mtime: info.ModTime().UnixNano()}
	switch {
	case strings.HasSuffix(name, ".go"):
		w.goFiles = append(w.goFiles, f)
	case sqlcNames[name]:
		w.sqlc = append(w.sqlc, f)
	case markers[name]:
		w.marks = append(w.marks, f)
	default:
		w.sql = append(w.sql, f)
	}
}

// link follows a symbolic link to a file, and one to a directory elsewhere in
// the repository once. One that leads back above itself would never end.
func (w *walker) link(abs string) {
	real, err := filepath.EvalSymlinks(abs)
	if err != nil {
		if strings.EqualFold(filepath.Ext(abs), ".sql") || errors.Is(err, syscall.ELOOP) || strings.Contains(err.Error(), "too many links") {
			w.links = append(w.links, w.rel(abs))
		}
		return
	}
	info, err := os.Stat(real)
	if err != nil {
		return
	}
	if !info.IsDir() {
		w.file(abs)
		return
	}
	realParent, err := filepath.EvalSymlinks(filepath.Dir(abs))
	if err != nil {
		return
	}
	if within(realParent, real) {
		w.links = append(w.links, w.rel(abs))
		return
	}
	top, err := filepath.EvalSymlinks(w.top)
	if err != nil || within(real, top) || w.seen[real] || skipDirs[filepath.Base(abs)] || strings.HasPrefix(filepath.Base(abs), ".") {
		return // the walk gets there, or has been there
	}
	if repo := repository(top); repo == "" || !within(real, repo) {
		return // such as a build tool's output tree
	}
	w.seen[real] = true
	_ = w.dir(abs)
}

// within reports whether path is dir or below it.
func within(path, dir string) bool {
	rel, err := filepath.Rel(dir, path)
	return err == nil && (rel == "." || rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator)))
}

// reason is a file system error without its path.
func reason(err error) string {
	var pathErr *fs.PathError
	if errors.As(err, &pathErr) {
		return pathErr.Err.Error()
	}
	return err.Error()
}

func byRel(a, b fileInfo) int { return strings.Compare(a.rel, b.rel) }

func (t *tree) sort() {
	slices.SortFunc(t.sql, byRel)
	slices.SortFunc(t.goFiles, byRel)
	slices.SortFunc(t.marks, byRel)
	slices.Sort(t.links)
}
