package dbapi

import (
	"github.com/tenantvet/tenantvet/analyzer/internal/fullname"
)
import "go/types"

// Programs put their own interfaces in front of the libraries (DBTX, Querier,
// pgxPool). Such a method is recognised by what only a database can return.

// A resultKind is what a method that sends SQL returns.
type resultKind string

const (
	rows         resultKind = "rows"
	row          resultKind = "row" // it keeps the query's error until it is scanned
	tag          resultKind = "tag"
	batchResults resultKind = "batch"
)

// sends reports whether a result proves that a method sends a statement.
func (c *Catalogue) sends(t types.Type) bool {
	k := c.results[fullname.OfType(t)]
	return k != "" && k != batchResults
}

// IsRow reports whether a type is the single row of a query, which keeps the
// query's error until it is scanned.
func IsRow(t types.Type) bool { return Default().results[fullname.OfType(t)] == row }

// KeepsError returns the field in which a type keeps the error of the statement
// that returned it, "" if it has none.
func KeepsError(t types.Type) string {
	if fullname.OfType(t) == "*gorm.io/gorm.DB" {
		return "Error"
	}
	return ""
}

// Shape classifies a method that the catalogue does not list by its signature.
func (c *Catalogue) Shape(sig *types.Signature) (Method, bool) {
	m := newMethod(None)
	if sig.Results().Len() == 0 {
		return m, false
	}
	result := sig.Results().At(0).Type()
	kind := c.types[fullname.OfType(result)]
	switch {
	case c.sends(result):
		text := firstString(sig)
		if text < 0 {
			return m, false
		}
		m.Effect, m.Text = Send, text
		if text+1 < sig.Params().Len() {
			m.Args = text + 1
		}
		return m, true
	case c.results[fullname.OfType(result)] == batchResults:
		for i := range sig.Params().Len() {
			if c.types[fullname.OfType(sig.Params().At(i).Type())] == Batch {
				m.Effect, m.Batch = SendBatch, i
				return m, true
			}
		}
	case kind == Tx && firstString(sig) < 0:
		m.Effect = Begin
		return m, true
	case kind == Stmt && firstString(sig) >= 0:
		m.Effect, m.Text = Prepare, lastString(sig)
		return m, true
	case sig.Params().Len() == 4 && isIdentifier(sig.Params().At(1).Type()):
		m.Effect, m.Table = Copy, 1
		return m, true
	}
	return m, false
}

// isIdentifier recognises the name of the table that pgx's CopyFrom takes.
func isIdentifier(t types.Type) bool {
	switch fullname.OfType(t) {
	case "github.com/jackc/pgx/v5.Identifier", "github.com/jackc/pgx/v4.Identifier":
		return true
	}
	return false
}

// firstString returns the first parameter of type string among the first
// three that nothing but a context precedes, or -1.
func firstString(sig *types.Signature) int {
	for i := range min(sig.Params().Len(), 3) {
		if b, ok := sig.Params().At(i).Type().Underlying().(*types.Basic); ok && b.Kind() == types.String {
			return i
		}
	}
	return -1
}

// lastString returns the second of two strings: pgx prepares SQL under a name.
func lastString(sig *types.Signature) int {
	i := firstString(sig)
	if i+1 < sig.Params().Len() && types.Identical(sig.Params().At(i+1).Type(), sig.Params().At(i).Type()) {
		return i + 1
	}
	return i
}

// interfaceKind judges an interface by its methods.
func (c *Catalogue) interfaceKind(iface *types.Interface) Kind {
	var sends, commits, begins bool
	for i := range iface.NumMethods() {
		m := iface.Method(i)
		sig := m.Signature()
		if m.Name() == "Commit" || m.Name() == "Rollback" {
			commits = true
		}
		if sig.Results().Len() == 0 {
			continue
		}
		first := sig.Results().At(0).Type()
		sends = sends || c.sends(first) && firstString(sig) >= 0
		begins = begins || c.types[fullname.OfType(first)] == Tx
	}
	switch {
	case sends && commits:
		return Tx
	case sends, begins:
		return Querier
	}
	return NoHandle
}
