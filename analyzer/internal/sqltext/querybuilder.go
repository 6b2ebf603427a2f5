package sqltext

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/querybuilder"
	"github.com/tenantvet/tenantvet/sqlcheck"
)

func (r *Resolver) newBuilder() *querybuilder.Builder {
	return querybuilder.New(querybuilder.Options{
		Pkg: r.pkg,
		Texts: func(v ssa.Value) []sqlcheck.Template {
			if t := r.Resolve(v); !t.Unresolved {
				return t.Templates
			}
			return nil
		},
		TableName: r.tableName,
	})
}

// tableName returns the one constant that a TableName method returns.
func (r *Resolver) tableName(fn *types.Func) (string, bool) {
	ssaFn := r.pkg.Prog.FuncValue(fn)
	if ssaFn == nil || ssaFn.Pkg != r.pkg {
		return "", false
	}
	name, n := "", 0
	for _, b := range ssaFn.Blocks {
		ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return)
		if !ok {
			continue
		}
		t := r.Resolve(ret.Results[0])
		if len(t.Templates) != 1 || t.Unresolved {
			return "", false
		}
		if name, ok = t.Templates[0].Const(); !ok {
			return "", false
		}
		n++
	}
	return name, n == 1
}

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
