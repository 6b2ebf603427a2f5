package sqltext

import (
	"go/constant"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/lazyssa"
	"github.com/tenantvet/tenantvet/sqlcheck"
)

// trustOf says what a value of which the text is unknown can do to SQL.
func trustOf(v ssa.Value) sqlcheck.Trust {
	switch v := v.(type) {
	case *ssa.Call:
		if fn := v.Call.StaticCallee(); fn != nil {
			if t := trustOfCall(fn); t != sqlcheck.Free {
				return t
			}
		}
	case *ssa.MakeInterface:
		return trustOf(v.X)
	case *ssa.ChangeType:
		return trustOf(v.X)
	case *ssa.UnOp:
		if alloc, ok := v.X.(*ssa.Alloc); ok {
			return trustOfStores(alloc)
		}
	}
	return trustOfType(v.Type())
}

// trustOfStores judges a local variable by everything that is stored to it.
func trustOfStores(alloc *ssa.Alloc) sqlcheck.Trust {
	elem := alloc.Type().Underlying().(*types.Pointer).Elem()
	if t := trustOfType(elem); t != sqlcheck.Free {
		return t
	}
	vals, whole := lazyssa.Stored(alloc)
	if !whole || len(vals) != 1 {
		return sqlcheck.Free
	}
	if call, ok := vals[0].(*ssa.Call); ok && call.Call.StaticCallee() != nil {
		return trustOfCall(call.Call.StaticCallee())
	}
	return sqlcheck.Free
}

// quoting lists the functions whose result brings its own quotes, or can't
// hold any.
var quoting = map[string]sqlcheck.Trust{
	"(github.com/jackc/pgx/v5.Identifier).Sanitize": sqlcheck.QuotedIdentifier,
	"github.com/lib/pq.QuoteIdentifier":             sqlcheck.QuotedIdentifier,
	"github.com/lib/pq.QuoteLiteral":                sqlcheck.QuotedLiteral,
	"(github.com/google/uuid.UUID).String":          sqlcheck.Inert,
	"(github.com/gofrs/uuid/v5.UUID).String":        sqlcheck.Inert,
	"(github.com/gofrs/uuid.UUID).String":           sqlcheck.Inert,
	"(github.com/satori/go.uuid.UUID).String":       sqlcheck.Inert,
	"(github.com/oklog/ulid/v2.ULID).String":        sqlcheck.Inert,
	"(github.com/rs/xid.ID).String":                 sqlcheck.Inert,
	"strconv.Itoa":                                  sqlcheck.Inert,
	"strconv.FormatInt":                             sqlcheck.Inert,
	"strconv.FormatUint":                            sqlcheck.Inert,
	"strconv.FormatBool":                            sqlcheck.Inert,
	"encoding/hex.EncodeToString":                   sqlcheck.Inert,
}

func trustOfCall(fn *ssa.Function) sqlcheck.Trust {
	if t, ok := quoting[fullName(fn)]; ok {
		return t
	}
	return quotesItself(fn)
}

// quotesItself recognises a quoting function of the program's own: one that
// returns a quote, its argument with the quotes doubled, and a quote.
func quotesItself(fn *ssa.Function) sqlcheck.Trust {
	if len(fn.Blocks) == 0 || len(fn.Params) != 1 || fn.Signature.Results().Len() != 1 {
		return sqlcheck.Free
	}
	trust := sqlcheck.Free
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			call, ok := instr.(*ssa.Call)
			if !ok || call.Call.StaticCallee() == nil {
				continue
			}
			name := fullName(call.Call.StaticCallee())
			if t, ok := quoting[name]; ok && len(fn.Blocks) == 1 {
				return t
			}
			if name != "strings.ReplaceAll" && name != "strings.Replace" {
				continue
			}
			switch from, to := constString(call.Call.Args[1]), constString(call.Call.Args[2]); {
			case from == `"` && to == `""`:
				trust = sqlcheck.QuotedIdentifier
			case from == `'` && to == `''`:
				trust = sqlcheck.QuotedLiteral
			}
		}
	}
	return trust
}

func constString(v ssa.Value) string {
	if c, ok := v.(*ssa.Const); ok && c.Value != nil && c.Value.Kind() == constant.String {
		return constant.StringVal(c.Value)
	}
	return ""
}

// trustOfType judges a value by its type alone.
func trustOfType(t types.Type) sqlcheck.Trust {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	switch u := t.Underlying().(type) {
	case *types.Basic:
		if u.Info()&(types.IsNumeric|types.IsBoolean) != 0 && !hasOwnText(t) {
			return sqlcheck.Inert
		}
	case *types.Array:
		// The UUID types of the usual libraries are byte arrays of fixed
		// length whose String can only print digits and dashes.
		if n, ok := types.Unalias(t).(*types.Named); ok && u.Len() == 16 && strings.Contains(strings.ToLower(n.Obj().Name()), "id") {
			return sqlcheck.Inert
		}
	}
	return sqlcheck.Free
}

// hasOwnText: a number type with a String method prints what it likes.
func hasOwnText(t types.Type) bool {
	obj, _, _ := types.LookupFieldOrMethod(t, true, nil, "String")
	_, isFunc := obj.(*types.Func)
	return isFunc
}
