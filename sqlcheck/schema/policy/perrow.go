package policy

import (
	"slices"
	"strings"

	"github.com/tenantvet/tenantvet/sqlcheck/internal/pgparse"
	"github.com/tenantvet/tenantvet/sqlcheck/schema"
)

// A RowCall is a call that the server makes for each row that it goes over, though
// its result is the same for all of them.
type RowCall struct {
	Name     string
	Function *schema.Function // nil for one of the provider's
}

// PerRow lists the calls in a policy's USING that depend on nothing of the row and
// that no sub-select makes one of. A function that the planner puts its body in
// place of is none, nor is one that it calls itself because it is IMMUTABLE.
func (j *Judge) PerRow(p *schema.Policy) []RowCall {
	tree, err := pgparse.Parse("SELECT " + p.Using)
	if err != nil || p.Using == "" {
		return nil
	}
	var out []RowCall
	var visit func(n *pgparse.Node)
	visit = func(n *pgparse.Node) {
		if n.GetSubLink() != nil {
			visit(n.GetSubLink().GetTestexpr())
			return
		}
		if f := n.GetFuncCall(); f != nil && !slices.ContainsFunc(f.GetArgs(), readsColumn) {
			if c, ok := j.rowCall(f); ok {
				if !slices.ContainsFunc(out, func(o RowCall) bool { return o.Name == c.Name }) {
					out = append(out, c)
				}
				return
			}
		}
		pgparse.Below(n, visit)
	}
	for _, s := range tree.Stmts {
		visit(s.GetStmt())
	}
	return out
}

// rowCall tells whether a call costs more than what it stands for.
func (j *Judge) rowCall(f *pgparse.FuncCall) (RowCall, bool) {
	parts := f.GetFuncname()
	name, in := parts[len(parts)-1].GetString_().GetSval(), ""
	if len(parts) > 1 {
		in = parts[len(parts)-2].GetString_().GetSval()
	}
	full := name
	if in != "" {
		full = in + "." + name
	}
	for _, d := range j.model.Functions {
		if d.Name == name && (in == "" || d.Schema == in) && len(parameters(d)) >= len(f.GetArgs()) {
			return RowCall{full, d}, d.Volatility != "immutable" && !inlined(d)
		}
	}
	return RowCall{Name: full}, in == "auth" // they read the claims, which are JSON
}

// inlined reports whether the planner puts a function's body in the place of its call.
func inlined(f *schema.Function) bool {
	if f.Language != "sql" || f.SecurityDefiner || len(f.Config) > 0 || f.ReturnsSet || f.Strict || len(f.Reads) > 0 {
		return false
	}
	body := strings.ToLower(strings.TrimSuffix(strings.TrimSpace(f.Body), ";"))
	return strings.HasPrefix(body, "select") && !strings.Contains(body, ";") && !strings.Contains(body, " from ")
}

// readsColumn reports whether an expression depends on a row.
func readsColumn(n *pgparse.Node) bool {
	found := n.GetColumnRef() != nil || n.GetSubLink() != nil
	pgparse.Below(n, func(below *pgparse.Node) { found = found || readsColumn(below) })
	return found
}
