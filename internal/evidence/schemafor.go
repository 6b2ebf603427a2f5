package evidence

import (
	"cmp"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/tenantvet/tenantvet/sqlcheck/schema"
)

// layoutWords are names of directories that say what is in them, not whose it
// is: services/billing/internal/db/migrations belongs to services/billing.
var layoutWords = map[string]bool{
	"migrations": true, "migration": true, "migrate": true, "migrator": true, "schema": true, "schemas": true, "sql": true, "sqlc": true,
	"db": true, "database": true, "databases": true, "data": true, "datastore": true, "postgres": true, "postgresql": true, "pg": true, "pgx": true,
	"pgsql": true, "supabase": true, "store": true, "storage": true, "stores": true, "repository": true, "repositories": true, "repo": true,
	"persistence": true, "internal": true, "pkg": true, "infra": true, "infrastructure": true, "platform": true, "adapter": true, "adapters": true,
	"assets": true, "resources": true, "res": true, "config": true, "deploy": true, "deployments": true, "scripts": true, "script": true,
	"docker": true, "init": true, "initdb": true, "db-init": true, "up": true, "versions": true, "ddl": true, "goose": true, "dbmate": true,
	"atlas": true, "flyway": true, "tern": true, "prisma": true, "drizzle": true, "embed": true, "common": true, "shared": true, "core": true,
	"src": true, "lib": true, "app": true, "backend": true, "server": true, "bootstrap": true, "gen": true, "generated": true, "models": true, "model": true,
	"tables": true, "policies": true, "rls": true, "views": true, "functions": true, "triggers": true, "types": true, "roles": true, "grants": true,
	"plugins": true, "plugin": true, "cmd": true, "bin": true, "tools": true,
}

// container is the directory whose packages a schema directory serves: the one
// around it, without the parts that only say that it holds a schema.
func container(dir string) string {
	for dir != "." && dir != ".." && isLayout(strings.ToLower(path.Base(dir))) {
		dir = path.Dir(dir)
	}
	if dir == ".." || strings.HasPrefix(dir, "../") {
		return "." // outside of the module: of all its packages
	}
	return dir
}

// isLayout also knows compounds, such as hatchet-migrate, and version numbers.
func isLayout(name string) bool {
	if layoutWords[name] || startsWithNumber().MatchString(name) {
		return true
	}
	i := strings.LastIndexAny(name, "-_")
	return i >= 0 && schemaWords[name[i+1:]]
}

var schemaWords = map[string]bool{"migrations": true, "migration": true, "migrate": true, "schema": true, "sql": true, "db": true}

// SchemaFor returns the schema that the package in pkgDir (absolute, or relative
// to the module's root) works on; nil if the module has none.
//
// Names are looked up as in nested scopes. A schema serves the packages below
// its container, which is its directory without the parts (internal/db/migrations)
// that only say what it holds. The innermost container around the package wins
// table by table; tables that only an outer one knows are added. So sibling
// services with tables of the same name keep apart, and a module of a monolith
// sees the common tables. A mere snapshot (a schema.sql, DDL in Go strings)
// without any row level security does not hide the migrations of an outer
// container, since such copies are made for code generators and tests.
//
// For a package that no container is around, such as a command beside the
// services, the schemas that share the longest path with it count together; a
// table on whose row security they disagree is taken as unprotected, so that no
// finding rests on it.
func (m *Module) SchemaFor(pkgDir string) *Schema {
	if filepath.IsAbs(pkgDir) {
		rel, err := filepath.Rel(m.Root, pkgDir)
		if err != nil {
			return nil
		}
		pkgDir = rel
	}
	pkgDir = path.Clean(filepath.ToSlash(pkgDir))
	var around []*Schema
	for i := range m.Schemas {
		if c := container(m.Schemas[i].Dir); c == "." || pkgDir == c || strings.HasPrefix(pkgDir, c+"/") {
			around = append(around, &m.Schemas[i])
		}
	}
	siblings := len(around) == 0
	if siblings {
		around = m.closest(pkgDir)
	}
	switch len(around) {
	case 0:
		return nil
	case 1:
		return around[0]
	}
	// Innermost first; within a container migrations before snapshots, and what
	// knows row security before what does not.
	slices.SortStableFunc(around, func(a, b *Schema) int {
		return cmp.Or(
			depth(container(b.Dir))-depth(container(a.Dir)),
			compareBool(b.knowsSecurity(), a.knowsSecurity()),
			compareBool(a.snapshot(), b.snapshot()),
			cmp.Compare(a.Dir, b.Dir))
	})
	return merge(around, siblings)
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// closest returns the schemas that share the longest path with pkgDir.
func (m *Module) closest(pkgDir string) []*Schema {
	var out []*Schema
	best := -1
	for i := range m.Schemas {
		shared := sharedParts(container(m.Schemas[i].Dir), pkgDir)
		if shared > best {
			out, best = nil, shared
		}
		if shared == best {
			out = append(out, &m.Schemas[i])
		}
	}
	return out
}

func sharedParts(a, b string) int {
	x, y := strings.Split(a, "/"), strings.Split(b, "/")
	n := 0
	for n < len(x) && n < len(y) && x[n] == y[n] {
		n++
	}
	return n
}

// snapshot reports whether the schema is a plain file or Go text rather than
// the migrations of a tool.
func (s *Schema) snapshot() bool { return s.Format == schema.Plain || s.Format == goFormat }

func (s *Schema) knowsSecurity() bool {
	return s.Model != nil && slices.ContainsFunc(s.Model.Tables, func(t *schema.Table) bool { return t.RLS || len(t.Policies) > 0 })
}

// merge lays schemas over each other, the first on top.
func merge(list []*Schema, siblings bool) *Schema {
	out := &Schema{Dir: list[0].Dir, Format: list[0].Format, Model: &schema.Model{Unmodelled: map[string]int{}}}
	type placed struct {
		table *schema.Table
		from  *Schema
		with  *Schema // changes a table that from makes, or makes one that from changes
	}
	tables := map[string]placed{}
	functions, roles := map[string]bool{}, map[string]bool{}
	for _, s := range list {
		for _, f := range s.Files {
			if !slices.Contains(out.Files, f) {
				out.Files = append(out.Files, f)
			}
		}
		for _, t := range s.Model.Tables {
			k := t.Schema + "." + t.Name
			top, ok := tables[k]
			switch {
			case !ok:
				tables[k] = placed{table: t, from: s}
			case siblings && t.RLS != top.table.RLS:
				if !t.RLS {
					tables[k] = placed{table: t, from: s}
				}
			case top.table.Assumed != t.Assumed:
				tables[k] = placed{join(top.table, t), s, top.from}
			case t.RLS && top.from.snapshot() && !top.from.knowsSecurity():
				tables[k] = placed{table: t, from: s}
			}
		}
		for _, f := range s.Model.Functions {
			if k := f.Schema + "." + f.Name; !functions[k] {
				out.Model.Functions = append(out.Model.Functions, f)
			}
		}
		for _, f := range s.Model.Functions {
			functions[f.Schema+"."+f.Name] = true
		}
		for _, r := range s.Model.Roles {
			if !roles[r.Name] {
				roles[r.Name] = true
				out.Model.Roles = append(out.Model.Roles, r)
			}
		}
		mergeAccess(out.Model, s.Model)
		for what, n := range s.Model.Unmodelled {
			out.Model.Unmodelled[what] += n
		}
	}
	for _, s := range list {
		for _, u := range s.Unbound {
			if p := tables[u.Table]; p.from == s || p.with == s {
				out.Unbound = append(out.Unbound, u)
			}
		}
	}
	for _, p := range tables {
		out.Model.Tables = append(out.Model.Tables, p.table)
	}
	sortModel(out.Model)
	return out
}

// mergeAccess adds what another schema knows of schemas, default privileges,
// settings of roles and publications.
func mergeAccess(out, m *schema.Model) {
	for _, s := range m.Schemas {
		if !slices.ContainsFunc(out.Schemas, func(o *schema.Schema) bool { return o.Name == s.Name }) {
			out.Schemas = append(out.Schemas, s)
		}
	}
	for _, d := range m.Defaults {
		if !slices.ContainsFunc(out.Defaults, func(o *schema.DefaultPrivilege) bool {
			return o.Role == d.Role && o.Schema == d.Schema && o.Objects == d.Objects
		}) {
			out.Defaults = append(out.Defaults, d)
		}
	}
	for _, s := range m.RoleSettings {
		if !slices.ContainsFunc(out.RoleSettings, func(o *schema.RoleSetting) bool {
			return o.Role == s.Role && o.Database == s.Database && o.Name == s.Name
		}) {
			out.RoleSettings = append(out.RoleSettings, s)
		}
	}
	for _, p := range m.Publications {
		if !slices.ContainsFunc(out.Publications, func(o *schema.Publication) bool { return o.Name == p.Name }) {
			out.Publications = append(out.Publications, p)
		}
	}
}

// join adds what one schema changes on a table to what another says it is.
func join(a, b *schema.Table) *schema.Table {
	if a.Assumed {
		a, b = b, a
	}
	out := *a
	out.RLS, out.Forced = a.RLS || b.RLS, a.Forced || b.Forced
	out.Policies = slices.Concat(a.Policies, b.Policies)
	out.Keys = slices.Concat(a.Keys, b.Keys)
	out.ForeignKeys = slices.Concat(a.ForeignKeys, b.ForeignKeys)
	out.Triggers = slices.Concat(a.Triggers, b.Triggers)
	out.Checks = slices.Concat(a.Checks, b.Checks)
	out.Indexes = slices.Concat(a.Indexes, b.Indexes)
	out.Grants = slices.Concat(a.Grants, b.Grants)
	out.History = slices.Concat(a.History, b.History)
	return &out
}

func sortModel(m *schema.Model) {
	slices.SortFunc(m.Tables, func(a, b *schema.Table) int {
		return cmp.Or(cmp.Compare(a.Schema, b.Schema), cmp.Compare(a.Name, b.Name))
	})
	slices.SortStableFunc(m.Functions, func(a, b *schema.Function) int {
		return cmp.Or(cmp.Compare(a.Schema, b.Schema), cmp.Compare(a.Name, b.Name))
	})
	slices.SortFunc(m.Schemas, func(a, b *schema.Schema) int { return cmp.Compare(a.Name, b.Name) })
	slices.SortFunc(m.Defaults, func(a, b *schema.DefaultPrivilege) int {
		return cmp.Or(cmp.Compare(a.Role, b.Role), cmp.Compare(a.Objects, b.Objects), cmp.Compare(a.Schema, b.Schema))
	})
	slices.SortFunc(m.RoleSettings, func(a, b *schema.RoleSetting) int {
		return cmp.Or(cmp.Compare(a.Database, b.Database), cmp.Compare(a.Role, b.Role), cmp.Compare(a.Name, b.Name))
	})
	slices.SortFunc(m.Publications, func(a, b *schema.Publication) int { return cmp.Compare(a.Name, b.Name) })
	slices.SortFunc(m.Roles, func(a, b *schema.Role) int { return cmp.Compare(a.Name, b.Name) })
}
