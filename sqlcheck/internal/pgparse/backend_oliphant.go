//go:build tenantvet_purego || (!tenantvet_cgo && !(cgo && linux))

package pgparse

import (
	"errors"

	pg "github.com/sqlc-dev/oliphant"
	"github.com/sqlc-dev/oliphant/parser"
)

// Backend names the parser.
const Backend = "oliphant"

// Grammar is the PostgreSQL major version of the parser's grammar.
const Grammar = 18

func backendParse(sql string) (*ParseResult, error) { return pg.Parse(sql) }
func backendDeparse(t *ParseResult) (string, error) { return pg.Deparse(t) }

// backendError takes the message and the 1-based character position (0 when
// unknown) out of a parser's error.
func backendError(err error) (msg string, pos int, ok bool) {
	var e *parser.Error
	if !errors.As(err, &e) {
		return "", 0, false
	}
	return e.Message, e.Cursorpos, true
}

// Returning gives the RETURNING list of an INSERT, UPDATE, DELETE or MERGE.
func Returning(stmt any) []*Node {
	s, ok := stmt.(interface{ GetReturningClause() *pg.ReturningClause })
	if !ok {
		return nil
	}
	return s.GetReturningClause().GetExprs()
}

// WhenMatched reports whether a WHEN clause of a MERGE acts on matched rows
// of the target.
func WhenMatched(w *MergeWhenClause) bool {
	return w.GetMatchKind() == pg.MergeMatchKind_MERGE_WHEN_MATCHED
}

// WhenNotMatchedBySource reports whether a WHEN clause of a MERGE acts on rows
// of the target without a match.
func WhenNotMatchedBySource(w *MergeWhenClause) bool {
	return w.GetMatchKind() == pg.MergeMatchKind_MERGE_WHEN_NOT_MATCHED_BY_SOURCE
}
