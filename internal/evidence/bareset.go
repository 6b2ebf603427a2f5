package evidence

import (
	"go/ast"
	"slices"
	"strings"
)

// othersSet reports whether all that the module sends to set something, be it by a
// function of the database's, surely runs on other handles than those under the key.
func (b *bareKey) othersSet() bool {
	if b.unnamed {
		return false
	}
	for _, f := range b.funcs {
		b.steps = 0
		if !b.setsOthers(f) {
			return false
		}
	}
	return true
}

// setsOthers looks at one function's texts, and at the names in it of those that stand
// elsewhere.
func (b *bareKey) setsOthers(f *codeFunc) bool {
	ok := true
	b.eachText(f.file, f.decl.Body, func(n ast.Node, sets bool) {
		ok = ok && (!sets || b.sentToOther(f, n, 0))
	})
	ast.Inspect(f.decl.Body, func(n ast.Node) bool {
		ok = ok && (!b.texts[f.file.global(n)] || b.sentToOther(f, n, 0))
		return ok
	})
	return ok
}

// eachText calls each for the texts below a node, with whether they may set something.
func (c *code) eachText(f *codeFile, root ast.Node, each func(n ast.Node, sets bool)) {
	ast.Inspect(root, func(n ast.Node) bool {
		e, ok := n.(ast.Expr)
		if !ok {
			return true
		}
		switch e.(type) {
		case *ast.BasicLit, *ast.BinaryExpr:
			t, others, isText := f.sum(e)
			if !isText {
				return true
			}
			each(n, c.maySet(t))
			for _, o := range others {
				c.eachText(f, o, each)
			}
			return false
		}
		return true
	})
}

// findTexts looks for the constants and variables of packages with a text in them that may
// set something, or with another one that has.
func (c *code) findTexts() {
	for grown := true; grown; {
		grown = false
		for _, spec := range c.specs {
			for i, name := range spec.Names {
				key := spec.file.pkg + "." + name.Name
				if c.texts[key] || !slices.ContainsFunc(spec.Values, func(v ast.Expr) bool {
					return (len(spec.Values) != len(spec.Names) || v == spec.Values[i]) && c.hasText(spec.file, v)
				}) {
					continue
				}
				c.texts[key], grown = true, true
			}
		}
	}
}

// hasText reports whether there is a text that may set something in the value of a
// package's variable. That may be a function: who calls those is not looked for.
func (c *code) hasText(f *codeFile, value ast.Expr) bool {
	found := false
	c.eachText(f, value, func(_ ast.Node, sets bool) { found = found || sets })
	ast.Inspect(value, func(n ast.Node) bool {
		found = found || n != nil && c.texts[f.global(n)]
		return !found
	})
	if found {
		ast.Inspect(value, func(n ast.Node) bool {
			_, isFunc := n.(*ast.FuncLit)
			c.unnamed = c.unnamed || isFunc
			return true
		})
	}
	return found
}

// global names the constant or variable of a package that a node may stand for.
func (f *codeFile) global(n ast.Node) string {
	switch n := n.(type) {
	case *ast.Ident:
		return f.pkg + "." + n.Name
	case *ast.SelectorExpr:
		if x, ok := n.X.(*ast.Ident); ok && f.imports[x.Name] != "" {
			return f.imports[x.Name] + "." + n.Sel.Name
		}
	}
	return ""
}

// sends are methods that run a text on what they are called on.
var sends = map[string]bool{"Exec": true, "ExecContext": true, "MustExec": true, "MustExecContext": true, "NamedExec": true, "NamedExecContext": true,
	"Query": true, "QueryContext": true, "QueryRow": true, "QueryRowContext": true, "Queryx": true, "QueryxContext": true, "QueryRowx": true,
	"QueryRowxContext": true, "NamedQuery": true, "Get": true, "GetContext": true, "Select": true, "SelectContext": true,
	"Prepare": true, "PrepareContext": true, "Preparex": true, "PreparexContext": true, "Raw": true, "NewRaw": true}

// sentToOther follows a text in a function to where it is sent.
func (b *bareKey) sentToOther(f *codeFunc, n ast.Node, depth int) bool {
	if depth > maxDepth {
		return false
	}
	for {
		switch p := f.around()[n].(type) {
		case *ast.ParenExpr, *ast.BinaryExpr, *ast.IndexExpr:
			n = p
		case *ast.CallExpr:
			pkg, name := f.file.callee(p)
			sel, isSelector := p.Fun.(*ast.SelectorExpr)
			switch {
			case pkg == "fmt" && name == "Errorf", pkg == "errors":
				return true // it tells of one
			case pkg == "fmt" && strings.HasPrefix(name, "Sprint"), pkg == "strings", pkg == "" && !isSelector && name == "string":
				n = p
				continue
			case pkg != "" || !isSelector:
				return false
			case name == "Queue":
				return b.queuedOnOther(f, sel.X)
			}
			at := &inst{fn: f}
			return sends[name] && (b.onPool(at, sel.X, name) || b.foreign(at, sel.X, 0))
		case *ast.AssignStmt:
			e, isExpr := n.(ast.Expr)
			i := slices.Index(p.Rhs, e)
			if !isExpr || i < 0 || len(p.Lhs) != len(p.Rhs) {
				return false
			}
			id, isName := p.Lhs[i].(*ast.Ident)
			return isName && b.usedForOther(f, id.Name, depth+1)
		case *ast.ValueSpec:
			return len(p.Names) == 1 && b.usedForOther(f, p.Names[0].Name, depth+1)
		default:
			return false
		}
	}
}

// usedForOther follows a variable that holds a text.
func (b *bareKey) usedForOther(f *codeFunc, name string, depth int) bool {
	ok := true
	ast.Inspect(f.decl.Body, func(n ast.Node) bool {
		if id, isName := n.(*ast.Ident); ok && isName && id.Name == name && !isAssigned(f.around(), id) {
			ok = b.sentToOther(f, id, depth)
		}
		return ok
	})
	return ok
}

// isAssigned reports whether a name stands for a variable that gets a value there.
func isAssigned(parents map[ast.Node]ast.Node, id *ast.Ident) bool {
	switch p := parents[id].(type) {
	case *ast.AssignStmt:
		return slices.Contains(p.Lhs, ast.Expr(id))
	case *ast.ValueSpec:
		return slices.Contains(p.Names, id)
	case *ast.SelectorExpr:
		return p.Sel == id // a field of that name
	}
	return false
}

// queuedOnOther follows a batch that a text is put into, which must be one of the function's
// own, to where it is sent.
func (b *bareKey) queuedOnOther(f *codeFunc, batch ast.Expr) bool {
	id, ok := batch.(*ast.Ident)
	if !ok || id.Name == f.receiver() || parameter(f.decl, id.Name) >= 0 {
		return false
	}
	ast.Inspect(f.decl.Body, func(n ast.Node) bool {
		use, isName := n.(*ast.Ident)
		if !ok || !isName || use.Name != id.Name || isAssigned(f.around(), use) {
			return ok
		}
		switch p := f.around()[use].(type) {
		case *ast.SelectorExpr: // batch.Queue
			_, ok = f.around()[p].(*ast.CallExpr)
		case *ast.CallExpr: // tx.SendBatch(ctx, batch)
			sel, isSelector := p.Fun.(*ast.SelectorExpr)
			ok = isSelector && sel.Sel.Name == "SendBatch" && (b.onPool(&inst{fn: f}, sel.X, "SendBatch") || b.foreign(&inst{fn: f}, sel.X, 0))
		default:
			ok = false
		}
		return ok
	})
	return ok
}
