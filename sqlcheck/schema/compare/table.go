package compare

import (
	"slices"
	"strings"

	"github.com/tenantvet/tenantvet/sqlcheck/schema"
)

var kinds = [...]string{"table", "view", "materialized view", "foreign table"}

// schemas compares those that migrations make, and "public".
func (c *comparison) schemas() {
	for _, want := range c.want.Schemas {
		i := slices.IndexFunc(c.db.Schemas, func(s *schema.Schema) bool { return s.Name == want.Name })
		object := "schema " + want.Name
		switch {
		case want.Assumed && want.Name != "public":
		case i < 0:
			c.add(Difference{Object: object, Migrations: want.At}, "schema %s is not in the database", want.Name)
		default:
			have := c.db.Schemas[i]
			owner := want.Owner
			if want.Name == "public" { // whose it is depends on the server's version
				owner = have.Owner
			} else if c.role(owner) != have.Owner {
				c.addAlike(Difference{Object: object, Migrations: at(want.History, schema.OwnerChanged), Database: have.At}, want.Name, "schemas",
					"%s is owned by "+have.Owner+" in the database, and by "+c.role(owner)+" by the migrations")
			}
			c.grants(want.Name, "schemas", object, want.Grants, have.Grants, owner, have.Owner, want.At, have.At)
		}
	}
}

// table compares a relation of the migrations with that of the database.
func (c *comparison) table(want *schema.Table) {
	have := c.db.Table(nameOf(want))
	name, object := shown(want), kinds[want.Kind]+" "+full(want)
	switch {
	case have == nil && want.Assumed:
		return
	case have == nil:
		c.addAlike(Difference{Object: object, Migrations: at(want.History)}, name, "tables", kinds[want.Kind]+" %s is not in the database")
		return
	case !want.Assumed && have.Kind != want.Kind:
		c.add(Difference{Object: object, Migrations: at(want.History), Database: at(have.History)}, "%s is a %s in the database, and a %s by the migrations", name, kinds[have.Kind], kinds[want.Kind])
		return
	}
	if want.Kind == schema.BaseTable && (!want.Assumed || want.RLS) {
		if want.RLS != have.RLS {
			c.add(Difference{Object: object, Migrations: at(want.History, schema.RLSEnabled, schema.RLSDisabled), Database: at(have.History, schema.RLSEnabled)},
				"row-level security of %s is %s in the database, and %s by the migrations", name, onOff(have.RLS), onOff(want.RLS))
		}
		if want.Forced != have.Forced {
			c.addAlike(Difference{Object: object, Migrations: at(want.History, schema.RLSForced, schema.RLSUnforced, schema.RLSEnabled), Database: at(have.History, schema.RLSForced, schema.RLSEnabled)},
				name, "tables", "row-level security of %s is "+forced(have.Forced)+" for the owner in the database, and "+forced(want.Forced)+" by the migrations")
		}
	}
	c.policies(want, have)
	if want.Assumed {
		return
	}
	if owner := c.role(want.Owner); owner != have.Owner && owner != "" {
		c.addAlike(Difference{Object: object, Migrations: at(want.History, schema.OwnerChanged), Database: at(have.History, schema.OwnerChanged)}, name, "tables",
			"%s is owned by "+have.Owner+" in the database, and by "+owner+" by the migrations")
	}
	c.grants(name, "tables", object, want.Grants, have.Grants, want.Owner, have.Owner, at(want.History), at(have.History))
	c.view(want, have)
	c.triggers(want, have)
}

func forced(on bool) string {
	if on {
		return "forced"
	}
	return "not forced"
}

// view compares what decides with whose rights a view runs, and on what.
func (c *comparison) view(want, have *schema.Table) {
	d := Difference{Object: kinds[want.Kind] + " " + full(want), Migrations: at(want.History, schema.OptionSet, schema.OptionLost), Database: at(have.History)}
	name := shown(want)
	for _, o := range []struct {
		name       string
		want, have bool
	}{{"security_invoker", want.SecurityInvoker, have.SecurityInvoker}, {"security_barrier", want.SecurityBarrier, have.SecurityBarrier}} {
		if o.want != o.have {
			c.add(d, "%s of view %s is %s in the database, and %s by the migrations", o.name, name, onOff(o.have), onOff(o.want))
		}
	}
	if want.CheckOption != have.CheckOption {
		c.add(d, "the check option of view %s is %q in the database, and %q by the migrations", name, have.CheckOption, want.CheckOption)
	}
	if want.Kind == schema.BaseTable || want.Kind == schema.ForeignTable {
		return
	}
	if extra := without(c.fromTables(have.Reads), c.fromTables(want.Reads)); len(extra) > 0 {
		c.add(d, "%s reads %s in the database, and not by the migrations", name, strings.Join(extra, ", "))
	}
	if less := without(c.fromTables(want.Reads), c.fromTables(have.Reads)); len(less) > 0 {
		c.add(d, "%s reads %s by the migrations, and not in the database", name, strings.Join(less, ", "))
	}
}

// fromTables leaves out the catalog, of which the server notes nothing.
func (c *comparison) fromTables(reads []string) []string {
	return slices.DeleteFunc(slices.Clone(reads), func(r string) bool {
		return strings.HasPrefix(r, "pg_catalog.") || strings.HasPrefix(r, "information_schema.")
	})
}

// policies compares those of a table by name, and each by what it asks.
func (c *comparison) policies(want, have *schema.Table) {
	name := shown(want)
	for _, p := range want.Policies {
		object := "policy " + p.Name + " of " + full(want)
		q := policy(have, p.Name)
		if q == nil {
			c.add(Difference{Object: object, Migrations: p.At, Database: at(have.History)}, "policy %s of %s is not in the database", p.Name, name)
			continue
		}
		d := Difference{Object: object, Migrations: p.At, Database: q.At}
		if p.Command != q.Command {
			c.add(d, "policy %s of %s is for %s in the database, and for %s by the migrations", p.Name, name, q.Command, p.Command)
		}
		if p.Permissive != q.Permissive {
			c.add(d, "policy %s of %s is %s in the database, and %s by the migrations", p.Name, name, permissive(q), permissive(p))
		}
		if mine, theirs := c.rolesOf(p), slices.Sorted(slices.Values(q.Roles)); !slices.Equal(mine, theirs) {
			c.add(d, "policy %s of %s is for %s in the database, and for %s by the migrations", p.Name, name, strings.Join(theirs, ", "), strings.Join(mine, ", "))
		}
		for _, part := range [][3]string{{"USING", p.Using, q.Using}, {"WITH CHECK", p.Check, q.Check}} {
			if !sameExpression(part[1], side{c.want, want}, part[2], side{c.db, have}) {
				d := d
				d.Want, d.Have = part[1], part[2]
				c.add(d, "%s of policy %s of %s is another one in the database", part[0], p.Name, name)
			}
		}
	}
	if want.Assumed {
		return // the provider has policies of its own there
	}
	for _, q := range have.Policies {
		if policy(want, q.Name) == nil {
			c.add(Difference{Object: "policy " + q.Name + " of " + full(want), Database: q.At}, "policy %s of %s is in the database, but in no migration", q.Name, name)
		}
	}
}

func (c *comparison) rolesOf(p *schema.Policy) []string {
	var out []string
	for _, r := range p.Roles {
		out = append(out, c.role(r))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func permissive(p *schema.Policy) string {
	if p.Permissive {
		return "permissive"
	}
	return "restrictive"
}

func policy(t *schema.Table, name string) *schema.Policy {
	for _, p := range t.Policies {
		if p.Name == name {
			return p
		}
	}
	return nil
}

// triggers compares those of a table by name: one may set the tenant.
func (c *comparison) triggers(want, have *schema.Table) {
	find := func(t *schema.Table, name string) *schema.Trigger {
		for i := range t.Triggers {
			if t.Triggers[i].Name == name {
				return &t.Triggers[i]
			}
		}
		return nil
	}
	for _, g := range want.Triggers {
		d := Difference{Object: "trigger " + g.Name + " of " + full(want), Migrations: g.At, Database: at(have.History)}
		switch o := find(have, g.Name); {
		case o == nil:
			c.add(d, "trigger %s of %s is not in the database", g.Name, shown(want))
		case o.Disabled != g.Disabled:
			d.Database = o.At
			c.add(d, "trigger %s of %s is %s in the database, and %s by the migrations", g.Name, shown(want), onOff(!o.Disabled), onOff(!g.Disabled))
		}
	}
	for _, g := range have.Triggers {
		if find(want, g.Name) == nil {
			c.add(Difference{Object: "trigger " + g.Name + " of " + full(want), Database: g.At}, "trigger %s of %s is in the database, but in no migration", g.Name, shown(want))
		}
	}
}

// tablesOfDatabase finds what no migration makes, in the schemas in which they make
// something, and which somebody else than its owner may reach.
func (c *comparison) tablesOfDatabase() {
	for _, have := range c.db.Tables {
		if c.want.Table(nameOf(have)) != nil || !c.made(have.Schema) {
			continue
		}
		reached := slices.ContainsFunc(have.Grants, func(g schema.Grant) bool { return g.Grantee != have.Owner && len(g.Privileges) > 0 })
		if reached || len(have.Policies) > 0 {
			c.addAlike(Difference{Object: kinds[have.Kind] + " " + full(have), Database: at(have.History)}, shown(have), "tables", kinds[have.Kind]+" %s is in the database, but in no migration")
		}
	}
}

func (c *comparison) made(in string) bool {
	return slices.ContainsFunc(c.want.Tables, func(t *schema.Table) bool { return t.Schema == in && !t.Assumed })
}
