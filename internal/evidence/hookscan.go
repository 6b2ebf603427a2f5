package evidence

import (
	"go/ast"
	"slices"

	"github.com/tenantvet/tenantvet/sqlcheck"
)

// functions reads what the functions and hooks of a file do to settings, and
// which of its function literals it passes on.
func (s *goScan) functions() (hooks []Hook, funcs []Func, passes []Pass) {
	for _, d := range s.file.Decls {
		f, ok := d.(*ast.FuncDecl)
		if !ok || f.Body == nil {
			continue
		}
		if fn := s.body(f.Name.Name, f.Body); fn.acts() {
			funcs = append(funcs, fn)
		}
		locals := s.locals(f.Body)
		for _, name := range sortedNames(locals) {
			if locals[name].acts() {
				funcs = append(funcs, locals[name])
			}
		}
		hooks = append(hooks, s.hooks(f)...)
		passes = append(passes, s.passes(f.Body, locals)...)
	}
	return hooks, funcs, passes
}

func (f Func) acts() bool { return f.Sets || f.Resets || f.Scopes || len(f.Calls) > 0 }

func sortedNames(m map[string]Func) []string {
	var out []string
	for name := range m {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

// locals are the variables of a function that hold function literals.
func (s *goScan) locals(body ast.Node) map[string]Func {
	out := map[string]Func{}
	ast.Inspect(body, func(n ast.Node) bool {
		if a, ok := n.(*ast.AssignStmt); ok && len(a.Lhs) == len(a.Rhs) {
			for i, l := range a.Lhs {
				name, isName := l.(*ast.Ident)
				if lit, ok := a.Rhs[i].(*ast.FuncLit); ok && isName {
					out[name.Name] = s.body(name.Name, lit)
				}
			}
		}
		return true
	})
	return out
}

// hooks finds the assignments to pool hooks inside a function.
func (s *goScan) hooks(decl *ast.FuncDecl) []Hook {
	var out []Hook
	add := func(name string, value ast.Expr) {
		if !slices.Contains(hookNames, name) {
			return
		}
		h := Hook{Name: name, Func: s.body("", value)}
		if id, ok := value.(*ast.Ident); ok {
			if i := parameter(decl, id.Name); i >= 0 {
				h.Taker, h.Index = decl.Name.Name, i
			}
		}
		out = append(out, h)
	}
	ast.Inspect(decl.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for i, l := range n.Lhs {
				if sel, ok := l.(*ast.SelectorExpr); ok && i < len(n.Rhs) {
					add(sel.Sel.Name, n.Rhs[i])
				}
			}
		case *ast.KeyValueExpr:
			if key, ok := n.Key.(*ast.Ident); ok {
				add(key.Name, n.Value)
			}
		case *ast.CallExpr: // db.Callback().Query().Before("gorm:query").Register(name, fn)
			if sel, ok := n.Fun.(*ast.SelectorExpr); ok && len(n.Args) == 2 && (sel.Sel.Name == "Register" || sel.Sel.Name == "Replace") && onCallback(sel.X) {
				out = append(out, Hook{Name: callbackHook, Func: s.body("", n.Args[1])})
			}
		}
		return true
	})
	return out
}

// callbackHook names the hooks that gorm runs around its statements.
const callbackHook = "Callback"

// onCallback reports whether an expression goes on from a call of Callback.
func onCallback(x ast.Expr) bool {
	for {
		call, ok := x.(*ast.CallExpr)
		if !ok {
			return false
		}
		sel, ok := call.Fun.(*ast.SelectorExpr)
		if !ok {
			return false
		}
		if sel.Sel.Name == "Callback" {
			return true
		}
		x = sel.X
	}
}

// parameter returns the place of a function's parameter, -1 if there is none.
func parameter(decl *ast.FuncDecl, name string) int { return placeIn(decl.Type.Params, name) }

// placeIn is the place of a name among parameters: they all have one, or none has.
func placeIn(params *ast.FieldList, name string) int {
	i := 0
	for _, field := range params.List {
		for _, n := range field.Names {
			if n.Name == name {
				return i
			}
			i++
		}
	}
	return -1
}

// passes finds the calls that are given a function literal, directly or through
// a local variable, which does something to settings.
func (s *goScan) passes(body ast.Node, locals map[string]Func) []Pass {
	var out []Pass
	ast.Inspect(body, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		for i, arg := range call.Args {
			var f Func
			switch arg := arg.(type) {
			case *ast.FuncLit:
				f = s.body("", arg)
			case *ast.Ident:
				f = locals[arg.Name]
			}
			if taker := calledName(call.Fun); taker != "" && (f.Sets || f.Resets) {
				out = append(out, Pass{Taker: taker, Index: i, Func: f})
			}
		}
		return true
	})
	return out
}

func calledName(fun ast.Expr) string {
	switch fun := fun.(type) {
	case *ast.Ident:
		return fun.Name
	case *ast.SelectorExpr:
		return fun.Sel.Name
	case *ast.IndexExpr: // with[T]
		return calledName(fun.X)
	case *ast.IndexListExpr:
		return calledName(fun.X)
	}
	return ""
}

// body looks at the texts, constants and calls inside a node.
func (s *goScan) body(name string, node ast.Node) Func {
	f := Func{Name: name}
	look := func(t sqlcheck.Template) {
		c := changeOf(t)
		// What a hook sets for the transaction is gone when the hook returns (guc.sql).
		f.Sets = f.Sets || !c.local && (c.custom() || c.bound)
		f.Scopes = f.Scopes || c.custom() || c.bound
		f.Resets = f.Resets || c.reset
	}
	s.templates(node, look)
	var calls []string
	ast.Inspect(node, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Ident:
			if text, ok := s.consts[n.Name]; ok {
				look(sqlcheck.Text(text))
			}
		case *ast.CallExpr:
			if called := calledName(n.Fun); called != "" {
				calls = append(calls, called)
			}
		}
		return true
	})
	if e, ok := node.(ast.Expr); ok { // the hook is a named function
		if named := calledName(e); named != "" {
			calls = append(calls, named)
		}
	}
	f.Calls = sortedSet(calls)
	return f
}
