package evidence

import (
	"go/ast"
	"os"
	"slices"
	"strings"

	"github.com/tenantvet/tenantvet/sqlcheck"
)

// othersSet reports whether all that the module sends to set something, be it by a
// function of the database's, surely runs on other handles than those under the key.
func (b *bareKey) othersSet() bool {
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
		name := ""
		switch n := n.(type) {
		case *ast.Ident:
			name = f.file.pkg + "." + n.Name
		case *ast.SelectorExpr:
			if x, isName := n.X.(*ast.Ident); isName && f.file.imports[x.Name] != "" {
				name = f.file.imports[x.Name] + "." + n.Sel.Name
			}
		}
		ok = ok && (!b.texts[name] || b.sentToOther(f, n, 0))
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

// mayBeSent reports whether the value of a package's variable has a text in it that may
// set something.
func (c *code) mayBeSent(f *codeFile, value ast.Expr) bool {
	found := false
	c.eachText(f, value, func(_ ast.Node, sets bool) { found = found || sets })
	return found
}

// These find texts that set something, or call functions which may.
var (
	setsSomething   = pattern(`(?i)set_config|\bset\s+(local|session)\b|(^|;)\s*set\s+("?[\w.%]+"?)\s*(=|to\b)|^\s*set\s*$`)
	callsSomething  = pattern(`(?i)^(\s|--.*\n)*(select|call|do|perform|execute|with)\b`)
	createsFunction = pattern(`(?i)\bcreate\s+(or\s+replace\s+)?(function|procedure)\s+([\w."]+\.)?"?(\w+)`)
)

// maySet reports whether a text may set something that decides which rows are seen.
func (c *code) maySet(t sqlcheck.Template) bool {
	var b strings.Builder
	for _, p := range t.Parts {
		b.WriteString(p.Text)
	}
	text := b.String()
	sets := setsSomething().MatchString(text)
	if !sets && !callsSomething().MatchString(text) {
		return false
	}
	facts := sqlcheck.Analyze(t)
	if facts.Err != nil {
		return sets
	}
	for _, st := range facts.Statements {
		if slices.ContainsFunc(st.Settings, decides) || st.Op == sqlcheck.Call {
			return true
		}
		if len(st.Relations) > 0 || st.Op == sqlcheck.DDL {
			continue
		}
		if st.Dynamic || st.Executes != "" || slices.ContainsFunc(t.Calls(), func(name string) bool { return !c.isHarmless(name) }) {
			return true
		}
	}
	return false
}

// decides reports whether a setting may be the tenant's context.
func decides(s sqlcheck.Setting) bool {
	switch {
	case s.Lifetime == sqlcheck.Stored, s.Reset && s.NameParam == 0:
		return false
	case s.Name == "" || s.NameParam > 0 || strings.Contains(s.Name, "."):
		return true
	}
	return s.Name == SearchPath || s.Name == "role" || s.Name == "session_authorization"
}

// builtIn are functions of PostgreSQL that are called without a table; those that begin
// with pg_ are all of its own.
var builtIn = map[string]bool{"exists": true, "now": true, "version": true, "current_setting": true, "current_database": true,
	"nextval": true, "currval": true, "lastval": true, "setval": true, "coalesce": true, "count": true, "to_regclass": true,
	"gen_random_uuid": true, "hashtext": true, "hashtextextended": true, "txid_current": true, "clock_timestamp": true,
	"as": true, "in": true, "any": true, "not": true, "and": true, "or": true, "values": true, "select": true, "case": true, "when": true}

// isHarmless reports whether a function sets nothing: one of PostgreSQL's own, or one that
// the module's SQL makes where nothing is set.
func (c *code) isHarmless(name string) bool {
	if strings.HasPrefix(name, "pg_") || builtIn[name] {
		return true
	}
	if c.functions == nil {
		c.functions = map[string]bool{}
		for _, f := range slices.Concat(c.l.tree.sql, c.l.outside) {
			if data, err := os.ReadFile(f.abs); err == nil && f.size <= maxFile {
				c.creates(string(data))
			}
		}
		for _, f := range c.files {
			c.creates(f.src)
		}
	}
	return c.functions[name]
}

// creates notes the functions that a text makes.
func (c *code) creates(text string) {
	sets := containsAs(text, "set_config")
	for _, m := range createsFunction().FindAllStringSubmatch(text, -1) {
		name := strings.ToLower(m[4])
		known, again := c.functions[name]
		c.functions[name] = !sets && (known || !again)
	}
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

// mayBeBegun is the cheap question about what a function puts into a context, before all
// of the module is read: it is the function's parameter, or what something returns, or
// calls a literal with, that is named for what it begins.
func mayBeBegun(decl *ast.FuncDecl, value ast.Expr) bool {
	id, ok := ast.Unparen(value).(*ast.Ident)
	if !ok {
		return false
	}
	if parameter(decl, id.Name) >= 0 {
		return true // its callers are asked
	}
	found := false
	ast.Inspect(decl.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			if i := slices.IndexFunc(n.Lhs, func(l ast.Expr) bool { return isIdent(l, id.Name) }); i >= 0 {
				call, isCall := n.Rhs[min(i, len(n.Rhs)-1)].(*ast.CallExpr)
				found = found || isCall && begins(calledName(call.Fun))
			}
		case *ast.FuncLit:
			found = found || literalBegins(n, id.Name)
		}
		return !found
	})
	return found
}

// literalBegins reports whether a literal's parameter has a type that is named for a
// transaction.
func literalBegins(lit *ast.FuncLit, name string) bool {
	for _, field := range lit.Type.Params.List {
		if slices.ContainsFunc(field.Names, func(n *ast.Ident) bool { return n.Name == name }) {
			return begins(embeddedName(field.Type))
		}
	}
	return false
}

func begins(name string) bool {
	name = strings.ToLower(name)
	return slices.ContainsFunc([]string{"begin", "acquire", "conn", "tx", "transaction"}, func(part string) bool { return strings.Contains(name, part) })
}
