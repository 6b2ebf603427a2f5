package evidence

import (
	"cmp"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/tenantvet/tenantvet/internal/config"
	"github.com/tenantvet/tenantvet/sqlcheck"
	"github.com/tenantvet/tenantvet/sqlcheck/schema/rules"
)

// A Judged is a finding of the rules about migrations. In a file that a package embeds,
// drivers that see only packages show it where that happens.
type Judged struct {
	File string // relative to Root
	Line int
	// Rule and the rest are as in rules.Finding.
	Rule, Group, Message, Advice string
}

// RuleInput is what the rules about migrations must know of a schema.
func (m *Module) RuleInput(s *Schema) rules.Input {
	s = m.whole(s)
	owned, tenancy := m.Ownership(s), m.Tenancy(s)
	return rules.Input{
		Model:   s.Model,
		Tenant:  owned.Columns,
		Shared:  owned.Shared,
		Setting: func(name string) bool { return slices.Contains(tenancy.Settings, name) },
		Roles:   rules.Roles{App: m.Config.Roles.App, Migrating: cmp.Or(m.Config.Roles.Migrating, migrating(s.Format))},
		Limits:  limitsOf(m.Config),
	}
}

// limitsOf are those of the configuration, sorted by table.
func limitsOf(c config.Config) []rules.Limit {
	var out []rules.Limit
	for _, table := range slices.Sorted(maps.Keys(c.Limits)) {
		of, column, _ := cutLast(c.Limits[table], ".")
		out = append(out, rules.Limit{Table: nameOf(table), Of: nameOf(of), Column: column})
	}
	return out
}

// nameOf reads a name with or without schema.
func nameOf(table string) sqlcheck.Name {
	in, name, _ := cutLast(table, ".")
	return sqlcheck.Name{Schema: in, Name: name}
}

// judge runs the rules about migrations on the schemas of which packages embed files.
// It happens once, while the models have their histories.
func (m *Module) judge() {
	if len(m.Embeds) > 0 {
		m.Judged = m.judged(m.isEmbedded, map[string][]*rules.Ignore{})
	}
}

// Findings are those of the rules about migrations in all of a module's SQL files, and
// what is wrong with the comments that silence them, for what can show them there. The
// module is one with histories; see [Full].
func (m *Module) Findings() []Judged {
	ignores := map[string][]*rules.Ignore{}
	out := m.judged(func(string) bool { return true }, ignores)
	if on, set := m.Config.Rules["directive"]; set && !on {
		return out
	}
	ran := func(name string) bool {
		return slices.ContainsFunc(rules.All(), func(r rules.Rule) bool { return r.Name == name && m.runs(r) })
	}
	told := map[string]bool{} // in two schemas
	for i := range m.Schemas {
		for _, file := range m.Schemas[i].Files {
			if told[file] || path.Ext(file) == ".go" {
				continue
			}
			told[file] = true
			for _, d := range m.ignores(ignores, file) {
				message := d.Problem
				if message == "" {
					message = d.Useless(ran)
				}
				if message != "" {
					out = append(out, Judged{File: file, Line: d.Line, Rule: "directive", Group: rules.Breach, Message: message})
				}
			}
		}
	}
	return out
}

// ignores are the comments of a file that silence rules, read once.
func (m *Module) ignores(known map[string][]*rules.Ignore, file string) []*rules.Ignore {
	found, ok := known[file]
	if !ok {
		data, _ := os.ReadFile(filepath.Join(m.Root, filepath.FromSlash(file))) // the replay has read it, too
		found = rules.Ignores(string(data))
		known[file] = found
	}
	return found
}

// judged are the findings in SQL files that are wanted.
func (m *Module) judged(wanted func(file string) bool, ignores map[string][]*rules.Ignore) []Judged {
	var out []Judged
	seen := map[Judged]bool{} // in two schemas
	for i := range m.Schemas {
		s := &m.Schemas[i]
		if !slices.ContainsFunc(s.Files, wanted) {
			continue
		}
		var found []rules.Finding
		for _, f := range rules.Check(rules.NewState(m.RuleInput(s)), m.runs) {
			if f.At.Line == 0 || path.Ext(f.At.File) == ".go" || !wanted(f.At.File) {
				continue
			}
			if !rules.Silences(m.ignores(ignores, f.At.File), f.Rule, f.At.Line) {
				found = append(found, f)
			}
		}
		for _, f := range rules.Gather(found) {
			if j := (Judged{f.At.File, f.At.Line, f.Rule, f.Group, f.Message, f.Advice}); !seen[j] {
				seen[j] = true
				out = append(out, j)
			}
		}
	}
	return out
}

// runs reports whether a rule is to be run: as the configuration says, else as its
// group has it.
func (m *Module) runs(r rules.Rule) bool {
	if on, set := m.Config.Rules[r.Name]; set {
		return on
	}
	return r.Group != rules.Audit
}

func (m *Module) isEmbedded(file string) bool {
	return slices.ContainsFunc(m.Embeds, func(e Embed) bool { return e.Covers(file) })
}

// Covers reports whether a file, relative to the module's root, is what the pattern
// names or below it.
func (e Embed) Covers(file string) bool {
	pattern := path.Join(e.Dir, strings.TrimPrefix(e.Pattern, "all:"))
	for name := file; name != "." && name != "/" && name != ".."; name = path.Dir(name) {
		if ok, err := path.Match(pattern, name); ok && err == nil {
			return true
		}
	}
	return pattern == "."
}
