package compare

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tenantvet/tenantvet/sqlcheck/schema"
)

// functions compares those that the migrations define by name and arguments.
func (c *comparison) functions() {
	for _, want := range c.want.Functions {
		have := function(c.db, want)
		object := "function " + signature(want)
		if have == nil {
			c.addAlike(Difference{Object: object, Migrations: want.At}, signature(want), "functions", "function %s is not in the database")
			continue
		}
		d := Difference{Object: object, Migrations: want.At, Database: have.At}
		if want.SecurityDefiner != have.SecurityDefiner {
			c.add(d, "function %s is SECURITY %s in the database, and SECURITY %s by the migrations", signature(want), security(have), security(want))
		}
		if mine, theirs := path(want), path(have); mine != theirs {
			c.add(d, "search_path of function %s is %s in the database, and %s by the migrations", signature(want), theirs, mine)
		}
		if want.Volatility != have.Volatility {
			c.add(d, "function %s is %s in the database, and %s by the migrations", signature(want), have.Volatility, want.Volatility)
		}
		if want.Leakproof != have.Leakproof {
			c.add(d, "LEAKPROOF of function %s is %s in the database, and %s by the migrations", signature(want), onOff(have.Leakproof), onOff(want.Leakproof))
		}
		if !sameStatements(want.Body, side{model: c.want}, have.Body, side{model: c.db}) {
			c.add(d, "the body of function %s is another one in the database", signature(want))
		}
		if owner := c.role(want.Owner); owner != have.Owner && owner != "" {
			c.addAlike(d, signature(want), "functions", "%s is owned by "+have.Owner+" in the database, and by "+owner+" by the migrations")
		}
		c.grants(signature(want), "functions", object, want.Grants, have.Grants, want.Owner, have.Owner, want.At, have.At)
	}
	for _, have := range c.db.Functions {
		if have.SecurityDefiner && c.made(have.Schema) && function(c.want, have) == nil {
			c.addAlike(Difference{Object: "function " + signature(have), Database: have.At}, signature(have), "functions", "SECURITY DEFINER function %s is in the database, but in no migration")
		}
	}
}

// function finds that of another model with the same name and arguments, or the only
// one with the name: types may be named in two ways.
func function(m *schema.Model, f *schema.Function) *schema.Function {
	var named []*schema.Function
	for _, o := range m.Functions {
		if o.Schema == f.Schema && o.Name == f.Name {
			if slices.Equal(bare(o.Args), bare(f.Args)) {
				return o
			}
			named = append(named, o)
		}
	}
	if len(named) == 1 && len(named[0].Args) == len(f.Args) {
		return named[0]
	}
	return nil
}

func bare(types []string) []string {
	var out []string
	for _, t := range types {
		if _, name, ok := strings.Cut(t, "."); ok && !strings.Contains(t, " ") {
			t = name
		}
		out = append(out, strings.Trim(t, `"`))
	}
	return out
}

func signature(f *schema.Function) string {
	name := f.Name
	if f.Schema != "public" {
		name = f.Schema + "." + name
	}
	return name + "(" + strings.Join(bare(f.Args), ", ") + ")"
}

func security(f *schema.Function) string {
	if f.SecurityDefiner {
		return "DEFINER"
	}
	return "INVOKER"
}

// path is a function's search_path in one form.
func path(f *schema.Function) string {
	for _, s := range f.Config {
		if s.Name == "search_path" {
			var parts []string
			for _, p := range strings.Split(s.Value, ",") {
				parts = append(parts, strings.Trim(strings.TrimSpace(p), `"'`))
			}
			return `"` + strings.Join(parts, ", ") + `"`
		}
	}
	return "that of the caller"
}

// roles compares the attributes and memberships of the roles that migrations create.
func (c *comparison) roles() {
	for _, want := range c.want.Roles {
		have := c.db.Role(want.Name)
		object := "role " + want.Name
		if have == nil {
			c.add(Difference{Object: object, Migrations: want.At}, "role %s is not in the database", want.Name)
			continue
		}
		d := Difference{Object: object, Migrations: want.At, Database: have.At}
		for _, a := range []struct {
			name       string
			want, have bool
		}{
			{"SUPERUSER", want.Superuser, have.Superuser}, {"BYPASSRLS", want.BypassRLS, have.BypassRLS}, {"CREATEROLE", want.CreateRole, have.CreateRole},
			{"LOGIN", want.CanLogin, have.CanLogin}, {"NOINHERIT", want.NoInherit, have.NoInherit}, {"REPLICATION", want.Replication, have.Replication},
		} {
			if a.want != a.have && (!want.Assumed || a.want) {
				c.add(d, "role %s %s %s in the database, and %s by the migrations", want.Name, does(a.have), a.name, hasNot(a.want))
			}
		}
		for _, r := range without(want.MemberOf, have.MemberOf) {
			c.add(d, "role %s is no member of %s in the database, as it is by the migrations", want.Name, r)
		}
		if !want.Assumed {
			for _, r := range without(have.MemberOf, want.MemberOf) {
				c.add(d, "role %s is a member of %s in the database, but by no migration", want.Name, r)
			}
		}
	}
	c.settings()
}

func does(has bool) string {
	if has {
		return "has"
	}
	return "lacks"
}

func hasNot(has bool) string {
	if has {
		return "has it"
	}
	return "not"
}

// settings compares what roles and the database set for new sessions, without values.
func (c *comparison) settings() {
	find := func(m *schema.Model, s *schema.RoleSetting) *schema.RoleSetting {
		for _, o := range m.RoleSettings {
			if o.Role == s.Role && (o.Database == "") == (s.Database == "") && o.Name == s.Name {
				return o
			}
		}
		return nil
	}
	byName := func(s *schema.RoleSetting) *schema.RoleSetting {
		if s.Role != "current_user" || c.migrating == "" {
			return s
		}
		named := *s
		named.Role = c.migrating
		return &named
	}
	of := func(s *schema.RoleSetting) string {
		if s.Role == "" {
			return "the database"
		}
		return "role " + s.Role
	}
	for _, want := range c.want.RoleSettings {
		d := Difference{Object: "setting " + want.Name + " of " + of(want), Migrations: want.At}
		switch have := find(c.db, byName(want)); {
		case have == nil:
			c.add(d, "%s does not set %s in the database, as the migrations do", of(want), want.Name)
		case squeezed(strings.ReplaceAll(have.Value, `"`, "")) != squeezed(strings.ReplaceAll(want.Value, `"`, "")):
			d.Database = have.At
			c.add(d, "%s sets %s to another value in the database than by the migrations", of(want), want.Name)
		}
	}
	for _, have := range c.db.RoleSettings {
		if find(c.want, have) == nil && strings.Contains(have.Name, ".") && (have.Role == "" || c.want.Role(have.Role) != nil) {
			c.add(Difference{Object: "setting " + have.Name + " of " + of(have), Database: have.At}, "%s sets %s in the database, which no migration does", of(have), have.Name)
		}
	}
}

// defaults compares what is granted on objects to come.
func (c *comparison) defaults() {
	collect := func(m *schema.Model, migrations bool) map[string]rights {
		out := map[string]rights{}
		for _, d := range m.Defaults {
			role := d.Role
			if migrations {
				role = c.role(role)
			}
			in := ""
			if d.Schema != "" {
				in = " in schema " + d.Schema
			}
			for grantee, r := range c.rights(d.Grants, d.Role, migrations) {
				if len(r.list) > 0 {
					if r.at.Line == 0 {
						r.at = d.At
					}
					out[fmt.Sprintf("give %s %%s on the %s that %s creates%s", roleName(grantee), d.Objects, role, in)] = r
				}
			}
		}
		return out
	}
	want, have := collect(c.want, true), collect(c.db, false)
	for _, key := range merged(want, have) {
		d := Difference{Object: "default privileges", Migrations: want[key].at, Database: have[key].at}
		if less := without(want[key].list, have[key].list); len(less) > 0 {
			c.add(d, "default privileges "+key+" by the migrations, but not in the database", strings.Join(less, ", "))
		}
		if extra := without(have[key].list, want[key].list); len(extra) > 0 && (want[key].list != nil || c.concerns(key)) {
			d.Migrations = schema.Position{}
			c.add(d, "default privileges "+key+" in the database, but by no migration", strings.Join(extra, ", "))
		}
	}
}

// concerns reports whether default privileges are those of the migrating role, by
// which the objects of later migrations come into being.
func (c *comparison) concerns(key string) bool {
	return strings.Contains(key, " that "+c.migrating+" creates") && c.migrating != ""
}
