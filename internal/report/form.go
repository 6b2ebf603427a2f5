package report

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/tenantvet/tenantvet/analyzer"
)

// A View says how a report is shown.
type View struct {
	Root  string // absolute; files of the report are relative to it
	Dir   string // absolute; files are shown relative to it
	Color bool
	Width int             // of the terminal in columns, 0 where there is none
	Rules []analyzer.Rule // what the rules mean
}

// A form is one way to write a prepared report.
type form struct {
	name  string
	write func(io.Writer, Report, View) error
}

var forms = [...]form{
	{"text", writeText},
	{"json", writeJSON},
	{"sarif", writeSARIF},
	{"github", writeGitHub},
	{"markdown", writeMarkdown},
	{"html", writeHTML},
}

// Forms names the forms in which a report can be written, the usual one first.
func Forms() []string {
	var names []string
	for _, f := range forms {
		names = append(names, f.name)
	}
	return names
}

// Write writes a report in one of the forms.
func Write(w io.Writer, name string, r Report, v View) error {
	for _, f := range forms {
		if f.name == name {
			return f.write(w, prepared(r), v)
		}
	}
	return fmt.Errorf("unknown form %q of a report", name)
}

// defaultWidth is that of lines which no terminal shows.
const defaultWidth = 160

// width is the room for a line of code beside its number.
func (v View) width() int {
	if v.Width <= 0 {
		return defaultWidth
	}
	return max(40, v.Width-len("9999 | "))
}

// inRepository returns a file relative to the root of its repository, as those
// who annotate changes want it; relative to the report's root where there is no
// repository.
func (v View) inRepository(file string) string {
	if (Position{File: file}).inDatabase() {
		return file
	}
	root := v.Root
	for dir := v.Root; ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, ".git")); err == nil {
			root = dir
			break
		}
		if dir == filepath.Dir(dir) {
			break
		}
	}
	name := filepath.FromSlash(file)
	if !filepath.IsAbs(name) {
		name = filepath.Join(v.Root, name)
	}
	if rel, err := filepath.Rel(root, name); err == nil {
		return filepath.ToSlash(rel)
	}
	return filepath.ToSlash(name)
}
