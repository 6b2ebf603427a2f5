package evidence

import (
	"path"
	"slices"
	"strings"
)

// lookAround finds the schema of a module in the repository around it, as of
// backend/go.mod beside supabase/migrations: where the module has none of its own, or
// none with policies, although its code sets or asks for what policies around it read.
// The nearest directory above the module that has one below it counts; other modules
// keep theirs to themselves unless there is nothing else.
func (l *loader) lookAround() {
	var asked []string // settings; nil for whatever schema there is
	if l.hasSchema(l.tree.sql) {
		if asked = l.askedElsewhere(); asked == nil {
			return
		}
	}
	repo := repository(l.root)
	if repo == "" || repo == l.root {
		return
	}
	for _, foreign := range []bool{false, true} {
		t, err := walk(l.root, repo, foreign, true)
		if err != nil {
			return
		}
		t.sort()
		l.index.update(slices.Concat(t.sql, t.marks), l.scanSQLFile)
		if l.outside = l.nearest(t, asked); l.outside != nil || asked != nil {
			return // what another module has policies for is that one's affair
		}
	}
}

// nearest are the files of the schemas that are the fewest levels above the module. If
// settings are asked for, they are those in directories with policies that read one.
func (l *loader) nearest(t tree, asked []string) (out []fileInfo) {
	answers := map[string]bool{} // directories
	best := 0                    // levels up
	for _, f := range t.sql {
		traits := l.index.get(f).SQL
		if !traits.Schema || isWeak(strings.TrimLeft(path.Dir(f.rel), "./")) {
			continue
		}
		if asked != nil && !slices.ContainsFunc(traits.Reads, func(name string) bool { return slices.Contains(asked, name) }) {
			continue
		}
		answers[group(f.rel)] = true
		if up := strings.Count(f.rel, "../"); best == 0 || up < best {
			best = up
		}
	}
	for _, f := range slices.Concat(t.sql, t.marks) {
		if best > 0 && strings.Count(f.rel, "../") == best && (asked == nil || answers[group(f.rel)]) {
			out = append(out, f)
		}
	}
	return out
}

// askedElsewhere are the settings that the module's code sets or reads, if there is
// nothing in the module that has policies.
func (l *loader) askedElsewhere() []string {
	var out []string
	for _, f := range l.tree.goFiles {
		g := l.index.get(f).Go
		if g.Setup || g.DDL != "" && secures(strings.ToLower(g.DDL)) {
			return nil
		}
		for _, name := range slices.Concat(g.Settings, g.Reads) {
			if strings.Contains(name, ".") {
				out = append(out, name)
			}
		}
	}
	if slices.ContainsFunc(l.tree.sql, func(f fileInfo) bool { return l.index.get(f).SQL.Secures }) {
		return nil
	}
	return sortedSet(out)
}
