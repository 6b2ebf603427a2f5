package driver

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"golang.org/x/tools/go/packages"
)

// An overlay makes the go command see files that are not there, or not see
// files that are (its -overlay flag). A checkout often lacks what //go:embed
// asks for, as that is built or fetched; the analysis needs only its presence.
type overlay struct {
	dir     string          // for the overlay's own files; "" until needed
	replace map[string]bool // path -> whether there is a file (an empty one)
	stale   bool            // replace has changed since the overlay was written
}

func newOverlay() *overlay { return &overlay{replace: make(map[string]bool)} }

// hide takes files away.
func (ov *overlay) hide(files []string) {
	for _, f := range files {
		ov.set(f, false)
	}
}

// set reports whether it changed anything.
func (ov *overlay) set(file string, exists bool) bool {
	if was, ok := ov.replace[file]; ok && was == exists {
		return false
	}
	ov.replace[file] = exists
	ov.stale = true
	return true
}

// flags returns the build flags that apply the overlay.
func (ov *overlay) flags() ([]string, error) {
	if len(ov.replace) == 0 {
		return nil, nil
	}
	if ov.dir == "" {
		dir, err := os.MkdirTemp("", "tenantvet")
		if err != nil {
			return nil, err
		}
		ov.dir = dir
	}
	file, empty := filepath.Join(ov.dir, "overlay.json"), filepath.Join(ov.dir, "empty")
	if ov.stale {
		replace := make(map[string]string, len(ov.replace))
		for path, exists := range ov.replace {
			replace[path] = ""
			if exists {
				replace[path] = empty
			}
		}
		data, err := json.Marshal(struct{ Replace map[string]string }{replace})
		if err != nil {
			return nil, err
		}
		if err := errors.Join(os.WriteFile(empty, nil, 0o600), os.WriteFile(file, data, 0o600)); err != nil {
			return nil, err
		}
		ov.stale = false
	}
	return []string{"-overlay=" + file}, nil
}

func (ov *overlay) remove() {
	if ov.dir != "" {
		os.RemoveAll(ov.dir)
	}
}

// supplyEmbeds adds a file for each //go:embed pattern of the user's packages
// that matches none, and reports whether it added any.
func (ov *overlay) supplyEmbeds(pkgs []*packages.Package) bool {
	added := false
	packages.Visit(pkgs, nil, func(p *packages.Package) {
		if len(p.Errors) == 0 || p.Module == nil || !p.Module.Main || p.Dir == "" {
			return
		}
		for _, absolute := range p.EmbedPatterns {
			pattern, err := filepath.Rel(p.Dir, absolute)
			if err != nil {
				continue
			}
			file := missingEmbed(p.Dir, strings.TrimPrefix(filepath.ToSlash(pattern), "all:"))
			if file == "" {
				continue
			}
			file = filepath.Join(p.Dir, filepath.FromSlash(file))
			added = ov.set(file, true) || added
		}
	})
	return added
}

// missingEmbed returns the name of a file that makes a pattern match, or ""
// if it does already or can't.
func missingEmbed(dir, pattern string) string {
	matches, err := fs.Glob(os.DirFS(dir), pattern)
	if err != nil {
		return ""
	}
	for _, m := range matches {
		if hasFile(filepath.Join(dir, filepath.FromSlash(m))) {
			return ""
		}
	}
	name := standIn(pattern)
	if len(matches) > 0 { // directories without files
		name = path.Join(matches[0], "tenantvet")
	} else if ok, err := path.Match(pattern, name); err != nil || !ok {
		return ""
	}
	if !fs.ValidPath(name) {
		return ""
	}
	return name
}

// hasFile reports whether name is a file, or a directory with one that
// //go:embed takes.
func hasFile(name string) bool {
	found := false
	_ = filepath.WalkDir(name, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return nil //nolint:nilerr // what can't be read isn't there
		case path != name && strings.HasPrefix(d.Name(), "."), path != name && strings.HasPrefix(d.Name(), "_"):
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		case !d.IsDir():
			found = true
			return fs.SkipAll
		}
		return nil
	})
	return found
}

// standIn turns a glob into a name that it matches, for the usual globs.
func standIn(glob string) string {
	var b strings.Builder
	for i := 0; i < len(glob); i++ {
		switch c := glob[i]; c {
		case '*':
			b.WriteString("tenantvet")
		case '?':
			b.WriteByte('x')
		case '\\':
			if i++; i < len(glob) {
				b.WriteByte(glob[i])
			}
		case '[':
			end := strings.IndexByte(glob[i:], ']')
			if end < 2 {
				return ""
			}
			b.WriteByte(glob[i+1])
			i += end
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}
