package schema

import (
	"slices"

	pg "github.com/tenantvet/tenantvet/sqlcheck/internal/pgparse"
)

func (r *replay) dropFunction(o *pg.ObjectWithArgs, cascade bool) {
	for _, f := range r.matching(o) {
		r.removeFunction(f, cascade)
	}
}

// removeFunction drops one overload, and with CASCADE what calls it.
func (r *replay) removeFunction(f *function, cascade bool) {
	k := key(f.Schema, f.Name)
	left := slices.DeleteFunc(slices.Clone(r.functions[k]), func(other *function) bool { return other == f })
	if r.functions[k] = left; len(left) == 0 {
		delete(r.functions, k)
	}
	r.bury("function "+f.Signature(), f.History)
	if cascade {
		r.dropCallers(f, left)
	}
}

// calledBy reports whether an expression calls the function rather than one of
// the overloads that are left.
func (r *replay) calledBy(f *function, left []*function, expr *pg.Node) bool {
	found := false
	walk(expr, func(n *pg.Node) bool {
		if c := n.GetFuncCall(); c != nil {
			schema, name := qualified(c.GetFuncname())
			found = found || name == f.Name && (schema == f.Schema || schema == "") && f.takes(len(c.GetArgs())) &&
				!slices.ContainsFunc(left, func(o *function) bool { return o.takes(len(c.GetArgs())) })
		}
		return !found
	})
	return found
}

// dropCallers drops the policies, views, triggers, checks and defaults that call a
// function dropped with CASCADE.
func (r *replay) dropCallers(f *function, left []*function) {
	calls := func(expr *pg.Node) bool { return r.calledBy(f, left, expr) }
	for _, t := range r.sortedTables() {
		if t.query != nil && hasName(t.Query, f.Name) && calls(queryNode(t.query)) {
			r.drop(t)
			continue
		}
		for _, p := range slices.Clone(t.policies) {
			if hasName(p.Using, f.Name) && calls(p.using) || hasName(p.Check, f.Name) && calls(p.check) {
				r.dropPolicy(t, p.Name, "function "+f.Signature())
			}
		}
		for _, g := range slices.Clone(t.triggers) {
			if g.calls(f) {
				r.dropTrigger(t, g)
			}
		}
		t.checks = slices.DeleteFunc(t.checks, func(k *check) bool { return calls(k.expr) })
		for column, expr := range t.defaults {
			if c := t.column(column); calls(expr) && c != nil && !c.Generated {
				t.setDefault(column, nil, "")
			}
		}
	}
}
