package policy

import (
	"slices"

	"github.com/tenantvet/tenantvet/sqlcheck/internal/pgparse"
	"github.com/tenantvet/tenantvet/sqlcheck/schema"
)

// Calls lists the functions of the migrations that a policy calls, itself or
// through others, in the order in which they are met.
func (j *Judge) Calls(p *schema.Policy) []*schema.Function {
	var out []*schema.Function
	queue := []string{p.Using, p.Check}
	for i := 0; i < len(queue); i++ {
		for _, f := range j.called(queue[i]) {
			if !slices.Contains(out, f) {
				out = append(out, f)
				queue = append(queue, f.Body)
			}
		}
	}
	return out
}

// called finds the functions in a text.
func (j *Judge) called(text string) []*schema.Function {
	tokens := pgparse.Lex(text)
	var out []*schema.Function
	for i := 0; i+1 < len(tokens); i++ {
		t := tokens[i]
		if tokens[i+1].Text(text) != "(" || t.Kind != pgparse.WordToken && t.Kind != pgparse.QuotedToken {
			continue
		}
		name := t.Value(text)
		for _, f := range j.model.Functions {
			if f.Name == name {
				out = append(out, f)
			}
		}
	}
	return out
}
