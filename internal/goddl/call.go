package goddl

import (
	"go/ast"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// call runs a call: of functions that are known, else a text among the arguments is
// taken to be run as SQL.
func (f *frame) call(e *ast.CallExpr) value {
	switch fun := ast.Unparen(e.Fun).(type) {
	case *ast.ArrayType, *ast.MapType, *ast.InterfaceType, *ast.FuncType:
		if len(e.Args) == 1 {
			return f.eval(e.Args[0])
		}
	case *ast.Ident:
		if f.scope.find(fun.Name) == nil && f.file.pkg.funcs[fun.Name] == nil {
			if v, ok := f.builtin(fun.Name, e); ok {
				return v
			}
		}
	case *ast.SelectorExpr:
		if x, ok := fun.X.(*ast.Ident); ok && f.scope.find(x.Name) == nil && f.file.imports[x.Name] != "" && f.m.imported(f.file, x.Name) == nil {
			if isIdentifier(f.file, fun) && len(e.Args) == 1 {
				return f.eval(e.Args[0])
			}
			args := f.args(e)
			if v, ok := f.library(f.file.imports[x.Name], fun.Sel.Name, args); ok {
				return v
			}
			if isStd(f.file.imports[x.Name]) {
				f.callbacks(args)
				return value{}
			}
			return f.external(e, args)
		}
		return f.method(e, fun)
	}
	fn := f.eval(e.Fun)
	args := f.args(e)
	if fn.kind == ofFunc {
		return f.apply(e, fn.fn, nil, args)
	}
	return f.external(e, args)
}

// args evaluates the arguments of a call.
func (f *frame) args(e *ast.CallExpr) []value {
	out := []value{}
	for i, a := range e.Args {
		v := f.eval(a)
		if e.Ellipsis.IsValid() && i == len(e.Args)-1 {
			elements, ok := v.plain()
			if !ok {
				elements = []value{{}}
			}
			out = append(out, elements...)
			continue
		}
		out = append(out, v)
	}
	return out
}

// apply calls a function of the module. One that is running already, such as the Exec
// of a wrapper that calls another Exec, is what sends.
func (f *frame) apply(e *ast.CallExpr, fn *closure, self *value, args []value) value {
	if fn.body == nil || slices.Contains(f.stack, fn.node) || len(f.stack) >= maxDepth {
		return f.external(e, args)
	}
	if self == nil {
		self = fn.self
	}
	v := f.enter(fn, self, args)
	for _, a := range args { // handed on to what is not followed
		if a.kind == ofFunc && !f.ran[a.fn.node] {
			f.enter(a.fn, nil, nil)
		}
	}
	return v
}

func (f *frame) method(e *ast.CallExpr, sel *ast.SelectorExpr) value {
	if x, ok := sel.X.(*ast.Ident); ok && f.scope.find(x.Name) == nil {
		if p := f.m.imported(f.file, x.Name); p != nil {
			args := f.args(e)
			if fn := p.funcs[sel.Sel.Name]; fn != nil {
				return f.apply(e, fn, nil, args)
			}
			if p.types[sel.Sel.Name] != nil && len(args) == 1 {
				return args[0] // a conversion
			}
			return f.external(e, args)
		}
	}
	if lit, ok := ast.Unparen(sel.X).(*ast.CompositeLit); ok && sel.Sel.Name == "Sanitize" && lit.Type != nil {
		if t, ok := lit.Type.(*ast.SelectorExpr); ok && isIdentifier(f.file, t) {
			return sanitized(f.eval(lit))
		}
	}
	self := f.eval(sel.X)
	args := f.args(e)
	switch self.kind {
	case ofList:
		if sel.Sel.Name == "Sanitize" && len(args) == 0 {
			return sanitized(self)
		}
	case ofBuilder:
		return f.build(self, sel.Sel.Name, args)
	case ofReplacer:
		if sel.Sel.Name == "Replace" && len(args) == 1 && args[0].kind == ofText {
			t := args[0].text
			for i := 0; i+1 < len(self.list); i += 2 {
				old, ok := self.list[i].text.known()
				if !ok {
					return texts(hole())
				}
				t = t.replace(old, self.list[i+1].asText(), -1)
			}
			return texts(t)
		}
	case ofRows:
		return f.fromRows(e, sel.Sel.Name, self, args)
	case ofRecord:
		v := f.selector(sel)
		if v.kind == ofFunc {
			if v.fn.self == nil {
				v.fn.self = &self
			}
			return f.apply(e, v.fn, v.fn.self, args)
		}
		if self.rec.typ != "" {
			return f.external(e, args)
		}
	case unknown:
		if fn := f.file.pkg.method("", sel.Sel.Name); fn != nil {
			return f.apply(e, fn, nil, args)
		}
	}
	return f.external(e, args)
}

// sanitized is pgx.Identifier{..}.Sanitize().
func sanitized(v value) value {
	parts, ok := v.plain()
	if !ok {
		return value{}
	}
	var quoted []text
	for _, p := range parts {
		quoted = append(quoted, p.asText().quoted())
	}
	return texts(join(quoted, constant(".")))
}

func (f *frame) build(b value, method string, args []value) value {
	switch {
	case method == "String":
		return texts(slices.Clone(*b.buf))
	case method == "Reset":
		*b.buf = nil
	case method == "WriteString" && len(args) == 1:
		*b.buf = append(*b.buf, args[0].asText()...)
	case strings.HasPrefix(method, "Write"):
		*b.buf = append(*b.buf, part{hole: true})
	}
	return value{}
}

// queryText finds a query at the beginning of a text.
var queryText = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?is)^\s*(select|with)\b`) })

// external is a call of something that is not known: it may run a text among its
// arguments, and calls the functions among them.
func (f *frame) external(e *ast.CallExpr, args []value) value {
	out := value{}
	for i, a := range args {
		switch {
		case a.kind == ofText && queryText().MatchString(a.text.shape()):
			out = f.queried(e, a, args[i+1:])
		case a.kind == ofText:
			f.send(a.text)
		}
	}
	if out.kind == ofRows { // db.Select(&tables, "SELECT ..")
		for i, a := range e.Args {
			if i < len(args) && args[i].kind == ofList {
				f.fill(a, out)
			}
		}
	}
	f.callbacks(args)
	return out
}

// callbacks runs functions that are handed to something that is not known.
func (f *frame) callbacks(args []value) {
	for _, a := range args {
		if a.kind == ofFunc && !slices.Contains(f.stack, a.fn.node) && !f.m.Down(a.fn.name) {
			f.enter(a.fn, nil, nil)
		}
	}
}

var placeholder = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\$[0-9]+`) })

// queried is what a query returns, with its parameters filled in.
func (f *frame) queried(e *ast.CallExpr, q value, params []value) value {
	if !q.text.whole() {
		return value{}
	}
	sql := ""
	for _, p := range q.text {
		if p.expr != "" {
			return value{} // the name of a table, or the like
		}
		sql += p.text
	}
	ok := true
	sql = placeholder().ReplaceAllStringFunc(sql, func(mark string) string {
		n, _ := strconv.Atoi(mark[1:])
		if n < 1 || n > len(params) || params[n-1].kind != ofText || !params[n-1].text.whole() {
			ok = false
			return mark
		}
		return params[n-1].text.sql()
	})
	if !ok {
		return value{}
	}
	sql = strings.TrimRight(sql, " \t\r\n;")
	return value{kind: ofRows, rows: &query{sql: sql, file: f.file, line: f.m.fset.Position(e.Pos()).Line}}
}

// fill gives a list variable the rows of a query, each a text.
func (f *frame) fill(to ast.Expr, rows value) {
	if u, ok := to.(*ast.UnaryExpr); ok {
		f.assign(u.X, f.listOf(rows), false)
	}
}

// listOf are the rows of a query as a list.
func (f *frame) listOf(rows value) value {
	l := &each{query: rows.rows}
	return value{kind: ofList, list: []item{{value: f.columns(l, 1)[0], per: []*each{l}}}}
}

func (f *frame) fromRows(e *ast.CallExpr, method string, rows value, args []value) value {
	switch q := rows.rows; {
	case method == "Scan" && q.loop != nil:
		for i, v := range f.columns(q.loop, len(e.Args)) {
			if u, ok := e.Args[i].(*ast.UnaryExpr); ok {
				f.assign(u.X, v, false)
			}
		}
		return value{kind: ofNil}
	case (method == "Scan" || method == "Find") && len(args) == 1 && args[0].kind == ofList:
		f.fill(e.Args[0], rows)
	case method == "Pluck" && len(args) == 2:
		f.fill(e.Args[1], rows)
	case method == "Scan":
		for _, a := range e.Args { // the only row
			if u, ok := a.(*ast.UnaryExpr); ok {
				f.assign(u.X, value{}, false)
			}
		}
	}
	return value{}
}
