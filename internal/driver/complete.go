package driver

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/tenantvet/tenantvet/internal/evidence"
	"github.com/tenantvet/tenantvet/internal/report"
)

// account accounts for every package that was asked about: it has a census,
// or it is named with the reason why not.
func (m *merger) account(listed listing, result *vetResult) {
	totals := &m.report.Totals.Packages
	totals.Skipped = listed.skipped

	failed := make(map[string]bool)
	for _, t := range listed.targets {
		if m.analysed[t.unit()] || !t.code && m.analysed[externalUnit(t.path)] {
			totals.Analysed++
		} else {
			totals.Failed++
			failed[t.path] = true
		}
	}
	for _, t := range listed.targets {
		switch {
		case t.broken != "" && t.brokenTests:
			m.incomplete(t.path, t.at, "its tests are not analysed: ", t.broken)
		case t.broken != "":
			m.incomplete(t.path, t.at, "", t.broken)
		case failed[t.path]:
			m.incomplete(t.path, "", "", cmp.Or(result.message(t), brokenImport(t, result, failed), "go vet gave no answer"))
		}
	}
	// Units that are wanted for their facts only, dependencies among them: what
	// rests on the missing facts would be silence.
	told := make(map[string]bool)
	for _, t := range listed.targets {
		told[t.path], told[t.path+"_test"] = t.broken != "" || failed[t.path], t.broken != "" || failed[t.path]
	}
	for _, id := range sortedKeys(result.messages) {
		if pkg, _, _ := strings.Cut(id, " "); !told[pkg] {
			m.incomplete(pkg, "", "", tidyMessages(result.messages[id]))
		}
	}
	for _, err := range listed.unresolved {
		m.incomplete("", "", "", err.Error())
	}
	for _, line := range result.other {
		m.incomplete("", "", "", line)
	}
}

// brokenImport says which of its imports keeps a package from being analysed.
func brokenImport(t *target, result *vetResult, failed map[string]bool) string {
	for _, path := range slices.Sorted(slices.Values(t.imports)) {
		if failed[path] || len(result.messages[path]) > 0 {
			return "imports " + path + ", which could not be analysed"
		}
	}
	return ""
}

// tidyMessages makes one line of what the compiler or the tool said: the first
// error, and whether more follow. A crash's trace is not for users.
func tidyMessages(lines []string) string {
	first := strings.TrimSpace(lines[0])
	for _, name := range []string{"tenantvet", filepath.Base(os.Args[0]), "vet"} {
		first = strings.TrimPrefix(first, name+": ")
	}
	for _, line := range lines {
		if strings.HasPrefix(line, "goroutine ") {
			return "the analysis crashed: " + first + "; please report it"
		}
	}
	if len(lines) > 1 {
		return first + " (and more; go vet shows all)"
	}
	return first
}

// schemas adds the files of a module's schemas, and what could not be read.
func (m *merger) schemas(mod *evidence.Module, wanted func(*evidence.Schema) bool) {
	for i := range mod.Schemas {
		if !wanted(&mod.Schemas[i]) {
			continue
		}
		for _, f := range mod.Schemas[i].Files {
			m.report.Schemas = append(m.report.Schemas, m.file(filepath.Join(mod.Root, filepath.FromSlash(f))))
		}
	}
	for _, p := range mod.Problems {
		if f, ok := m.brokenPolicy(mod, p); ok {
			m.report.Findings = append(m.report.Findings, f)
			continue
		}
		if m.excused(mod, p) {
			m.note(fmt.Sprintf("a migration that can't be read, in a program that shows no tenants: %s:%d: %s",
				m.file(filepath.Join(mod.Root, filepath.FromSlash(p.File))), p.Line, p.Message))
			continue
		}
		m.report.Incomplete = append(m.report.Incomplete, report.Incomplete{
			Position: &report.Position{
				File: m.file(filepath.Join(mod.Root, filepath.FromSlash(p.File))),
				Line: p.Line, Column: p.Column, EndLine: p.Line, EndColumn: p.Column,
			},
			Reason: p.Message,
		})
	}
}

// excused reports whether a problem keeps nothing from being judged: no package shows
// that there are tenants, and the migration does not speak of them either.
func (m *merger) excused(mod *evidence.Module, p evidence.Problem) bool {
	if m.tenancy || p.Config || m.schemaOnly || !strings.EqualFold(filepath.Ext(p.File), ".sql") {
		return false
	}
	data, err := os.ReadFile(filepath.Join(mod.Root, filepath.FromSlash(p.File)))
	if err != nil {
		return false
	}
	text := strings.ToLower(string(data))
	return !slices.ContainsFunc([]string{"policy", "row level security", "current_setting", "set_config"}, func(word string) bool { return strings.Contains(text, word) })
}

// modules adds what the modules' schemas say.
func (m *merger) modules(modules []*evidence.Module) {
	schemas := false
	for _, mod := range modules {
		m.schemas(mod, func(*evidence.Schema) bool { return true })
		schemas = schemas || len(mod.Schemas) > 0
	}
	switch column := sharedColumn(modules); {
	case m.tenancy, m.report.Totals.Packages.Analysed == 0: // nobody has looked
	case column != "":
		m.note(fmt.Sprintf("tables share the column %s, but no policy reads a setting: write \"strategy: filter\" into tenantvet.yaml if each statement is to name its tenant", column))
	case schemas:
		m.note("no evidence of tenancy: no policy in the schema reads a setting, and no setting in the code is named like a tenant; name the tenant's settings or columns in tenantvet.yaml")
	default:
		m.note("no evidence of tenancy: no schema was found, and no setting in the code is named like a tenant; name the schema in tenantvet.yaml")
	}
	for _, text := range unsetContext(modules) {
		m.note(text)
	}
}

// sharedColumn returns the column that the tables of a schema have in common and
// that is named like a tenant's, "" without one.
func sharedColumn(modules []*evidence.Module) string {
	for _, mod := range modules {
		for i := range mod.Schemas {
			if t := mod.Tenancy(&mod.Schemas[i]); len(t.Columns) > 0 {
				return t.Columns[0]
			}
		}
	}
	return ""
}

// unsetContext says where policies wait for a setting that nothing in the code
// sets: every query is outside the scope then, for one reason.
func unsetContext(modules []*evidence.Module) []string {
	var set []string
	for _, mod := range modules {
		set = append(set, mod.SettingsInCode...)
		if mod.Hooks.SetsContext || len(mod.Config.Tenant.Settings) > 0 {
			return nil
		}
	}
	var notes []string
	for _, mod := range modules {
		for i := range mod.Schemas {
			t := mod.Tenancy(&mod.Schemas[i])
			read := slices.DeleteFunc(slices.Clone(t.Settings), func(name string) bool {
				return !strings.Contains(name, ".") || strings.HasPrefix(name, "request.")
			})
			if len(read) == 0 || slices.ContainsFunc(read, func(name string) bool { return slices.Contains(set, name) }) {
				continue
			}
			notes = append(notes, fmt.Sprintf("no code sets %s, which the policies in %s read: as it is, row-level security shows rows to nobody, or all of them to a role that it does not bind",
				strings.Join(read, " or "), mod.Schemas[i].Dir))
		}
	}
	slices.Sort(notes)
	return slices.Compact(notes)
}

func (m *merger) note(text string) { m.report.Notes = append(m.report.Notes, text) }

// incomplete adds an entry, once. The position is at, or else the one that the
// reason begins with; what goes before the reason.
func (m *merger) incomplete(pkg, at, what, reason string) {
	if i := strings.Index(reason, ": "); at == "" && i >= 0 {
		if _, line, _ := splitPosn(reason[:i]); line > 0 {
			at, reason = reason[:i], reason[i+2:]
		}
	}
	entry := report.Incomplete{Package: pkg, Reason: what + strings.TrimPrefix(reason, pkg+": ")}
	if pos := m.position(at, ""); pos.Line > 0 {
		entry.Position = &pos
	}
	if key := fmt.Sprint(pkg, at, entry.Reason); !m.named[key] {
		m.named[key] = true
		m.report.Incomplete = append(m.report.Incomplete, entry)
	}
}

// relativeRoot returns the root relative to the working directory, with slashes.
func relativeRoot(root string) string {
	dir, err := os.Getwd()
	if err != nil {
		return filepath.ToSlash(root)
	}
	rel, err := filepath.Rel(dir, root)
	if err != nil {
		return filepath.ToSlash(root)
	}
	return filepath.ToSlash(rel)
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
