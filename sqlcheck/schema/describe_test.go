package schema_test

import (
	"fmt"
	"strings"

	"github.com/tenantvet/tenantvet/sqlcheck/schema"
)

// describeGrants prints what was granted; what every such object has goes without
// saying.
func describeGrants(b *strings.Builder, indent string, grants []schema.Grant) {
	for _, g := range grants {
		if g.From == schema.BuiltIn && g.Column == "" {
			continue
		}
		of, how := "", ""
		if g.Column != "" {
			of = " of column " + g.Column
		}
		if len(g.Grantable) > 0 {
			how = ", grantable " + strings.Join(g.Grantable, " ")
		}
		if g.From == schema.ByDefault {
			how += ", by default"
		}
		if g.Grantor != "" {
			how += ", by " + g.Grantor
		}
		if len(g.Privileges) == 0 {
			how += ", who lost all"
		}
		fmt.Fprintf(b, "%sgrants %s%s to %s%s%s\n", indent, strings.Join(g.Privileges, " "), of, g.Grantee, how, describeAt(g.At))
	}
}

func describeAt(p schema.Position) string {
	if p.File == "" {
		return ""
	}
	return fmt.Sprintf(" at %s:%d", p.File, p.Line)
}

func describeHistory(b *strings.Builder, indent string, history []schema.Event) {
	for _, e := range history {
		fmt.Fprintf(b, "%s%s:%d %s\n", indent, e.At.File, e.At.Line, e.What)
	}
}

// describeFunction prints what is not as usual.
func describeFunction(b *strings.Builder, f *schema.Function) {
	definer := ""
	if f.SecurityDefiner {
		definer = " security definer"
	}
	fmt.Fprintf(b, "function %s.%s(%s) %s%s reads [%s]\n", f.Schema, f.Name, strings.Join(f.Args, ", "), f.Language, definer, strings.Join(f.Settings, " "))
	var words []string
	for _, w := range []struct {
		on   bool
		text string
	}{
		{f.Owner != "", "owner " + f.Owner}, {f.Procedure, "procedure"}, {f.Trigger(), "trigger"}, {f.ReturnsSet, "set"},
		{f.Volatility != "volatile", f.Volatility}, {f.Leakproof, "leakproof"}, {f.Strict, "strict"},
		{len(f.Reads) > 0, "relations " + strings.Join(f.Reads, " ")}, {len(f.Calls) > 0, "calls " + strings.Join(f.Calls, " ")},
		{f.Dynamic, "dynamic"},
	} {
		if w.on {
			words = append(words, w.text)
		}
	}
	for _, s := range f.Config {
		words = append(words, fmt.Sprintf("set %s = %s", s.Name, s.Value))
	}
	for _, p := range f.Params {
		if p.Out || p.Default != "" || p.Name != "" {
			out := ""
			if p.Out {
				out = "out "
			}
			word := strings.TrimSpace(fmt.Sprintf("%s%s %s", out, p.Name, p.Type))
			if p.Default != "" {
				word += " default " + p.Default
			}
			words = append(words, word)
		}
	}
	if len(words) > 0 {
		fmt.Fprintf(b, "  %s\n", strings.Join(words, ", "))
	}
	if !strings.Contains(f.Body, "\n") {
		fmt.Fprintf(b, "  body %q\n", f.Body)
	}
	public := false
	for _, g := range f.Grants {
		public = public || g.From == schema.BuiltIn && g.Grantee == "public"
	}
	if !public {
		b.WriteString("  not for public\n")
	}
	describeGrants(b, "  ", f.Grants)
	if len(f.History) != 1 {
		describeHistory(b, "  ", f.History)
	}
}

func describeRole(b *strings.Builder, r *schema.Role) {
	if r.Assumed {
		b.WriteString("assumed ")
	}
	fmt.Fprintf(b, "role %s superuser=%v bypassrls=%v login=%v member of [%s]\n", r.Name, r.Superuser, r.BypassRLS, r.CanLogin, strings.Join(r.MemberOf, " "))
	for _, w := range []struct {
		on   bool
		text string
	}{{r.CreateRole, "createrole"}, {r.CreateDB, "createdb"}, {r.Replication, "replication"}, {r.NoInherit, "noinherit"}} {
		if w.on {
			fmt.Fprintf(b, "  %s\n", w.text)
		}
	}
	for _, m := range r.Memberships {
		if m.Admin || m.NoInherit || m.NoSet {
			fmt.Fprintf(b, "  member of %s admin=%v noinherit=%v noset=%v\n", m.Role, m.Admin, m.NoInherit, m.NoSet)
		}
	}
	if len(r.History) > 1 {
		describeHistory(b, "  ", r.History)
	}
}

// describeAccess prints schemas, default privileges, settings and publications.
func describeAccess(b *strings.Builder, m *schema.Model) {
	for _, s := range m.Schemas {
		var inner strings.Builder
		describeGrants(&inner, "  ", s.Grants)
		if len(s.History) > 1 {
			describeHistory(&inner, "  ", s.History)
		}
		if s.Owner != "" {
			fmt.Fprintf(&inner, "  owner %s\n", s.Owner)
		}
		public := 0
		for _, g := range s.Grants {
			if g.From == schema.BuiltIn && g.Grantee == "public" {
				public = len(g.Privileges)
			}
		}
		if s.Name == "public" && public != 1 {
			inner.WriteString("  not for public\n")
		}
		if inner.Len() > 0 || s.Name != "public" {
			assumed := ""
			if s.Assumed {
				assumed = "assumed "
			}
			fmt.Fprintf(b, "%sschema %s\n%s", assumed, s.Name, inner.String())
		}
	}
	for _, d := range m.Defaults {
		fmt.Fprintf(b, "default on %s by [%s] in [%s]%s\n", d.Objects, d.Role, d.Schema, describeAt(d.At))
		for _, g := range d.Grants {
			fmt.Fprintf(b, "  %s to %s", strings.Join(g.Privileges, " "), g.Grantee)
			if len(g.Grantable) > 0 {
				fmt.Fprintf(b, ", grantable %s", strings.Join(g.Grantable, " "))
			}
			b.WriteString("\n")
		}
	}
	for _, s := range m.RoleSettings {
		fmt.Fprintf(b, "setting of role [%s] database [%s]: %s = %s%s\n", s.Role, s.Database, s.Name, s.Value, describeAt(s.At))
	}
	for _, p := range m.Publications {
		fmt.Fprintf(b, "publication %s of %s", p.Name, strings.Join(p.Operations, " "))
		if p.AllTables {
			b.WriteString(", all tables")
		}
		if len(p.Schemas) > 0 {
			fmt.Fprintf(b, ", schemas %s", strings.Join(p.Schemas, " "))
		}
		b.WriteString("\n")
		for _, t := range p.Tables {
			fmt.Fprintf(b, "  %s (%s) where %s\n", t.Table, strings.Join(t.Columns, " "), t.Where)
		}
		if len(p.History) > 1 {
			describeHistory(b, "  ", p.History)
		}
	}
}
