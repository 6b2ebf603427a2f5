package sqltext

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// Causes that are no value's: what is known is more than can be followed.
const (
	tooLong     = "text too long"
	fromFile    = "text read from a file"
	tooMany     = "too many alternatives"
	builtInLoop = "text built in a loop"
)

// causeOf says where a text that can't be resolved comes from, for messages:
// "text from a parameter", "text from a call of newQuery".
func causeOf(v ssa.Value) string {
	switch v := v.(type) {
	case *ssa.Parameter:
		if fn := v.Parent(); fn.Parent() == nil {
			return "text from parameter " + v.Name() + " of " + fn.Name()
		}
		return "text from a parameter"
	case *ssa.FreeVar:
		return "text from a parameter"
	case *ssa.Call:
		return "text from a call of " + calleeName(&v.Call)
	case *ssa.Extract:
		return causeOf(v.Tuple)
	case *ssa.UnOp:
		if v.Op == token.MUL {
			return causeOfLoad(v.X)
		}
	case *ssa.Field:
		return "text from field " + fieldName(v.X.Type(), v.Field)
	case *ssa.Lookup:
		return "text from a map"
	case *ssa.TypeAssert:
		return "text from an interface value"
	case *ssa.Next:
		return "text from a range"
	case *ssa.ChangeType:
		return causeOf(v.X)
	case *ssa.MakeInterface:
		return causeOf(v.X)
	case *ssa.Convert:
		return causeOf(v.X)
	case *ssa.Slice:
		return causeOf(v.X)
	case *ssa.Phi:
		return builtInLoop
	}
	return "text that the program computes"
}

func causeOfLoad(addr ssa.Value) string {
	switch addr := addr.(type) {
	case *ssa.Global:
		return "text from variable " + addr.Name()
	case *ssa.FieldAddr:
		return "text from field " + fieldName(addr.X.Type(), addr.Field)
	case *ssa.IndexAddr:
		return "text from a slice"
	}
	return "text from a variable"
}

func fieldName(t types.Type, i int) string {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	if st, ok := t.Underlying().(*types.Struct); ok && i < st.NumFields() {
		return st.Field(i).Name()
	}
	return ""
}

// calleeName names what a call runs as the program writes it.
func calleeName(call *ssa.CallCommon) string {
	if call.IsInvoke() {
		return call.Method.Name()
	}
	fn := call.StaticCallee()
	switch {
	case fn == nil:
		return "a function value"
	case fn.Pkg != nil && fn.Signature.Recv() == nil:
		return fn.Pkg.Pkg.Name() + "." + fn.Name()
	}
	return fn.Name()
}

// unknown is a text of which not even a part is known.
func unknown(cause string) Text {
	return Text{Unresolved: true, Cause: cause}
}
