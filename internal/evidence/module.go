package evidence

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"
)

// FindModule looks for the go.mod that a directory belongs to, upward. Like the
// go command it looks no further than the root of the file system.
func FindModule(dir string) (root string, ok bool) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", false
	}
	for {
		if isFile(filepath.Join(dir, "go.mod")) {
			return dir, true
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", false
		}
		dir = parent
	}
}

// Workspace returns the roots of the main modules seen from dir: those of the
// go.work around it, unless GOWORK is off, else the one module around it.
func Workspace(dir string) ([]string, error) {
	file := os.Getenv("GOWORK")
	if file == "" {
		file = findWork(dir)
	}
	if file == "" || file == "off" {
		if root, ok := FindModule(dir); ok {
			return []string{root}, nil
		}
		return nil, nil
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	work, err := modfile.ParseWork(file, data, nil)
	if err != nil {
		return nil, err
	}
	var roots []string
	for _, use := range work.Use {
		root := filepath.FromSlash(use.Path)
		if !filepath.IsAbs(root) {
			root = filepath.Join(filepath.Dir(file), root)
		}
		if isFile(filepath.Join(root, "go.mod")) {
			roots = append(roots, root)
		}
	}
	return roots, nil
}

// Nested returns the roots of the modules below a directory.
func Nested(dir string) []string {
	t, err := walk(dir, dir, true, true)
	if err != nil {
		return nil // who reads the directory says so
	}
	var roots []string
	for _, rel := range t.modules {
		roots = append(roots, filepath.Join(dir, filepath.FromSlash(rel)))
	}
	return roots
}

func findWork(dir string) string {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return ""
	}
	for {
		if file := filepath.Join(dir, "go.work"); isFile(file) {
			return file
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return ""
		}
		dir = parent
	}
}

// repository returns the directory above root that holds .git, or "".
func repository(root string) string {
	for dir := root; ; {
		if _, err := os.Lstat(filepath.Join(dir, ".git")); err == nil {
			return dir
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return ""
		}
		dir = parent
	}
}

// goMod reads a module's path and what it requires, and whether that has drivers of
// other databases and none for PostgreSQL.
func (m *Module) goMod(root string) error {
	data, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		return err
	}
	m.Path = modfile.ModulePath(data)
	if m.Path == "" {
		return errors.New(filepath.Join(root, "go.mod") + ": no module line")
	}
	if file, err := modfile.ParseLax("go.mod", data, nil); err == nil { // else the go command says so
		for _, r := range file.Require {
			m.Requires = append(m.Requires, r.Mod.Path)
		}
		slices.Sort(m.Requires)
		m.Requires = slices.Compact(m.Requires)
	}
	has := func(names ...string) bool {
		return slices.ContainsFunc(names, func(name string) bool { return strings.Contains(string(data), name) })
	}
	m.OtherDrivers = has("go-sql-driver/mysql", "sqlite", "mssqldb", "clickhouse", "spanner", "/mysql") &&
		!has("jackc/pgx", "lib/pq", "postgres", "go-pg", "pgdriver")
	return nil
}

// MayUse reports whether code of the module may import a package. Beside other
// modules it may be told what theirs do.
func (m *Module) MayUse(pkg string) bool {
	return !m.Alone || pkg == m.Path || slices.ContainsFunc(m.Requires, func(path string) bool {
		return pkg == path || strings.HasPrefix(pkg, path+"/")
	})
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}
