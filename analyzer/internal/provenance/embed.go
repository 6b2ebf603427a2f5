package provenance

import (
	"io/fs"
	"path"
	"path/filepath"
	"strings"
)

// maxFiles bounds the files that one go:embed pattern brings along.
const maxFiles = 200

// embeddedFiles lists the files of a go:embed pattern that may hold settings,
// relative to the package. What images and pages are made of holds none.
func embeddedFiles(dir, pattern string) []string {
	if path.IsAbs(pattern) || strings.Contains(pattern, "..") {
		return nil
	}
	matches, _ := filepath.Glob(filepath.Join(dir, filepath.FromSlash(pattern)))
	var out []string
	for _, m := range matches {
		_ = filepath.WalkDir(m, func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !d.Type().IsRegular() {
				return nil // what can't be read is not built in either
			}
			if len(out) >= maxFiles {
				return fs.SkipAll
			}
			if rel, err := filepath.Rel(dir, name); err == nil && mayConfigure(rel) {
				out = append(out, filepath.ToSlash(rel))
			}
			return nil
		})
	}
	return out
}

func mayConfigure(name string) bool {
	base := strings.ToLower(path.Base(filepath.ToSlash(name)))
	if strings.HasPrefix(base, ".env") || strings.HasSuffix(base, ".env") {
		return !strings.Contains(base, "example") && !strings.Contains(base, "sample") && !strings.Contains(base, "template")
	}
	switch path.Ext(base) {
	case ".json", ".yaml", ".yml", ".toml", ".ini", ".conf", ".config", ".cfg", ".properties", ".txt", ".js":
		return true
	}
	return false
}
