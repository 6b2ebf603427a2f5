package rules

import (
	"slices"
	"strings"

	"github.com/tenantvet/tenantvet/sqlcheck/schema"
)

// A Path is a way to a tenant table's rows for which its policies don't hold, or
// may not. Not each is a fault: somebody has to run the migrations.
type Path struct {
	Kind   string // "owner", "role", "view", "materialized view", "partition", "function", "publication"
	Name   string // of the role, view, ..
	Reason string
	Sure   bool // else it depends on what is not known
	At     schema.Position
}

// PathsTo lists the ways round the policies of a table, if it has some in force.
func (s *State) PathsTo(t *schema.Table) []Path {
	if !t.RLS || !s.isTenant(t) {
		return nil
	}
	var out []Path
	if !t.Forced {
		is, app := s.appOwns(t)
		p := Path{Kind: "owner", Name: s.owner(t), Reason: "row-level security is not forced: the policies don't bind the owner", Sure: is == isOwners, At: born(t)}
		switch {
		case is == isOwners:
			p.Reason += ", as whom " + app + " comes"
		case is == apart:
			p.Sure = true
		}
		out = append(out, p)
	}
	out = append(out, s.roles(t)...)
	for _, v := range s.Model.Tables {
		if d, ok := s.paths().Of(v); ok && d.Table == shown(t) {
			kind := map[schema.TableKind]string{schema.BaseTable: "partition", schema.View: "view", schema.MaterializedView: "materialized view"}[v.Kind]
			reason := d.Reason
			if role := s.reachable(v); role != "" {
				reason += "; granted to " + roleName(role)
			}
			out = append(out, Path{kind, shown(v), reason, d.Sure, born(v)})
		}
	}
	for _, f := range s.Model.Functions {
		owner := f.Owner
		if owner == "" {
			owner = s.Roles.Migrating
		}
		if !f.SecurityDefiner || !slices.Contains(s.tenantsRead(f, nil), t) {
			continue
		}
		if sure, open := s.paths().SeesAll(owner, t); open {
			reason := "SECURITY DEFINER, and reads " + shown(t)
			if forPublic(f) && !f.Trigger() {
				reason += "; anybody may execute it"
			}
			out = append(out, Path{"function", f.Name, reason, sure, f.At})
		}
	}
	return append(out, s.published(t)...)
}

// roles are those that are granted the table and that no policy binds, or that may
// empty it.
func (s *State) roles(t *schema.Table) []Path {
	var out []Path
	for _, g := range t.Grants {
		switch {
		case g.Grantee == t.Owner:
		case handlesRows(g) && s.bypasses(g.Grantee):
			out = append(out, Path{"role", g.Grantee, "no policy binds it, and it may " + strings.Join(g.Privileges, ", "), true, g.At})
		case slices.Contains(g.Privileges, "truncate"):
			out = append(out, Path{"role", g.Grantee, "may TRUNCATE, which no policy limits", true, g.At})
		}
	}
	return out
}

// published are the publications that send the table's rows.
func (s *State) published(t *schema.Table) []Path {
	var out []Path
	for _, p := range s.Model.Publications {
		if p.AllTables || slices.Contains(p.Schemas, t.Schema) ||
			slices.ContainsFunc(p.Tables, func(o schema.PublishedTable) bool { return o.Table == t.Schema+"."+t.Name }) {
			out = append(out, Path{"publication", p.Name, "sends all rows to its subscribers", true, p.At})
		}
	}
	return out
}

// A Verdict is what a policy comes to, in a word and in words.
type Verdict struct{ Is, Text string }

// Verdict judges a policy of a table.
func (s *State) Verdict(t *schema.Table, p *schema.Policy) Verdict {
	if !p.Permissive {
		return Verdict{"restrictive", "restrictive"}
	}
	return Verdict{s.worst(t, p).String(), s.Explain(t, p)}
}

// IsTenant tells whether a table's rows belong to tenants, and by which columns.
func (s *State) IsTenant(t *schema.Table) (columns []string, ok bool) {
	for _, o := range s.tenants {
		if o.Table == t {
			return o.columns, true
		}
	}
	return nil, false
}

// OwnerOf is who owns a table, in words where nothing says it.
func (s *State) OwnerOf(t *schema.Table) string {
	if owner := s.owner(t); owner != "" {
		return owner
	}
	return "the role that runs the migrations"
}
