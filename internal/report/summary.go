package report

import (
	"fmt"
	"path"
	"path/filepath"
	"strings"

	"github.com/fatih/color"
)

// fewFiles is how many schema files are named one by one.
const fewFiles = 3

func (p *printer) summary(r Report) {
	for i, line := range p.totals(r) {
		if i == 0 {
			line = p.paint(line, color.Bold)
		}
		p.line("%s", line)
	}
}

// totals are the lines with which every report ends, the first with the findings.
func (p *printer) totals(r Report) []string {
	lines := []string{findingsLine(r.Totals)}
	if r.Totals.Known > 0 {
		lines[0] += fmt.Sprintf("; %d known to the baseline", r.Totals.Known)
	}
	if r.Totals.Unchanged > 0 {
		lines[0] += fmt.Sprintf("; %d in code that has not changed", r.Totals.Unchanged)
	}
	if !r.SchemaOnly {
		lines = append(lines, packagesLine(r.Totals.Packages), "query sites on tenant tables: "+r.Totals.Sites.String())
	}
	if r.Totals.Policies != (Policies{}) {
		lines = append(lines, policiesLine(r.Totals.Policies))
	}
	lines = append(lines, p.schemaLine(r.Schemas))
	if len(r.Totals.Lacking) > 0 {
		lines = append(lines, lackingLine(r.Totals.Lacking))
	}
	for _, note := range r.Notes {
		lines = append(lines, "note: "+note)
	}
	return lines
}

func findingsLine(t Totals) string {
	if t.Findings == 0 {
		return "no findings"
	}
	if len(t.ByRule) == 0 {
		return counted(t.Findings, "finding")
	}
	return counted(t.Findings, "finding") + ": " + list(t.ByRule)
}

func packagesLine(t Packages) string {
	s := counted(t.Analysed, "package") + " analysed"
	if t.Skipped > 0 {
		s += fmt.Sprintf(", %d skipped", t.Skipped)
	}
	if t.Failed > 0 {
		s += fmt.Sprintf(", %d failed", t.Failed)
	}
	return s
}

func policiesLine(t Policies) string {
	return fmt.Sprintf("%s of tenants, policies: %d closed, %d open, %d unknown", counted(t.Tables, "table"), t.Closed, t.Open, t.Unknown)
}

// fewNames is how many names of what the schema lacks are shown.
const fewNames = 5

func lackingLine(names []string) string {
	s := fmt.Sprintf("schema incomplete: it lacks %s that statements name: %s", counted(len(names), "relation or column"), strings.Join(names[:min(len(names), fewNames)], ", "))
	s = strings.Replace(s, "relation or columns", "relations or columns", 1)
	if len(names) > fewNames {
		s += ", .."
	}
	return s
}

func (p *printer) schemaLine(files []string) string {
	if len(files) == 0 {
		return "schema: none found"
	}
	shown := make([]string, len(files))
	for i, f := range files {
		shown[i] = p.shown(f)
	}
	if len(files) <= fewFiles {
		return "schema: " + strings.Join(shown, ", ")
	}
	dirs := make(map[string]int)
	for i, f := range shown {
		dirs["in "+schemaDir(files[i], filepath.Dir(f))]++
	}
	if len(dirs) == 1 {
		return fmt.Sprintf("schema: %d files %s", len(files), byCount(dirs)[0])
	}
	rest := byCount(dirs)
	if len(rest) > fewDirs+1 {
		rest = rest[fewDirs:]
		n := 0
		for _, dir := range rest {
			n += dirs[dir]
			delete(dirs, dir)
		}
		return fmt.Sprintf("schema: %d files: %s, %d in %d more directories", len(files), list(dirs), n, len(rest))
	}
	return fmt.Sprintf("schema: %d files: %s", len(files), list(dirs))
}

// fewDirs is how many directories with schema files are named.
const fewDirs = 6

// schemaDir is the directory of a schema's file: of tools that give each migration a
// directory of its own, the one around those.
func schemaDir(file, dir string) string {
	switch path.Base(file) {
	case "migration.sql", "up.sql", "down.sql":
		return filepath.Dir(dir)
	}
	return dir
}

// list writes counts as "3 a, 1 b".
func list(counts map[string]int) string {
	var parts []string
	for _, key := range byCount(counts) {
		parts = append(parts, fmt.Sprintf("%d %s", counts[key], key))
	}
	return strings.Join(parts, ", ")
}

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
