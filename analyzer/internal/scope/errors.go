package scope

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/dbapi"
	"github.com/tenantvet/tenantvet/analyzer/internal/lazyssa"
)

// errorKey returns the call whose success an error value tells: the call that
// returned it, or, for Scan on a row, the query behind the row.
func errorKey(v ssa.Value) ssa.Value {
	switch v := v.(type) {
	case *ssa.Extract:
		if call, ok := v.Tuple.(*ssa.Call); ok {
			return call
		}
	case *ssa.Call:
		if row := scanned(v); row != nil {
			return row
		}
		return v
	case *ssa.UnOp:
		if v.Op == token.MUL {
			if val := storedError(v); val != nil {
				return errorKey(val)
			}
			if fv, ok := v.X.(*ssa.FreeVar); ok && isError(v.Type()) {
				if alloc, ok := lazyssa.Captured(fv).(*ssa.Alloc); ok {
					return alloc // what the function around leaves there, see [returning]
				}
			}
			if fa, ok := v.X.(*ssa.FieldAddr); ok && fieldAt(fa).Name() == dbapi.KeepsError(fa.X.Type()) {
				return fa.X
			}
		}
	case *ssa.ChangeInterface:
		return errorKey(v.X)
	}
	return v
}

// storedError is the error that a variable has at a load: from a store in the same
// block, or in those that surely come before, each the only way to the next. A
// variable is tested in one block, and returned in the next.
func storedError(load *ssa.UnOp) ssa.Value {
	if val := lazyssa.StoredBefore(load); val != nil || !isError(load.Type()) {
		return val
	}
	b := load.Block()
	for range maxBefore {
		if len(b.Preds) != 1 {
			return nil
		}
		b = b.Preds[0]
		for _, instr := range slices.Backward(b.Instrs) {
			if st, ok := instr.(*ssa.Store); ok && st.Addr == load.X {
				return st.Val
			}
		}
	}
	return nil
}

// maxBefore bounds the blocks before a load that are looked at.
const maxBefore = 16

// scanned returns the call that produced the row on which v calls Scan or Err.
func scanned(v *ssa.Call) ssa.Value {
	common := v.Common()
	var recv ssa.Value
	name := ""
	if common.IsInvoke() {
		recv, name = common.Value, common.Method.Name()
	} else if fn := common.StaticCallee(); fn != nil && fn.Signature.Recv() != nil && len(common.Args) > 0 {
		recv, name = common.Args[0], fn.Name()
	}
	if name != "Scan" && name != "Err" {
		return nil
	}
	if call, ok := recv.(*ssa.Call); ok && dbapi.IsRow(call.Type()) {
		return call
	}
	return nil
}

// returnsError reports whether a call has an error to look at, at once or
// through the row that it returns.
func returnsError(call ssa.CallInstruction) bool {
	res := call.Common().Signature().Results()
	if res.Len() == 0 {
		return false
	}
	if isError(res.At(res.Len() - 1).Type()) {
		return true
	}
	return dbapi.IsRow(res.At(0).Type()) || dbapi.KeepsError(res.At(0).Type()) != ""
}

// errorDropped reports whether the program never looks at a call's error.
func errorDropped(call ssa.CallInstruction) bool {
	if !returnsError(call) {
		return false
	}
	v := call.Value()
	if v == nil { // go or defer
		return true
	}
	if v.Referrers() == nil {
		return true
	}
	for _, instr := range *v.Referrers() {
		switch instr := instr.(type) {
		case *ssa.Extract:
			if isError(instr.Type()) && len(*instr.Referrers()) > 0 {
				return false
			}
		case *ssa.DebugRef:
		default:
			return false
		}
	}
	return true
}

// failing reports whether an error operand of a return is surely not nil.
func failing(v ssa.Value, e *env) bool {
	if nonNil, known := e.known[errorKey(v)]; known {
		return nonNil
	}
	switch v := v.(type) {
	case *ssa.MakeInterface:
		return true // a concrete error value
	case *ssa.Call:
		fn := v.Call.StaticCallee()
		if fn == nil {
			return false
		}
		switch fn.String() {
		case "fmt.Errorf", "errors.New":
			return true
		}
		// A constructor of errors in the program's own packages.
		if fn.Signature.Results().Len() == 1 && takesError(fn.Signature) {
			return anyKnownNonNil(v.Call.Args, e)
		}
	case *ssa.UnOp:
		if _, ok := v.X.(*ssa.Global); ok && isError(v.Type()) {
			return true // package variables of type error are errors to return
		}
		if v.Op == token.MUL {
			if val := storedError(v); val != nil {
				return failing(val, e)
			}
		}
	}
	return false
}

func takesError(sig *types.Signature) bool {
	for i := range sig.Params().Len() {
		if isError(sig.Params().At(i).Type()) {
			return true
		}
	}
	return false
}

// anyKnownNonNil: a wrapper of an error that is not nil returns one that isn't.
func anyKnownNonNil(args []ssa.Value, e *env) bool {
	for _, a := range args {
		if isError(a.Type()) && e.known[errorKey(a)] {
			return true
		}
	}
	return false
}
