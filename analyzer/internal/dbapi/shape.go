package dbapi

import "go/types"

// Programs put their own interfaces in front of the libraries (DBTX, Querier,
// pgxPool). Such a method is recognised by what only a database can return.

// resultTypes are the results that prove that a method sends SQL.
var sendResults = map[string]bool{
	"github.com/jackc/pgx/v5.Rows":              true,
	"github.com/jackc/pgx/v5.Row":               true,
	"github.com/jackc/pgx/v5/pgconn.CommandTag": true,
	"*database/sql.Rows":                        true,
	"*database/sql.Row":                         true,
	"database/sql.Result":                       true,
	"database/sql/driver.Rows":                  true,
	"database/sql/driver.Result":                true,
	"*github.com/jmoiron/sqlx.Rows":             true,
	"*github.com/jmoiron/sqlx.Row":              true,
}

// IsRow reports whether a type is the single row of a query, which keeps the
// query's error until it is scanned.
func IsRow(t types.Type) bool {
	switch typeName(t) {
	case "github.com/jackc/pgx/v5.Row", "*database/sql.Row", "*github.com/jmoiron/sqlx.Row", "github.com/Masterminds/squirrel.RowScanner":
		return true
	}
	return false
}

// KeepsError returns the field in which a type keeps the error of the statement
// that returned it, "" if it has none.
func KeepsError(t types.Type) string {
	if typeName(t) == "*gorm.io/gorm.DB" {
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
	first := typeName(sig.Results().At(0).Type())
	switch {
	case sendResults[first]:
		text := firstString(sig)
		if text < 0 {
			return m, false
		}
		m.Effect, m.Text = Send, text
		if text+1 < sig.Params().Len() {
			m.Args = text + 1
		}
		return m, true
	case first == "github.com/jackc/pgx/v5.BatchResults":
		for i := range sig.Params().Len() {
			if c.types[typeName(sig.Params().At(i).Type())] == Batch {
				m.Effect, m.Batch = SendBatch, i
				return m, true
			}
		}
	case c.types[first] == Tx && firstString(sig) < 0:
		m.Effect = Begin
		return m, true
	case first == "*database/sql.Stmt" && firstString(sig) >= 0:
		m.Effect, m.Text = Prepare, firstString(sig)
		return m, true
	case first == "" && sig.Params().Len() == 4 && typeName(sig.Params().At(1).Type()) == "github.com/jackc/pgx/v5.Identifier":
		m.Effect, m.Table = Copy, 1
		return m, true
	}
	return m, false
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

// interfaceKind judges an interface by its methods.
func interfaceKind(iface *types.Interface) Kind {
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
		first := typeName(sig.Results().At(0).Type())
		if sendResults[first] && firstString(sig) >= 0 {
			sends = true
		}
		if first == "github.com/jackc/pgx/v5.Tx" || first == "*database/sql.Tx" {
			begins = true
		}
	}
	switch {
	case sends && commits:
		return Tx
	case sends, begins:
		return Querier
	}
	return NoHandle
}
