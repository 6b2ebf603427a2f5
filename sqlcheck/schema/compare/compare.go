// Package compare tells where a database and the migrations that are to make it
// differ in what keeps tenants apart: tables, row level security and policies, by what
// they ask rather than by how they are written, who owns and may do what, views,
// functions and roles.
//
// What has no bearing on that, such as indexes and types, is not compared; nor are
// tables that only the database has where nothing leads to them, such as the notes of
// a migration tool.
package compare

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/tenantvet/tenantvet/sqlcheck"
	"github.com/tenantvet/tenantvet/sqlcheck/schema"
)

// A Difference is something that the two don't have in common.
type Difference struct {
	Object  string // what it is about: "table public.orders", "role app"
	Message string
	// Migrations and Database are the statements that made it so on each side,
	// without line where that side has none.
	Migrations, Database schema.Position
	// Want and Have are the expressions of the migrations and of the database, where
	// these differ.
	Want, Have string
}

// Models compares a database with the model of its migrations. migrating is the role
// that runs these; if "", the one that owns most of what they own.
func Models(database, migrations *schema.Model, migrating string) []Difference {
	c := &comparison{db: database, want: migrations, migrating: migrating}
	if c.migrating == "" {
		c.migrating = c.usualOwner()
	}
	c.schemas()
	for _, t := range migrations.Tables {
		c.table(t)
	}
	c.tablesOfDatabase()
	c.functions()
	c.roles()
	c.defaults()
	c.gather()
	slices.SortStableFunc(c.found, func(a, b Difference) int {
		return cmp.Or(cmp.Compare(a.Migrations.File, b.Migrations.File), cmp.Compare(a.Migrations.Line, b.Migrations.Line),
			cmp.Compare(a.Object, b.Object), cmp.Compare(a.Message, b.Message))
	})
	return c.found
}

// A comparison collects differences.
type comparison struct {
	db, want  *schema.Model
	migrating string
	found     []Difference
	alike     []alike
}

// alike are differences of one cause in many objects: they become one.
type alike struct {
	what string // with %s for the objects
	kind string // of the objects, as "tables"
	list []string
	Difference
}

func (c *comparison) add(d Difference, format string, args ...any) {
	d.Message = fmt.Sprintf(format, args...)
	c.found = append(c.found, d)
}

// addAlike adds a difference that others have, too.
func (c *comparison) addAlike(d Difference, name, kind, what string) {
	i := slices.IndexFunc(c.alike, func(a alike) bool { return a.what == what && a.kind == kind })
	if i < 0 {
		c.alike = append(c.alike, alike{what: what, kind: kind, Difference: d})
		i = len(c.alike) - 1
	}
	c.alike[i].list = append(c.alike[i].list, name)
}

// few is how many objects a line names.
const few = 5

func (c *comparison) gather() {
	for _, a := range c.alike {
		names := strings.Join(a.list[:min(few, len(a.list))], ", ")
		if n := len(a.list); n > few {
			names = fmt.Sprintf("%d %s (%s, ..)", n, a.kind, names)
		}
		c.add(a.Difference, a.what, names)
	}
}

// role is a role of the migrations by its name in the database.
func (c *comparison) role(name string) string { return cmp.Or(name, c.migrating) }

// usualOwner is who owns most of the tables for which the migrations name nobody.
func (c *comparison) usualOwner() string {
	votes := map[string]int{}
	best := ""
	for _, t := range c.want.Tables {
		if have := c.db.Table(nameOf(t)); t.Owner == "" && !t.Assumed && have != nil {
			votes[have.Owner]++
		}
	}
	for owner, n := range votes {
		if n > votes[best] || n == votes[best] && owner < best {
			best = owner
		}
	}
	return best
}

func nameOf(t *schema.Table) sqlcheck.Name { return sqlcheck.Name{Schema: t.Schema, Name: t.Name} }

// shown is a table's name as a program writes it.
func shown(t *schema.Table) string {
	if t.Schema == "public" {
		return t.Name
	}
	return t.Schema + "." + t.Name
}

func full(t *schema.Table) string { return t.Schema + "." + t.Name }

// at is the last statement of one of the kinds, else of those that made the object.
func at(history []schema.Event, kinds ...schema.EventKind) schema.Position {
	for _, e := range slices.Backward(history) {
		if slices.Contains(kinds, e.Kind) {
			return e.At
		}
	}
	for _, e := range slices.Backward(history) {
		if e.Kind == schema.Created || e.Kind == schema.Replaced {
			return e.At
		}
	}
	if len(history) > 0 {
		return history[0].At
	}
	return schema.Position{}
}

func onOff(on bool) string {
	if on {
		return "on"
	}
	return "off"
}

// grants compares what others than the owner may do with an object.
func (c *comparison) grants(name, kind string, object string, want, have []schema.Grant, wantOwner, haveOwner string, made, is schema.Position) {
	a, b := c.rights(want, wantOwner, true), c.rights(have, haveOwner, false)
	for _, grantee := range merged(a, b) {
		onlyWant, onlyHave := without(a[grantee].list, b[grantee].list), without(b[grantee].list, a[grantee].list)
		if len(onlyWant) > 0 {
			c.addAlike(Difference{Object: object, Migrations: position(a[grantee].at, made), Database: is}, name, kind,
				fmt.Sprintf("%s may %s on %%s by the migrations, but not in the database", roleName(grantee), strings.Join(onlyWant, ", ")))
		}
		if len(onlyHave) > 0 {
			c.addAlike(Difference{Object: object, Database: position(b[grantee].at, is)}, name, kind,
				fmt.Sprintf("%s may %s on %%s in the database, which no migration grants", roleName(grantee), strings.Join(onlyHave, ", ")))
		}
	}
}

func position(p, otherwise schema.Position) schema.Position {
	if p.Line == 0 {
		return otherwise
	}
	return p
}

// rights are what a role has, and the statement that gave it.
type rights struct {
	list []string
	at   schema.Position
}

func (c *comparison) rights(grants []schema.Grant, owner string, migrations bool) map[string]rights {
	out := map[string]rights{}
	for _, g := range grants {
		grantee := g.Grantee
		if migrations {
			grantee, owner = c.role(grantee), c.role(owner)
		}
		if grantee == owner {
			continue
		}
		r := out[grantee]
		for _, p := range g.Privileges {
			if p == "maintain" { // which ALL means since PostgreSQL 17
				continue
			}
			if g.Column != "" {
				p += " (" + g.Column + ")"
			}
			r.list = append(r.list, p)
		}
		r.at = g.At
		out[grantee] = r
	}
	return out
}

// merged lists the keys of both, sorted.
func merged[T any](a, b map[string]T) []string {
	var out []string
	for k := range a {
		out = append(out, k)
	}
	for k := range b {
		out = append(out, k)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// without lists what is in a and not in b, sorted.
func without(a, b []string) []string {
	var out []string
	for _, x := range a {
		if !slices.Contains(b, x) {
			out = append(out, x)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func roleName(role string) string {
	if role == "public" {
		return "PUBLIC"
	}
	return role
}
