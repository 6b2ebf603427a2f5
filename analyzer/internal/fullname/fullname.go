// Package fullname asks for functions, and types, by their full names, as go/types writes them:
// "context.WithValue", "(*net/http.Request).Context". To write the name of a
// function takes longer than to see by its last part that it is another one, and
// the analysis asks for each call of a program.
package fullname

import (
	"go/types"
	"strings"
)

// Is reports whether a function has one of the names; none has nil.
func Is(fn *types.Func, names ...string) bool {
	if fn == nil {
		return false
	}
	full := ""
	for _, name := range names {
		if before, ok := strings.CutSuffix(name, fn.Name()); !ok || !strings.HasSuffix(before, ".") {
			continue
		}
		if full == "" {
			full = fn.FullName()
		}
		if full == name {
			return true
		}
	}
	return false
}

// OfType writes a named type, or a pointer to one, as "net/http.Handler" or
// "*net/http.Request", without type arguments; other types have no name.
func OfType(t types.Type) string {
	star := ""
	t = types.Unalias(t)
	if p, ok := t.(*types.Pointer); ok {
		star, t = "*", types.Unalias(p.Elem())
	}
	n, ok := t.(*types.Named)
	if !ok || n.Obj().Pkg() == nil {
		return ""
	}
	return star + n.Obj().Pkg().Path() + "." + n.Obj().Name()
}
