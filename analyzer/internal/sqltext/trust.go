package sqltext

import (
	"go/constant"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/lazyssa"
	"github.com/tenantvet/tenantvet/sqlcheck"
)

// trustOf says what a value of which the text is unknown can do to SQL.
func trustOf(v ssa.Value) sqlcheck.Trust {
	switch v := v.(type) {
	case *ssa.Call:
		if t := trustOfCall(&v.Call); t != sqlcheck.Free {
			return t
		}
	case *ssa.MakeInterface:
		return trustOf(v.X)
	case *ssa.ChangeType:
		return trustOf(v.X)
	case *ssa.Parameter:
		if t := trustOfType(v.Type()); t != sqlcheck.Free {
			return t
		}
		return trustOfPassed(v)
	case *ssa.UnOp:
		if alloc, ok := v.X.(*ssa.Alloc); ok {
			return trustOfStores(alloc)
		}
	}
	return trustOfType(v.Type())
}

// trustOfPassed judges a parameter by what is passed for it, where all calls of
// the function are in sight and quote in the same way.
func trustOfPassed(p *ssa.Parameter) sqlcheck.Trust {
	fn := p.Parent()
	if fn.Object() == nil || fn.Object().Exported() || fn.Pkg == nil {
		return sqlcheck.Free
	}
	index, calls, trust := slices.Index(fn.Params, p), 0, sqlcheck.Free
	all := declared(fn.Pkg)
	for _, caller := range all {
		eachCall(caller, func(call *ssa.CallCommon) {
			if call.StaticCallee() != fn {
				return
			}
			// What a call returns tells; another parameter would lead on and on.
			passed := sqlcheck.Free
			if c, ok := call.Args[index].(*ssa.Call); ok {
				passed = trustOfCall(&c.Call)
			}
			if calls++; calls > 1 && passed != trust {
				passed = sqlcheck.Free
			}
			trust = passed
		})
	}
	if trust != sqlcheck.Free && slices.ContainsFunc(all, func(in *ssa.Function) bool { return usedAsValue(in, fn) }) {
		return sqlcheck.Free
	}
	return trust
}

// usedAsValue reports whether a function is more than called in another one.
func usedAsValue(in, fn *ssa.Function) bool {
	for _, b := range in.Blocks {
		for _, instr := range b.Instrs {
			for _, operand := range instr.Operands(nil) {
				if call, ok := instr.(ssa.CallInstruction); *operand == fn && !(ok && &call.Common().Value == operand) {
					return true
				}
			}
		}
	}
	return slices.ContainsFunc(in.AnonFuncs, func(anon *ssa.Function) bool { return usedAsValue(anon, fn) })
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
	if call, ok := vals[0].(*ssa.Call); ok {
		return trustOfCall(&call.Call)
	}
	return sqlcheck.Free
}

// quoting lists the functions whose result brings its own quotes, or can't
// hold any.
var quoting = map[string]sqlcheck.Trust{
	"(github.com/jackc/pgx/v5.Identifier).Sanitize":       sqlcheck.QuotedIdentifier,
	"github.com/lib/pq.QuoteIdentifier":                   sqlcheck.QuotedIdentifier,
	"github.com/lib/pq.QuoteLiteral":                      sqlcheck.QuotedLiteral,
	"(github.com/jackc/pgx/v4.Identifier).Sanitize":       sqlcheck.QuotedIdentifier,
	"(github.com/google/uuid.UUID).String":                sqlcheck.Inert,
	"github.com/google/uuid.NewString":                    sqlcheck.Inert,
	"(github.com/gofrs/uuid/v5.UUID).String":              sqlcheck.Inert,
	"(github.com/gofrs/uuid.UUID).String":                 sqlcheck.Inert,
	"(github.com/satori/go.uuid.UUID).String":             sqlcheck.Inert,
	"(github.com/jackc/pgx/v5/pgtype.UUID).String":        sqlcheck.Inert,
	"(github.com/oklog/ulid/v2.ULID).String":              sqlcheck.Inert,
	"(github.com/rs/xid.ID).String":                       sqlcheck.Inert,
	"(github.com/segmentio/ksuid.KSUID).String":           sqlcheck.Inert,
	"(github.com/shopspring/decimal.Decimal).String":      sqlcheck.Inert,
	"(github.com/shopspring/decimal.Decimal).StringFixed": sqlcheck.Inert,
	"strconv.Itoa":                               sqlcheck.Inert,
	"strconv.FormatInt":                          sqlcheck.Inert,
	"strconv.FormatUint":                         sqlcheck.Inert,
	"strconv.FormatBool":                         sqlcheck.Inert,
	"strconv.FormatFloat":                        sqlcheck.Inert,
	"encoding/hex.EncodeToString":                sqlcheck.Inert,
	"(*encoding/base64.Encoding).EncodeToString": sqlcheck.Inert,
	"(*math/big.Int).String":                     sqlcheck.Inert,
	"(net.IP).String":                            sqlcheck.Inert,
	"(net/netip.Addr).String":                    sqlcheck.Inert,
	"(net/netip.Prefix).String":                  sqlcheck.Inert,
	"(time.Duration).String":                     sqlcheck.Inert,
	"(time.Time).String":                         sqlcheck.Inert,
}

// trustOfCall judges the result of a call.
func trustOfCall(call *ssa.CallCommon) sqlcheck.Trust {
	fn := call.StaticCallee()
	if fn == nil {
		return sqlcheck.Free
	}
	switch name := fullName(fn); name {
	case "(time.Time).Format":
		// A layout without quotes gives a text without any.
		if layout := constString(call.Args[1]); layout != "" && !strings.ContainsAny(layout, `'"\`) {
			return sqlcheck.Inert
		}
		return sqlcheck.Free
	case "strings.ReplaceAll":
		return doubled(call.Args[1], call.Args[2])
	default:
		return quoting[name]
	}
}

// doubled recognises the escaping of quotes.
func doubled(from, to ssa.Value) sqlcheck.Trust {
	switch from, to := constString(from), constString(to); {
	case from == `'` && to == `''`:
		return sqlcheck.Escaped
	case from == `"` && to == `""`:
		return sqlcheck.EscapedName
	}
	return sqlcheck.Free
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
	if method := ownText(t); method != nil {
		return quoting[method.FullName()] // what fmt prints is what String returns
	}
	switch u := t.Underlying().(type) {
	case *types.Basic:
		if u.Info()&(types.IsNumeric|types.IsBoolean) != 0 {
			return sqlcheck.Inert
		}
	case *types.Array:
		if elem, ok := u.Elem().Underlying().(*types.Basic); ok && elem.Info()&types.IsNumeric != 0 {
			return sqlcheck.Inert
		}
	}
	return sqlcheck.Free
}

// ownText returns the String method of a type, which decides how it prints.
func ownText(t types.Type) *types.Func {
	obj, _, _ := types.LookupFieldOrMethod(t, true, nil, "String")
	fn, ok := obj.(*types.Func)
	if !ok {
		return nil
	}
	return fn.Origin()
}
