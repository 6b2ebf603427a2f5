// Package detour finds ways to a tenant table's rows that its policies don't guard:
// partitions and children that are named by themselves, and views that run with
// the rights of an owner whom the policies don't bind.
package detour

import (
	"slices"
	"strings"

	"github.com/tenantvet/tenantvet/sqlcheck"
	"github.com/tenantvet/tenantvet/sqlcheck/schema"
)

// Paths is what must be known to tell.
type Paths struct {
	Model *schema.Model
	// Tenant: row level security with policies that read the tenant's context is in
	// force on a table.
	Tenant func(*schema.Table) bool
	// Shared: the relation is declared to belong to no tenant.
	Shared func(*schema.Table) bool
	// Setting: a setting carries the tenant.
	Setting func(string) bool
	// Bypasses: no policy holds for a role.
	Bypasses func(role string) bool
	// Owner is who owns what the migrations don't say, "" when unknown.
	Owner string
}

// A Detour is a way to a tenant table's rows that its policies don't guard.
type Detour struct {
	Table  string // the tenant table
	Reason string // what the relation is, and why the policies don't hold there
	// Sure is false where it depends on who owns the relation, which the
	// migrations don't say.
	Sure bool
}

// Of tells whether a relation leads past the policies of a tenant table: its
// partition or child table, or a view that runs with its owner's rights.
func (t Paths) Of(table *schema.Table) (Detour, bool) {
	if table == nil || t.Shared(table) {
		return Detour{}, false
	}
	switch table.Kind {
	case schema.BaseTable:
		return t.child(table)
	case schema.View, schema.MaterializedView:
		return t.view(table)
	}
	return Detour{}, false
}

// child judges a partition or child table. Named by itself, only its own
// policies count.
func (t Paths) child(table *schema.Table) (Detour, bool) {
	if table.RLS {
		return Detour{}, false
	}
	for _, parent := range t.parents(table, nil) {
		if t.Tenant(parent) {
			what := "a partition of "
			if table.PartitionOf == "" {
				what = "a child table of "
			}
			name := shown(parent)
			return Detour{Table: name, Sure: true, Reason: what + name + ", whose policies hold only where " + name + " itself is named"}, true
		}
	}
	return Detour{}, false
}

// parents lists the tables that a table is a partition or a child of, through
// all levels.
func (t Paths) parents(table *schema.Table, seen []*schema.Table) []*schema.Table {
	for _, name := range append([]string{table.PartitionOf}, table.Inherits...) {
		if p := t.named(name); p != nil && !slices.Contains(seen, p) {
			seen = t.parents(p, append(seen, p))
		}
	}
	return seen
}

// view judges a view. One that reads the tenant's setting itself is a filter.
func (t Paths) view(view *schema.Table) (Detour, bool) {
	return t.through(view, t.owner(view), view.Kind == schema.MaterializedView, nil)
}

// through looks for a tenant table behind a view. The inner views of a
// materialized one run as its owner, whatever they say; elsewhere a
// security_invoker view is judged by who asks, which closes what is behind it.
func (t Paths) through(view *schema.Table, owner string, stored bool, seen []*schema.Table) (Detour, bool) {
	if slices.Contains(seen, view) {
		return Detour{}, false
	}
	seen = append(seen, view)
	if slices.ContainsFunc(view.Filters, t.Setting) && !stored {
		return Detour{}, false
	}
	definer := stored || !view.SecurityInvoker
	for _, name := range view.Reads {
		behind := t.named(name)
		switch {
		case behind == nil || t.Shared(behind):
		case behind.Kind == schema.BaseTable && definer:
			if t.Tenant(behind) {
				if sure, open := t.SeesAll(owner, behind); open {
					return Detour{Table: shown(behind), Sure: sure, Reason: viewReason(view, behind, owner, stored, sure)}, true
				}
			}
		case behind.Kind == schema.MaterializedView:
			if d, open := t.through(behind, t.owner(behind), true, seen); open {
				return d, true
			}
		case behind.Kind == schema.View && (stored || !behind.SecurityInvoker):
			as := t.owner(behind)
			if behind.SecurityInvoker {
				as = owner
			}
			if d, open := t.through(behind, as, stored, seen); open {
				return d, true
			}
		}
	}
	return Detour{}, false
}

// SeesAll reports whether a view's owner sees every row of a table. An unknown
// owner may be a superuser, as those who run migrations often are.
func (t Paths) SeesAll(owner string, table *schema.Table) (sure, open bool) {
	switch {
	case owner == "":
		return false, true
	case t.Bypasses(owner):
		return true, true
	case table.Forced:
		return true, false
	case t.owner(table) == "":
		return false, true
	}
	return true, owner == t.owner(table) || t.memberOf(owner, t.owner(table))
}

func (t Paths) owner(table *schema.Table) string {
	if table.Owner == "" {
		return t.Owner
	}
	return table.Owner
}

// memberOf reports whether a role has another one's rights.
func (t Paths) memberOf(role, of string) bool {
	seen := map[string]bool{}
	var visit func(string) bool
	visit = func(name string) bool {
		r := t.Model.Role(name)
		if r == nil || seen[name] {
			return false
		}
		seen[name] = true
		return slices.ContainsFunc(r.MemberOf, func(m string) bool { return m == of || visit(m) })
	}
	return visit(role)
}

func viewReason(view, table *schema.Table, owner string, stored, sure bool) string {
	what := "a view of "
	if stored {
		what = "a materialized view of "
	}
	as := "its owner"
	if owner != "" {
		as = owner
	}
	if !sure {
		return what + shown(table) + " that runs with the rights of " + as + ", and nothing says that the policies bind that role"
	}
	return what + shown(table) + " that runs with the rights of " + as + ", which the policies don't bind"
}

// named finds a relation by "schema.name".
func (t Paths) named(name string) *schema.Table {
	s, n, ok := strings.Cut(name, ".")
	if !ok {
		return nil
	}
	return t.Model.Table(sqlcheck.Name{Schema: s, Name: n})
}

// shown is a table's name as a program writes it.
func shown(table *schema.Table) string {
	if table.Schema == "" || table.Schema == "public" {
		return table.Name
	}
	return table.Schema + "." + table.Name
}
