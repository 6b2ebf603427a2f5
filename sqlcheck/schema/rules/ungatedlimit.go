package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tenantvet/tenantvet/sqlcheck/internal/pgparse"
	"github.com/tenantvet/tenantvet/sqlcheck/schema"
)

// ungatedlimit reports limits that the configuration declares and that nothing in the
// database holds: an INSERT goes past what only the program counts.
func ungatedlimit(s *State) []Finding {
	var out []Finding
	for _, l := range s.Limits {
		t, of := s.Model.Table(l.Table), s.Model.Table(l.Of)
		if t == nil || of == nil || t.Kind != schema.BaseTable || t.Assumed {
			continue
		}
		g := gate{State: s, Limit: l, of: of.Schema + "." + of.Name}
		if g.held(t) {
			continue
		}
		f := Finding{
			At: born(t), Object: shown(t), Subject: "limit " + l.Of.Name + "." + l.Column,
			Message: fmt.Sprintf("how many rows of %s a tenant may have is declared to be in %s.%s, but no trigger, policy or constraint of %s reads that: an INSERT goes past it", shown(t), shown(of), l.Column, shown(t)),
			Advice:  "count in a trigger BEFORE INSERT ON " + shown(t) + ", with the tenant's row locked, and compare with " + shown(of) + "." + l.Column,
		}
		if g.off != nil {
			f.At = g.off.At
			f.Message = fmt.Sprintf("how many rows of %s a tenant may have is declared to be in %s.%s, but trigger %s, which reads that, is disabled", shown(t), shown(of), l.Column, g.off.Name)
			f.Advice = "ALTER TABLE " + shown(t) + " ENABLE TRIGGER " + g.off.Name
		}
		out = append(out, s.unsure(f))
	}
	return out
}

// A gate is what may hold a limit.
type gate struct {
	*State
	Limit
	of  string          // the limit's table, "schema.name"
	off *schema.Trigger // a disabled trigger that would
}

// held reports whether a row of the table can't be written without somebody reading
// the limit.
func (g *gate) held(t *schema.Table) bool {
	for i := range t.Triggers {
		r := &t.Triggers[i]
		if !r.Insert || !g.read("", g.functions(r.Function.Schema, r.Function.Name)) {
			continue
		}
		if !r.Disabled {
			return true
		}
		g.off = r
	}
	for _, p := range t.Policies {
		if !t.RLS || p.Command != "insert" && p.Command != "all" {
			continue
		}
		written := p.Check
		if written == "" {
			written = p.Using
		}
		if g.read(written, g.judge.Calls(p)) {
			return true
		}
	}
	return slices.ContainsFunc(t.Checks, func(c schema.Check) bool { return g.read("", g.judge.Calls(&schema.Policy{Check: c.Text})) })
}

// functions are those of a name, with what they call.
func (g *gate) functions(in, name string) []*schema.Function {
	var out []*schema.Function
	for _, f := range g.Model.Functions {
		if f.Name == name && f.Schema == in {
			out = append(out, f)
		}
	}
	for i := 0; i < len(out); i++ {
		for _, f := range g.Model.Functions {
			if slices.Contains(out[i].Calls, f.Schema+"."+f.Name) && !slices.Contains(out, f) {
				out = append(out, f)
			}
		}
	}
	return out
}

// read reports whether an expression or a function names the limit's table and its
// column.
func (g *gate) read(expression string, functions []*schema.Function) bool {
	table, column := names(expression, g.Of.Name), names(expression, g.Column)
	for _, f := range functions {
		table = table || slices.Contains(f.Reads, g.of)
		column = column || names(f.Body, g.Column)
	}
	return table && column
}

// names reports whether a word is in a text.
func names(text, word string) bool {
	return slices.ContainsFunc(pgparse.Lex(text), func(t pgparse.Token) bool {
		return (t.Kind == pgparse.WordToken || t.Kind == pgparse.QuotedToken) && strings.EqualFold(t.Value(text), word)
	})
}
