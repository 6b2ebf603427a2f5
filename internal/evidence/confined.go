package evidence

import (
	"go/ast"
	"slices"
)

// confined reports whether what a call in a function makes of a context, by
// putting something into it, is only handed to a function that the caller passes:
// fn(context.WithValue(ctx, key, tx)). What is put there is in the contexts of
// callbacks, and never in those that requests come with.
func confined(decl *ast.FuncDecl, call *ast.CallExpr) bool {
	callbacks := callbacksOf(decl)
	if len(callbacks) == 0 {
		return false
	}
	parents := parentsIn(decl.Body)
	if isCallbacks(parents[call], call, callbacks) {
		return true
	}
	assign, ok := parents[call].(*ast.AssignStmt)
	if !ok || len(assign.Lhs) != 1 {
		return false
	}
	id, ok := assign.Lhs[0].(*ast.Ident)
	if !ok {
		return false
	}
	handed, elsewhere := false, false
	ast.Inspect(decl.Body, func(n ast.Node) bool {
		use, ok := n.(*ast.Ident)
		if !ok || use.Name != id.Name || use.Pos() < call.End() {
			return true
		}
		switch parent := parents[use].(type) {
		case *ast.CallExpr:
			handed = handed || isCallbacks(parent, use, callbacks)
			elsewhere = elsewhere || intoRequest(parent)
		case *ast.SelectorExpr, *ast.ValueSpec:
		case *ast.AssignStmt:
			elsewhere = elsewhere || slices.Contains(parent.Rhs, ast.Expr(use))
		default:
			elsewhere = true // returned, or kept
		}
		return true
	})
	return handed && !elsewhere
}

// callbacksOf lists the parameters of a function that it may call with a context
// and that are no handlers of a framework: their types are written out, and they
// return no more than an error and a result of a type parameter.
func callbacksOf(decl *ast.FuncDecl) []string {
	var out []string
	for _, field := range decl.Type.Params.List {
		fn, ok := field.Type.(*ast.FuncType)
		if !ok || results(fn) > 2 || results(fn) == 2 && !returnsTypeParameter(decl, fn) {
			continue
		}
		for _, name := range field.Names {
			out = append(out, name.Name)
		}
	}
	return out
}

func results(fn *ast.FuncType) int {
	if fn.Results == nil {
		return 0
	}
	return fn.Results.NumFields()
}

func returnsTypeParameter(decl *ast.FuncDecl, fn *ast.FuncType) bool {
	id, ok := fn.Results.List[0].Type.(*ast.Ident)
	if !ok || decl.Type.TypeParams == nil {
		return false
	}
	for _, field := range decl.Type.TypeParams.List {
		if slices.ContainsFunc(field.Names, func(n *ast.Ident) bool { return n.Name == id.Name }) {
			return true
		}
	}
	return false
}

// isCallbacks reports whether a node is the call of a callback with an argument.
func isCallbacks(n ast.Node, arg ast.Expr, callbacks []string) bool {
	call, ok := n.(*ast.CallExpr)
	if !ok || !slices.Contains(call.Args, arg) {
		return false
	}
	id, ok := call.Fun.(*ast.Ident)
	return ok && slices.Contains(callbacks, id.Name)
}

// requested finds the functions that a file gives a literal which puts the context that
// it gets into a request: with(ctx, func(ctx context.Context) error { next.ServeHTTP(w,
// r.WithContext(ctx)) .. }).
func requested(file *ast.File) []string {
	var out []string
	ast.Inspect(file, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		for _, arg := range call.Args {
			if lit, ok := arg.(*ast.FuncLit); ok && putsIntoRequest(lit) {
				out = append(out, calledName(call.Fun))
			}
		}
		return true
	})
	return sortedSet(out)
}

// putsIntoRequest reports whether a literal puts one of its parameters into a request.
func putsIntoRequest(lit *ast.FuncLit) bool {
	var params []string
	for _, field := range lit.Type.Params.List {
		for _, name := range field.Names {
			params = append(params, name.Name)
		}
	}
	found := false
	ast.Inspect(lit.Body, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok && intoRequest(call) {
			for _, arg := range call.Args {
				id, ok := arg.(*ast.Ident)
				found = found || ok && slices.Contains(params, id.Name)
			}
		}
		return !found
	})
	return found
}

// intoRequest reports whether a call may put its argument into a request.
func intoRequest(call *ast.CallExpr) bool {
	switch calledName(call.Fun) {
	case "WithContext", "Clone", "SetRequest", "SetContext", "SetUserContext", "NewRequestWithContext":
		return true
	}
	return false
}

// parentsIn maps the nodes below one to those around them.
func parentsIn(root ast.Node) map[ast.Node]ast.Node {
	out := map[ast.Node]ast.Node{}
	var stack []ast.Node
	ast.Inspect(root, func(n ast.Node) bool {
		if n == nil {
			stack = stack[:len(stack)-1]
			return true
		}
		if len(stack) > 0 {
			out[n] = stack[len(stack)-1]
		}
		stack = append(stack, n)
		return true
	})
	return out
}
