package analyzer

import (
	"fmt"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/tenantvet/tenantvet/analyzer/internal/scope"
	"github.com/tenantvet/tenantvet/analyzer/internal/site"
	"github.com/tenantvet/tenantvet/sqlcheck"
)

// formattedsql reports texts from outside that are formatted into statements
// on the tenant's path. formattedset has those that set the context.
func formattedsql(_ *analysis.Pass, res *site.Result) []*finding {
	var found []*finding
	for _, s := range res.Sites {
		for _, t := range s.Texts {
			st, place, ok := formattedText(t)
			if !ok {
				continue
			}
			on, touches := tenantRelation(st, res)
			if !touches && !s.Scoped {
				continue
			}
			where, advice := placeWords(place)
			found = append(found, at(s, &finding{
				message: fmt.Sprintf("a string is formatted into %s of this %s%s: SQL in it runs as part of the statement and gets past what keeps tenants apart",
					where, opName(st.Op), on),
				advice:  advice,
				subject: opName(st.Op) + on,
			}))
			break
		}
	}
	return found
}

// formattedText returns the first statement of a text that a string from outside
// is formatted into, and where it stands. A string that a caller passes for a
// piece of syntax may have been put together in safety; a field of a request that
// stands for one was not.
func formattedText(t scope.Text) (st sqlcheck.Statement, place sqlcheck.Place, ok bool) {
	for _, st := range t.Facts.Statements {
		if len(st.Settings) > 0 {
			continue
		}
		for _, use := range st.Holes {
			h := t.Template.Parts[use.Part].Hole
			if h.Trust.Safe(use.Place) {
				continue
			}
			switch use.Place {
			case sqlcheck.InLiteral, sqlcheck.InQuotedName, sqlcheck.InName, sqlcheck.InValue:
				if h.From != sqlcheck.Own {
					return st, use.Place, true
				}
			case sqlcheck.InFragment:
				if h.From == sqlcheck.Received {
					return st, use.Place, true
				}
			}
		}
	}
	return sqlcheck.Statement{}, 0, false
}

// tenantRelation names the first tenant relation of a statement, for a message.
func tenantRelation(st sqlcheck.Statement, res *site.Result) (on string, ok bool) {
	for _, r := range st.Relations {
		if _, ok := res.Tenancy.Relation(r.Name); ok {
			return " on " + r.Name.String(), true
		}
	}
	return "", false
}

func placeWords(p sqlcheck.Place) (where, advice string) {
	switch p {
	case sqlcheck.InLiteral:
		return "a literal", "bind it as a parameter"
	case sqlcheck.InValue:
		return "a value's place", "bind it as a parameter, or choose among constants"
	case sqlcheck.InFragment:
		return "a clause", "choose among constants, or quote a name with pgx.Identifier{name}.Sanitize()"
	}
	return "a name", "choose among constants, or quote it with pgx.Identifier{name}.Sanitize()"
}

func opName(op sqlcheck.Op) string {
	if op == sqlcheck.Other {
		return "statement"
	}
	return strings.ToUpper(op.String())
}
