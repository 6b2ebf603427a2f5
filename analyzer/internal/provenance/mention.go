package provenance

import (
	"go/ast"
	"go/types"
	"strings"

	"golang.org/x/tools/go/types/typeutil"
)

// mentions finds the texts that are written for people: what is logged, printed
// or in an error, the usage of a flag, the help of a command. A connection
// string without its password is only a mention there.
func (t *tracer) mentions(file *ast.File) map[ast.Expr]bool {
	out := map[ast.Expr]bool{}
	var note func(x ast.Expr)
	note = func(x ast.Expr) {
		x = ast.Unparen(x)
		out[x] = true
		if sum, ok := x.(*ast.BinaryExpr); ok {
			note(sum.X)
			note(sum.Y)
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			fn, _ := typeutil.Callee(t.pass.TypesInfo, n).(*types.Func)
			for i, arg := range n.Args {
				if fn != nil && forPeople(fn, i, len(n.Args)) {
					note(arg)
				}
			}
		case *ast.KeyValueExpr:
			if key, ok := n.Key.(*ast.Ident); ok {
				switch key.Name {
				case "Usage", "Help", "Description", "Short", "Long", "Example", "UsageText":
					note(n.Value)
				}
			}
		}
		return true
	})
	return out
}

// forPeople reports whether a function shows its i-th of n arguments to people.
func forPeople(fn *types.Func, i, n int) bool {
	if fn.Pkg() == nil {
		return false
	}
	name := fn.Name()
	switch path := fn.Pkg().Path(); path {
	case "log", "log/slog", "errors", "testing", "github.com/sirupsen/logrus", "go.uber.org/zap", "github.com/rs/zerolog", "github.com/rs/zerolog/log", "github.com/pkg/errors":
		return true
	case "fmt":
		return !strings.HasPrefix(name, "Sprint") && !strings.HasPrefix(name, "Append")
	case "flag", "github.com/spf13/pflag":
		return n > 2 && i == n-1 // the usage
	}
	return false
}
