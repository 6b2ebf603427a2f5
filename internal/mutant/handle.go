package mutant

import (
	"go/types"
)

// isHandle reports whether SQL can be sent over values of the type.
func isHandle(t types.Type) bool {
	for _, name := range []string{"Exec", "ExecContext", "Query", "QueryContext", "QueryRow", "QueryRowContext"} {
		sig := method(t, name)
		if sig == nil || sig.Params().Len() == 0 {
			continue
		}
		for v := range sig.Params().Variables() {
			if b, ok := v.Type().Underlying().(*types.Basic); ok && b.Kind() == types.String {
				return true
			}
		}
	}
	return false
}

// isTx reports whether the handle is a transaction.
func isTx(t types.Type) bool {
	return isHandle(t) && method(t, "Commit") != nil && method(t, "Rollback") != nil
}

// isPool reports whether the handle opens transactions of its own and can be
// shared.
func isPool(t types.Type) bool {
	if !isHandle(t) || isTx(t) {
		return false
	}
	return method(t, "Begin") != nil || method(t, "BeginTx") != nil || method(t, "BeginTxx") != nil
}

// isHolder reports whether the type is one such as sqlc's Queries, which keeps a
// handle and can be given another one.
func isHolder(t types.Type) bool {
	sig := method(t, "WithTx")
	return sig != nil && sig.Params().Len() == 1 && sig.Results().Len() == 1 && types.Identical(sig.Results().At(0).Type(), t)
}

func carriesHandle(t types.Type) bool {
	if isHandle(t) || isHolder(t) {
		return true
	}
	if ptr, ok := t.Underlying().(*types.Pointer); ok {
		t = ptr.Elem()
	}
	s, ok := t.Underlying().(*types.Struct)
	if !ok {
		return false
	}
	for f := range s.Fields() {
		if isHandle(f.Type()) || isHolder(f.Type()) {
			return true
		}
	}
	return method(t, "Queue") != nil // a batch
}

// method is the signature of a method of a value that can be addressed.
func method(t types.Type, name string) *types.Signature {
	obj, _, _ := types.LookupFieldOrMethod(t, true, nil, name)
	if fn, ok := obj.(*types.Func); ok {
		return fn.Signature()
	}
	return nil
}

func isContext(t types.Type) bool { return types.TypeString(t, nil) == "context.Context" }
