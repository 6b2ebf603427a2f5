package evidence

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path"
	"strconv"
	"strings"

	"github.com/tenantvet/tenantvet/internal/webcontext"
)

// putsInto lists the methods by which a Go file may put values into the contexts
// of web frameworks. It looks at the bytes: every file is asked.
func putsInto(src string) []webcontext.Method {
	var out []webcontext.Method
	for _, m := range webcontext.Puts() {
		if strings.Contains(src, "."+m.Name+"(") && strings.Contains(src, m.Package+`"`) {
			out = append(out, m)
		}
	}
	return out
}

// importsWeb reports whether a Go file imports a web framework.
func importsWeb(src string) bool {
	for _, m := range webcontext.Puts() {
		if strings.Contains(src, m.Package+`"`) {
			return true
		}
	}
	return false
}

// webContexts maps the parameters of a function, and of the literals in it, that
// are contexts of web frameworks to what puts values into them.
func webContexts(decl *ast.FuncDecl, imports map[string]string, methods []webcontext.Method) map[string]webcontext.Method {
	out := map[string]webcontext.Method{}
	ast.Inspect(decl, func(n ast.Node) bool {
		fn, ok := n.(*ast.FuncType)
		if !ok || fn.Params == nil {
			return true
		}
		for _, field := range fn.Params.List {
			for _, m := range methods {
				if isWebContext(field.Type, imports, m) {
					for _, name := range field.Names {
						out[name.Name] = m
					}
				}
			}
		}
		return true
	})
	return out
}

// isWebContext reports whether a type, as it is written, is a method's receiver.
func isWebContext(typ ast.Expr, imports map[string]string, m webcontext.Method) bool {
	star := ""
	if p, ok := typ.(*ast.StarExpr); ok {
		star, typ = "*", p.X
	}
	sel, ok := typ.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	pkg, ok := sel.X.(*ast.Ident)
	return ok && imports[pkg.Name] == m.Package && m.Type == star+sel.Sel.Name
}

// putInto returns what a call puts into a web framework's context, and under
// which key.
func putInto(call *ast.CallExpr, contexts map[string]webcontext.Method) (key, value ast.Expr, ok bool) {
	sel, isSel := call.Fun.(*ast.SelectorExpr)
	if !isSel {
		return nil, nil, false
	}
	x, isName := sel.X.(*ast.Ident)
	if !isName {
		return nil, nil, false
	}
	m, known := contexts[x.Name]
	if !known || sel.Sel.Name != m.Name || len(call.Args) <= max(m.Key, m.Value) {
		return nil, nil, false
	}
	return call.Args[m.Key], call.Args[m.Value], true
}

// stringKey is the text of a key, quoted, if its name is that of an untyped
// constant of the module, or of one that is converted to a string: there, the text
// is all that contexts know of it.
func (l *loader) stringKey(key string) (string, bool) {
	key, converted := strings.CutPrefix(key, textOf)
	dot := strings.LastIndexByte(key, '.')
	if dot < 0 || strings.HasPrefix(key, `"`) {
		return "", false
	}
	pkg, name := key[:dot], key[dot+1:]
	dir, ok := strings.CutPrefix(pkg, l.module.Path)
	if !ok || dir != "" && dir[0] != '/' {
		return "", false
	}
	for _, f := range l.tree.goFiles {
		if path.Dir("/"+f.rel) != path.Clean("/"+dir) || f.size > maxFile {
			continue
		}
		data, err := os.ReadFile(f.abs)
		if err != nil {
			continue
		}
		if src := string(data); strings.Contains(src, "const") && strings.Contains(src, name) {
			if text, found := stringConstant(src, name, converted); found {
				return strconv.Quote(text), true
			}
		}
	}
	return "", false
}

// stringConstant returns the text of a package's constant that has no type but
// string, unless any will do.
func stringConstant(src, name string, anyType bool) (string, bool) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "", src, parser.SkipObjectResolution)
	if file == nil || err != nil {
		return "", false
	}
	s := &goScan{fset: fset, file: file, consts: map[string]string{}}
	s.constants()
	for _, d := range file.Decls {
		gen, ok := d.(*ast.GenDecl)
		if !ok || gen.Tok != token.CONST {
			continue
		}
		for _, spec := range gen.Specs {
			v, ok := spec.(*ast.ValueSpec)
			if !ok {
				continue
			}
			if typ, named := v.Type.(*ast.Ident); v.Type != nil && !anyType && (!named || typ.Name != "string") {
				continue
			}
			for i, id := range v.Names {
				if id.Name == name && i < len(v.Values) {
					return s.text(v.Values[i])
				}
			}
		}
	}
	return "", false
}
