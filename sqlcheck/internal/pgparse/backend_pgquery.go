//go:build !tenantvet_purego && (tenantvet_cgo || (cgo && linux))

package pgparse

import (
	"errors"

	pg "github.com/pganalyze/pg_query_go/v5"
	"github.com/pganalyze/pg_query_go/v5/parser"
)

// Backend names the parser.
const Backend = "pg_query"

// Grammar is the PostgreSQL major version of the parser's grammar.
const Grammar = 16

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
	switch s := stmt.(type) {
	case *InsertStmt:
		return s.GetReturningList()
	case *UpdateStmt:
		return s.GetReturningList()
	case *DeleteStmt:
		return s.GetReturningList()
	}
	return nil // MERGE has none before PostgreSQL 17
}

// WhenMatched reports whether a WHEN clause of a MERGE acts on matched rows
// of the target.
func WhenMatched(w *MergeWhenClause) bool { return w.GetMatched() }

// WhenNotMatchedBySource reports whether a WHEN clause of a MERGE acts on rows
// of the target without a match.
func WhenNotMatchedBySource(*MergeWhenClause) bool { return false } // PostgreSQL 17
