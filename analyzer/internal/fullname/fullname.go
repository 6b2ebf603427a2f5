// Package fullname asks for functions by their full names, as go/types writes them:
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
