package sqlcheck

import (
	"slices"
	"strings"

	"github.com/tenantvet/tenantvet/sqlcheck/internal/pgparse"
)

// Calls lists what a text writes as a function call, in lower case and without
// schemas, sorted. It is read from the tokens, so that types with a length and
// column lists are in it as well: what is not in it is not called.
func (t Template) Calls() []string {
	sql := t.Render()
	var out []string
	name := ""
	for tok, ok := pgparse.Next(sql, 0); ok; tok, ok = pgparse.Next(sql, tok.End) {
		if tok.Kind == pgparse.CommentToken {
			continue
		}
		if tok.Text(sql) == "(" && name != "" {
			out = append(out, name)
		}
		name = ""
		if isName(tok) {
			name = strings.ToLower(strings.Trim(tok.Text(sql), `"`))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
