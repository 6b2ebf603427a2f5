package sqltext

import (
	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/sqlcheck"
)

// toSQL resolves the text that a query builder hands out: the first result of
// ToSql and its like.
func (r *Resolver) toSQL(v *ssa.Extract) []sqlcheck.Template {
	call, ok := v.Tuple.(*ssa.Call)
	if !ok || v.Index != 0 || call.Call.IsInvoke() || len(call.Call.Args) == 0 {
		return nil
	}
	fn := call.Call.StaticCallee()
	if fn == nil {
		return nil
	}
	switch fn.Name() {
	case "ToSql", "MustSql", "ToSQL":
		return r.builders.Text(call.Call.Args[0], call)
	}
	return nil
}

// passing lists the functions of sqlx that hand a text on, with other
// placeholders, and the argument that holds it.
var passing = map[string]int{
	"github.com/jmoiron/sqlx.In":              0,
	"github.com/jmoiron/sqlx.Named":           0,
	"github.com/jmoiron/sqlx.BindNamed":       1,
	"github.com/jmoiron/sqlx.Rebind":          1,
	"(*github.com/jmoiron/sqlx.DB).Rebind":    1,
	"(*github.com/jmoiron/sqlx.Tx).Rebind":    1,
	"(*github.com/jmoiron/sqlx.Conn).Rebind":  1,
	"(*github.com/jmoiron/sqlx.DB).BindNamed": 1,
	"(*github.com/jmoiron/sqlx.Tx).BindNamed": 1,
}

// passed returns the text that a call hands on.
func passed(call *ssa.Call) (text ssa.Value, ok bool) {
	fn := call.Call.StaticCallee()
	if fn == nil {
		return nil, false
	}
	i, ok := passing[fullName(fn)]
	if !ok {
		return nil, false
	}
	return call.Call.Args[i], true
}

// Built returns the statements that a call of a query builder's library sends.
func (r *Resolver) Built(call ssa.CallInstruction) []sqlcheck.Template { return r.builders.Sent(call) }
