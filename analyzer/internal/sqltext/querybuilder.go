package sqltext

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/querybuilder"
	"github.com/tenantvet/tenantvet/sqlcheck"
)

func (r *Resolver) newBuilder() *querybuilder.Builder {
	return querybuilder.New(querybuilder.Options{
		Pkg: r.Pkg,
		Texts: func(v ssa.Value) []sqlcheck.Template {
			if t := r.Resolve(v); !t.Unresolved {
				return t.Templates
			}
			return nil
		},
		TableName: r.tableName, HasTable: r.HasTable,
	})
}

// tableName returns the one constant that a TableName method returns.
func (r *Resolver) tableName(fn *types.Func) (string, bool) {
	if fn.Pkg() != r.Pkg.Pkg {
		return r.importedName(fn)
	}
	ssaFn := r.Pkg.Prog.FuncValue(fn)
	if ssaFn == nil {
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

// importedName is what another package says that its TableName method returns.
func (r *Resolver) importedName(fn *types.Func) (string, bool) {
	if r.Import == nil {
		return "", false
	}
	f := r.Import(fn)
	if f == nil || len(f.Results) != 1 || len(f.Results[0].Alternatives) != 1 {
		return "", false
	}
	p := f.Results[0].Alternatives[0]
	if len(p) != 1 || p[0].Hole || p[0].Param > 0 {
		return "", false
	}
	return p[0].Text, true
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

// Built returns the statements that a call of a query builder's library sends.
func (r *Resolver) Built(call ssa.CallInstruction) []sqlcheck.Template { return r.builders.Sent(call) }
