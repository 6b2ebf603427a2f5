package evidence

import (
	"go/ast"
	"go/token"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/tenantvet/tenantvet/internal/webcontext"
)

// A Carry is a function that puts a value into a context.
type Carry struct {
	Func
	// Key is the key's name: "name" in the function's package, "path.name" of
	// another one, or a quoted string; the text of a constant is its name with
	// textOf in front.
	Key string
	// Param is the function's parameter that it puts there, -1 for a value of
	// its own.
	Param int
	// Confined: only a function that its caller passes gets the context.
	Confined bool
	// Begun: the value looks like a handle that was begun there; see [mayBeBegun].
	Begun bool
}

// carries finds the functions that call context.WithValue, or methods that do the
// same to the context of a web framework.
func (s *goScan) carries(methods []webcontext.Method) []Carry {
	imports := s.imports()
	var out []Carry
	for _, d := range s.file.Decls {
		decl, ok := d.(*ast.FuncDecl)
		if !ok || decl.Body == nil {
			continue
		}
		var body *Func
		s.eachPut(decl, imports, methods, func(call *ast.CallExpr, name string, value ast.Expr, isWeb bool) {
			if name == "" {
				return
			}
			if body == nil {
				fn := s.body(decl.Name.Name, decl.Body)
				body = &fn
			}
			c := Carry{Func: *body, Key: name, Param: -1, Confined: !isWeb && confined(decl, call), Begun: mayBeBegun(decl, value)}
			if id, isName := value.(*ast.Ident); isName && name != AnyKey {
				c.Param = parameter(decl, id.Name)
			}
			out = append(out, c)
		})
	}
	return out
}

// eachPut calls f for the calls in a function that put a value into a context, with the
// key's name: "" if it has none.
func (s *goScan) eachPut(decl *ast.FuncDecl, imports map[string]string, methods []webcontext.Method,
	f func(call *ast.CallExpr, name string, value ast.Expr, isWeb bool)) {
	contexts := webContexts(decl, imports, methods)
	ast.Inspect(decl.Body, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		key, value, isWeb := putInto(call, contexts)
		puts := isWeb
		if !puts && calledName(call.Fun) == "WithValue" && len(call.Args) == 3 {
			key, value, puts = call.Args[1], call.Args[2], true
		}
		if !puts {
			return true
		}
		name := keyName(key, imports)
		if id, isName := key.(*ast.Ident); isWeb && (name == "" || isName && parameter(decl, id.Name) >= 0) {
			name = AnyKey
		}
		f(call, name, value, isWeb)
		return true
	})
}

// AnyKey stands among the keys for one that is not told: what a helper is given.
const AnyKey = "*"

// textOf stands before the name of a constant that is converted to a string.
const textOf = "="

// keyName names the key of a context's value: key{}, key, pkg.Key or "key".
func keyName(e ast.Expr, imports map[string]string) string {
	switch e := e.(type) {
	case *ast.BasicLit:
		if e.Kind == token.STRING {
			if text, err := strconv.Unquote(e.Value); err == nil {
				return strconv.Quote(text)
			}
		}
	case *ast.Ident:
		return e.Name
	case *ast.CompositeLit:
		return keyName(e.Type, imports)
	case *ast.UnaryExpr:
		return keyName(e.X, imports)
	case *ast.IndexExpr: // key[T]{}: keys of one generic type are not told apart here
		return keyName(e.X, imports)
	case *ast.CallExpr: // string(Key)
		if fun, ok := e.Fun.(*ast.Ident); ok && fun.Name == "string" && len(e.Args) == 1 {
			name := keyName(e.Args[0], imports)
			if name == "" || name[0] == '"' {
				return name
			}
			return textOf + name
		}
	case *ast.SelectorExpr:
		if pkg, ok := e.X.(*ast.Ident); ok && imports[pkg.Name] != "" {
			return imports[pkg.Name] + "." + e.Sel.Name
		}
	}
	return ""
}

// imports maps the names of the file's imports to their paths.
func (s *goScan) imports() map[string]string {
	out := map[string]string{}
	for _, spec := range s.file.Imports {
		p, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			continue
		}
		name := path.Base(p)
		if isMajor(name) {
			name = path.Base(path.Dir(p))
		}
		if spec.Name != nil {
			name = spec.Name.Name
		}
		out[name] = p
	}
	return out
}

// isMajor reports whether the last element of an import path is a major version,
// which names no package.
func isMajor(name string) bool {
	_, err := strconv.ParseUint(strings.TrimPrefix(name, "v"), 10, 32)
	return strings.HasPrefix(name, "v") && err == nil
}

// contextCalls finds the calls, in the text of a Go file, that are given a
// context and something else. It parses nothing: every file is asked.
func contextCalls(src string) []uint32 {
	var out []uint32
	web := importsWeb(src)
	for rest := src; ; {
		i := strings.IndexByte(rest, '(')
		if i < 0 {
			break
		}
		name := rest[:i]
		if strings.HasSuffix(name, "]") { // With[T](ctx, v)
			name = name[:max(0, strings.LastIndexByte(name, '['))]
		}
		for j := len(name); j > 0; j-- {
			if !isNameByte(name[j-1]) {
				name = name[j:]
				break
			}
		}
		rest = rest[i+1:]
		arg, _, several := strings.Cut(firstLine(rest), ",")
		if several && name != "" && (arg == "ctx" || web && arg == "c" || strings.HasSuffix(arg, "Ctx") || strings.HasSuffix(arg, "Context()") || strings.HasSuffix(arg, "Context(")) {
			out = append(out, nameHash(name))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// firstLine is the beginning of a text up to the end of the line, with a bound.
func firstLine(s string) string {
	const most = 80
	if len(s) > most {
		s = s[:most]
	}
	line, _, _ := strings.Cut(s, "\n")
	return line
}
