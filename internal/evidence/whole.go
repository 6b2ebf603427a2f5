package evidence

import (
	"cmp"
	"slices"

	"github.com/tenantvet/tenantvet/sqlcheck"
	"github.com/tenantvet/tenantvet/sqlcheck/schema"
)

// whole is a schema with what other directories of the module do to its tables: one
// tool makes them, as drizzle or prisma do, and policies come from another place, such
// as supabase/migrations, where the tables are assumed, or made from a copy.
func (m *Module) whole(s *Schema) *Schema {
	out, model := *s, *s.Model
	changed := false
	for i := range m.Schemas {
		o := &m.Schemas[i]
		if o == s || o.Model == nil || !o.completes(s) {
			continue
		}
		if !changed {
			model.Tables = slices.Clone(model.Tables)
			changed = true
		}
		for j, t := range model.Tables {
			if p := o.protects(s, t); p != nil {
				protected := *t
				protected.RLS, protected.Forced, protected.Policies = p.RLS, t.Forced || p.Forced, policiesOf(t, p)
				protected.Grants, protected.History = slices.Concat(t.Grants, p.Grants), slices.Concat(t.History, p.History)
				model.Tables[j] = &protected
			}
		}
		for _, f := range o.Model.Functions {
			if !slices.ContainsFunc(model.Functions, func(g *schema.Function) bool { return f.Schema == g.Schema && f.Name == g.Name }) {
				model.Functions = append(slices.Clip(model.Functions), f)
			}
		}
		slices.SortStableFunc(model.Functions, func(a, b *schema.Function) int {
			return cmp.Or(cmp.Compare(a.Schema, b.Schema), cmp.Compare(a.Name, b.Name))
		})
	}
	if !changed {
		return s
	}
	out.Model = &model
	return &out
}

// policiesOf are those of both, sorted by name.
func policiesOf(t, p *schema.Table) []*schema.Policy {
	out := slices.Clone(p.Policies)
	for _, q := range t.Policies {
		if !slices.ContainsFunc(p.Policies, func(o *schema.Policy) bool { return o.Name == q.Name }) {
			out = append(out, q)
		}
	}
	slices.SortStableFunc(out, func(a, b *schema.Policy) int { return cmp.Compare(a.Name, b.Name) })
	return out
}

// completes reports whether a schema protects tables that it doesn't make and another
// one does.
func (o *Schema) completes(s *Schema) bool {
	return slices.ContainsFunc(s.Model.Tables, func(t *schema.Table) bool { return o.protects(s, t) != nil })
}

// protects finds the table with what a schema does to one of s, where s does nothing of
// the kind; nil if it does nothing either. Of a table that both make it can only be told
// where they are for the same packages.
func (o *Schema) protects(s *Schema, t *schema.Table) *schema.Table {
	p := o.Model.Table(sqlcheck.Name{Schema: t.Schema, Name: t.Name})
	if t.Assumed || t.RLS || p == nil || !p.RLS || !p.Assumed && container(o.Dir) != container(s.Dir) {
		return nil
	}
	return p
}
