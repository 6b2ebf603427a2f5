package proof

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/tenantvet/tenantvet/internal/proof/pgserver"
	"github.com/tenantvet/tenantvet/sqlcheck/schema"
)

// superuser is the role that runs the migrations, which the model doesn't know.
const superuser = pgserver.Superuser

// A factList collects facts, a line each.
type factList []string

func (l *factList) add(words ...string) {
	words = slices.DeleteFunc(words, func(w string) bool { return w == "" })
	*l = append(*l, strings.Join(words, " "))
}

func role(name string) string {
	if name == "" {
		return superuser
	}
	return name
}

// modelAccess gives what accessQueries read.
func modelAccess(ctx context.Context, conn *pgx.Conn, m *schema.Model) []string {
	var out factList
	for _, t := range m.Tables {
		if !t.Assumed {
			out.table(ctx, conn, t)
		}
	}
	for _, f := range m.Functions {
		out.function(f)
	}
	for _, s := range m.Schemas {
		if s.Assumed && s.Name != "public" {
			continue
		}
		if s.Name != "public" {
			out.add("owner of schema", s.Name, role(s.Owner))
		}
		out.grants("schema "+s.Name, s.Grants)
	}
	for _, d := range m.Defaults {
		for _, g := range d.Grants {
			if g.Grantee != d.Role {
				out.add("default of", role(d.Role), when(d.Schema != "", "in "+d.Schema), d.Objects, "to", role(g.Grantee), has(g))
			}
		}
	}
	for _, r := range m.Roles {
		if !r.Assumed {
			out.add("role", r.Name, when(r.Superuser, "superuser"), when(r.BypassRLS, "bypassrls"), when(r.CanLogin, "login"),
				when(r.CreateRole, "createrole"), when(r.CreateDB, "createdb"), when(r.Replication, "replication"), when(r.NoInherit, "noinherit"))
		}
		for _, o := range r.Memberships {
			out.add("member", r.Name, "of", o.Role, when(o.Admin, "admin"), when(o.NoInherit, "noinherit"), when(o.NoSet, "noset"))
		}
	}
	for _, s := range m.RoleSettings {
		if s.Role == "current_user" { // who was there before the migrations
			continue
		}
		of := s.Role
		if of == "" {
			of = "all"
		}
		out.add("setting of", of, when(s.Database != "", "here"), s.Name+"="+s.Value)
	}
	for _, p := range m.Publications {
		out.add("publication", p.Name, when(p.AllTables, "all"), strings.Join(p.Operations, " "), strings.Join(p.Schemas, " "))
		for _, t := range p.Tables {
			columns := slices.Sorted(slices.Values(t.Columns))
			out.add("publication", p.Name, "of", t.Table, strings.Join(columns, ","), when(t.Where != "", "where "+whereAsServer(ctx, conn, t)))
		}
	}
	return out
}

func (l *factList) grants(on string, grants []schema.Grant) {
	for _, g := range grants {
		full := on
		if g.Column != "" {
			full += "." + g.Column
		}
		if len(g.Privileges) > 0 { // else the owner lost all, of which the server says nothing
			l.add("grant on", full, "by", role(g.Grantor), "to", role(g.Grantee), has(g))
		}
	}
}

func has(g schema.Grant) string {
	var out []string
	for _, p := range g.Privileges {
		if p == "maintain" { // see told
			continue
		}
		if slices.Contains(g.Grantable, p) {
			p += "*"
		}
		out = append(out, p)
	}
	return strings.Join(out, ",")
}

func (l *factList) table(ctx context.Context, conn *pgx.Conn, t *schema.Table) {
	full := t.Schema + "." + t.Name
	l.add("owner of", full, role(t.Owner))
	l.grants(full, t.Grants)
	for option, on := range map[string]bool{"security_invoker": t.SecurityInvoker, "security_barrier": t.SecurityBarrier, "check option " + t.CheckOption: t.CheckOption != ""} {
		if on {
			l.add("options of", full, option)
		}
	}
	for _, i := range t.Indexes {
		l.add("index", full, i.Name, "("+strings.Join(i.Columns, ",")+")", i.Method, when(i.Partial, "partial"))
	}
	for _, c := range t.Checks {
		l.add("check", full, c.Name, checkAsServer(ctx, conn, t, c))
	}
	if t.Kind != schema.View && t.Kind != schema.MaterializedView {
		return
	}
	l.add("query of", full, queryAsServer(ctx, conn, t))
	for _, r := range t.Reads {
		if !strings.HasPrefix(r, "pg_catalog.") && !strings.HasPrefix(r, "information_schema.") {
			l.add("view", full, "reads", r)
		}
	}
	for _, f := range t.Calls {
		l.add("view", full, "calls", f)
	}
}

func (l *factList) function(f *schema.Function) {
	bare := func(typ string) string { return strings.ReplaceAll(bareType.ReplaceAllString(typ, ""), `"`, "") }
	var args, config, names []string
	for _, a := range f.Args {
		args = append(args, bare(a))
	}
	signature := fmt.Sprintf("function %s.%s (%s)", f.Schema, f.Name, strings.Join(args, ", "))
	l.add("owner of", signature, role(f.Owner))
	l.grants(signature, f.Grants)
	for _, s := range f.Config {
		config = append(config, s.Name+"="+s.Value)
	}
	defaults, named := 0, false
	for _, p := range f.Params {
		if p.Default != "" {
			defaults++
		}
		named = named || p.Name != ""
		names = append(names, when(p.Out, "out ")+p.Name)
	}
	returns := bare(f.Returns)
	l.add(signature, "returns", when(f.ReturnsSet, "set of"), when(!f.Procedure, returns), f.Language, when(f.Procedure, "procedure"),
		when(f.SecurityDefiner, "definer"), f.Volatility, when(f.Leakproof, "leakproof"), when(f.Strict, "strict"),
		strings.Join(config, " "), fmt.Sprint(defaults, " defaults"), when(named, "names "+strings.Join(names, ",")))
}
