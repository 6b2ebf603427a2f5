// Package starter writes a first tenantvet.yaml: what tenantvet infers about a
// program, where from, and what only its owners can say.
package starter

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/tenantvet/tenantvet/analyzer"
	"github.com/tenantvet/tenantvet/internal/config"
	"github.com/tenantvet/tenantvet/internal/evidence"
	"github.com/tenantvet/tenantvet/internal/report"
	"github.com/tenantvet/tenantvet/sqlcheck/schema"
)

// YAML is a configuration for a module that changes nothing by itself: all keys
// but version are comments. r is a report about the module.
func YAML(m *evidence.Module, r report.Report) string {
	w := &writer{}
	w.line("# What tenantvet infers about %s, and can be told. Only what is not behind a # counts;", m.Path)
	w.line("# as it is, this file changes nothing.")
	w.line("# yaml-language-server: $schema=https://raw.githubusercontent.com/tenantvet/tenantvet/main/tenantvet.schema.json")
	w.line("version: %d", config.Version)
	schemas := m.Schemas
	w.strategy(m, schemas)
	w.tenant(m, schemas)
	w.schema(schemas)
	w.shared(m, schemas)
	w.roles(schemas)
	w.packages(m, r)
	w.handles(m, r)
	w.rules()
	return w.b.String()
}

type writer struct{ b strings.Builder }

func (w *writer) line(format string, args ...any) {
	fmt.Fprintf(&w.b, format, args...)
	w.b.WriteByte('\n')
}

// say writes comments for people, a paragraph apart.
func (w *writer) say(format string, args ...any) {
	w.line("\n# "+format, args...)
}

func (w *writer) strategy(m *evidence.Module, schemas []evidence.Schema) {
	tables, protected := 0, 0
	for _, s := range schemas {
		for _, t := range s.Model.Tables {
			if t.Kind == schema.BaseTable {
				tables++
				if t.RLS && len(t.Policies) > 0 {
					protected++
				}
			}
		}
	}
	w.say("How tenants are kept apart: by policies (rls), by a condition in each statement")
	w.line("# (filter), or by both. Only rls is ever inferred: %d of %s with policies.", protected, counted(tables, "table"))
	w.line("# strategy: %s", config.RLS)
}

func (w *writer) tenant(m *evidence.Module, schemas []evidence.Schema) {
	columns, settings := map[string][]string{}, map[string][]string{}
	var names, read []string
	for i := range schemas {
		t := m.Tenancy(&schemas[i])
		names, read = append(names, t.Columns...), append(read, t.Settings...)
		for _, table := range schemas[i].Model.Tables {
			for _, p := range table.Policies {
				for _, u := range p.Settings {
					if u.Use != schema.ComparesRow {
						continue
					}
					at := fmt.Sprintf("policy %s on %s (%s:%d)", p.Name, table.Name, p.At.File, p.At.Line)
					settings[u.Name] = append(settings[u.Name], at)
					for _, c := range u.Columns {
						columns[c] = append(columns[c], at)
					}
				}
			}
		}
	}
	if len(schemas) == 0 {
		read = m.Tenancy(nil).Settings
	}
	w.say("How rows and connections name their tenant.")
	w.line("# tenant:")
	w.names("  columns", set(names), columns, "no policy compares a column with a setting")
	w.names("  settings", set(read), settings, "no policy reads a setting")
	if both := set(m.SettingsInCode); len(both) > 0 {
		w.line("#   # set by Go code: %s", strings.Join(both, ", "))
	}
	w.line("#   tables: []    # tenant tables that no policy shows")
	w.line("#   verified: {}  # functions that return a tenant which was verified, and why: internal/auth.Verify: it checks the token")
}

// names writes a list with what speaks for it.
func (w *writer) names(key string, names []string, from map[string][]string, none string) {
	if len(names) == 0 {
		w.line("# %s: []  # %s", key, none)
		return
	}
	w.line("# %s: [%s]", key, strings.Join(names, ", "))
	for _, n := range names {
		switch at := from[n]; len(at) {
		case 0:
			w.line("#   # %s: by its name", n)
		case 1:
			w.line("#   # %s: %s", n, at[0])
		default:
			w.line("#   # %s: %s, and %d more", n, at[0], len(at)-1)
		}
	}
}

func (w *writer) schema(schemas []evidence.Schema) {
	w.say("Where the migrations are.")
	if len(schemas) == 0 {
		w.line("# schema: []  # none were found")
		return
	}
	var dirs []string
	for _, s := range schemas {
		dirs = append(dirs, s.Dir)
	}
	w.line("# schema: [%s]", strings.Join(set(dirs), ", "))
	for _, s := range schemas {
		w.line("#   # %s: %s, read as %s", s.Dir, counted(len(s.Files), "file"), s.Format)
	}
}

// shared lists tables without the tenant's column: that they belong to nobody
// is what tenantvet takes them for already.
func (w *writer) shared(m *evidence.Module, schemas []evidence.Schema) {
	var free []string
	for i := range schemas {
		owned := m.Ownership(&schemas[i])
		for _, t := range schemas[i].Model.Tables {
			if _, tenant := owned.Columns(t); !tenant && t.Kind == schema.BaseTable && t.PartitionOf == "" && !t.Assumed {
				free = append(free, t.Name)
			}
		}
	}
	w.say("Tables that belong to no tenant, although they have the tenant's column or a policy.")
	w.line("# shared: []")
	if free = set(free); len(free) > 0 {
		w.line("#   # without either, and so shared as it is: %s", few(free, 12))
	}
}

func (w *writer) roles(schemas []evidence.Schema) {
	grantees, owners := map[string]int{}, map[string]int{}
	for _, s := range schemas {
		bypasses := func(name string) bool {
			r := s.Model.Role(name)
			return r != nil && (r.BypassRLS || r.Superuser)
		}
		for _, t := range s.Model.Tables {
			if t.Owner != "" {
				owners[t.Owner]++
			}
			seen := map[string]bool{}
			for _, g := range t.Grants {
				if g.From != schema.BuiltIn && g.Grantee != t.Owner && g.Grantee != "" && !seen[g.Grantee] && !bypasses(g.Grantee) {
					seen[g.Grantee] = true
					grantees[g.Grantee]++
				}
			}
		}
	}
	w.say("Who logs in, and who runs the migrations and owns what they make: owners and roles with")
	w.line("# BYPASSRLS are not bound by policies. Findings that depend on it are suspect until it is said.")
	w.line("# roles:")
	w.line("#   app: [%s]", strings.Join(slices.Sorted(maps.Keys(grantees)), ", "))
	for _, role := range slices.Sorted(maps.Keys(grantees)) {
		w.line("#     # %s: has %s by GRANT", role, counted(grantees[role], "table"))
	}
	owner := most(owners)
	if owner == "" {
		w.line("#   # migrating: owner  # no migration says who owns the tables")
		return
	}
	w.line("#   migrating: %s  # owns %s", owner, counted(owners[owner], "table"))
}

// packages lists those in which privileged work was found.
func (w *writer) packages(m *evidence.Module, r report.Report) {
	privileged := map[string][]string{}
	for _, f := range r.Findings {
		if f.Rule == "servicerole" || f.Rule == "bypassrole" {
			pkg := "./" + strings.TrimPrefix(strings.TrimPrefix(f.Package, m.Path), "/")
			privileged[pkg] = append(privileged[pkg], fmt.Sprintf("%s:%d", f.Position.File, f.Position.Line))
		}
	}
	w.say("Packages that may hold service-role credentials and bypass roles, and programs that run with")
	w.line("# their users and may hold none. Patterns as in ./cmd/admin/...")
	w.line("# packages:")
	w.line("#   privileged: []")
	for _, pkg := range slices.Sorted(maps.Keys(privileged)) {
		w.line("#     # %s does so (%s): if it is meant to", pkg, few(privileged[pkg], 3))
	}
	w.line("#   client: []")
}

func (w *writer) handles(m *evidence.Module, r report.Report) {
	w.say("Fields, variables and functions whose role bypasses the policies on purpose, and why:")
	w.line("# handles:")
	w.line("#   privileged: {}  # internal/store.Store.ownerPool: sign-in knows no tenant yet")
	if m.Hooks.SetsContext {
		w.line("# A hook of a pool sets the tenant's context: queries on that pool are in its scope.")
	}
	if m.Hooks.Resets {
		w.line("# A hook of a pool resets it when a connection comes back.")
	}
	for _, key := range slices.Sorted(maps.Keys(m.Injections)) {
		in := m.Injections[key]
		w.line("# Contexts carry a handle under %s, put there by %s.", key, counted(in.Scoped+in.Bare, "function"))
	}
	w.line("# Query sites on tenants' tables as of today: %s.", r.Totals.Sites)
}

// rules lists those that are off by default.
func (w *writer) rules() {
	w.say("Rules that are off unless they are asked for.")
	w.line("# rules:")
	for _, r := range analyzer.Rules() {
		if r.Group == analyzer.Audit || r.Group == analyzer.Preview {
			w.line("#   %s: true  # %s: %s", r.Name, r.Group, r.Title)
		}
	}
}

func set(names []string) []string {
	var out []string
	for _, n := range names {
		if n = path.Clean(n); !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	return out
}

func few(names []string, limit int) string {
	if len(names) <= limit {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:limit], ", "), len(names)-limit)
}

func most(counts map[string]int) string {
	best := ""
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		if best == "" || counts[name] > counts[best] {
			best = name
		}
	}
	return best
}

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
