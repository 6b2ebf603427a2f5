package evidence

import (
	"go/ast"
	"go/token"
	"os"
	"slices"
	"strings"
)

// A code is all that a module's functions say, parsed. Types are not known: what a name
// in it means is everything in the module that has the name.
type code struct {
	l      *loader
	files  []*codeFile
	funcs  []*codeFunc
	byName map[string][]*codeFunc
	called map[string][]codeCall // by the name of what is called
	// values are where names stand that are not called there, by package and name: a
	// function may be called where it is passed to. Those of methods have no package.
	values map[string][]*codeFunc
	// texts are constants and variables of packages that may set something, by package
	// and name.
	texts map[string]bool
	specs []specIn // of packages
	// unnamed: a function that no declaration names may set something.
	unnamed bool
	// fields are the types of struct fields, by package and name, and by name alone.
	fields map[string][]typeIn
	// stored are the names of fields that are assigned to.
	stored map[string]bool
	// pools are the struct types that embed a pool, by package and name.
	pools map[string]bool
	// vars are the types that variables of packages are declared with.
	vars map[string]typeIn
	// functions are those that the module's SQL makes; functionsSet: some may set
	// something.
	functions    map[string]bool
	functionsSet bool
}

// A typeIn is a type as it is written in a file.
type typeIn struct {
	expr ast.Expr
	file *codeFile
}

// A specIn declares constants or variables of a package.
type specIn struct {
	*ast.ValueSpec
	file *codeFile
}

type codeFile struct {
	*goScan
	rel, pkg string
	imports  map[string]string
	puts     bool // it may put something into contexts
	src      string
}

type codeFunc struct {
	file    *codeFile
	decl    *ast.FuncDecl
	parents map[ast.Node]ast.Node
}

// A codeCall is a call in a function.
type codeCall struct {
	in   *codeFunc
	call *ast.CallExpr
}

// readCode parses the module; nil if some of it can't be read.
func (l *loader) readCode() *code {
	c := &code{l: l, byName: map[string][]*codeFunc{}, called: map[string][]codeCall{}, values: map[string][]*codeFunc{},
		texts: map[string]bool{}, fields: map[string][]typeIn{}, pools: map[string]bool{}, stored: map[string]bool{}, vars: map[string]typeIn{}, functions: map[string]bool{}}
	for _, info := range l.tree.goFiles {
		data, err := os.ReadFile(info.abs)
		if err != nil || info.size > maxFile {
			return nil
		}
		f := &codeFile{goScan: newScan(string(data)), rel: info.rel, src: string(data)}
		if f.goScan == nil {
			return nil
		}
		f.pkg = strings.TrimSuffix(l.qualified("x", info), ".x")
		f.imports = f.goScan.imports()
		if _, dot := f.imports["."]; dot {
			return nil // names of another package, as if they were the file's own
		}
		f.puts = len(putsInto(f.src)) > 0 || strings.Contains(f.src, "WithValue(")
		c.files = append(c.files, f)
	}
	for _, f := range c.files {
		for _, d := range f.file.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				if d.Body != nil {
					fn := &codeFunc{file: f, decl: d}
					c.funcs = append(c.funcs, fn)
					c.byName[d.Name.Name] = append(c.byName[d.Name.Name], fn)
				}
			case *ast.GenDecl:
				c.declared(f, d)
			}
		}
	}
	for _, fn := range c.funcs {
		c.mentions(fn, fn.decl.Body)
	}
	c.findFunctions()
	c.findTexts()
	return c
}

// declared notes the variables of packages and the fields of structs.
func (c *code) declared(f *codeFile, d *ast.GenDecl) {
	c.mentions(&codeFunc{file: f}, d)
	for _, spec := range d.Specs {
		if t, ok := spec.(*ast.TypeSpec); ok {
			if st, isStruct := t.Type.(*ast.StructType); isStruct && slices.ContainsFunc(st.Fields.List, func(field *ast.Field) bool {
				return len(field.Names) == 0 && typeIn{field.Type, f}.isPool()
			}) {
				c.pools[f.pkg+"."+t.Name.Name] = true
			}
		}
		v, ok := spec.(*ast.ValueSpec)
		if !ok {
			continue
		}
		c.specs = append(c.specs, specIn{v, f})
		for _, name := range v.Names {
			if v.Type != nil {
				c.vars[f.pkg+"."+name.Name] = typeIn{v.Type, f}
			}
		}
	}
}

func (c *code) structs(f *codeFile, n ast.Node) {
	st, ok := n.(*ast.StructType)
	if !ok {
		return
	}
	for _, field := range st.Fields.List {
		names := field.Names
		if len(names) == 0 {
			names = []*ast.Ident{ast.NewIdent(embeddedName(field.Type))}
		}
		for _, name := range names {
			for _, key := range []string{f.pkg + "." + name.Name, "." + name.Name} {
				c.fields[key] = append(c.fields[key], typeIn{field.Type, f})
			}
		}
	}
}

func embeddedName(t ast.Expr) string {
	switch t := t.(type) {
	case *ast.Ident:
		return t.Name
	case *ast.StarExpr:
		return embeddedName(t.X)
	case *ast.SelectorExpr:
		return t.Sel.Name
	case *ast.IndexExpr:
		return embeddedName(t.X)
	}
	return ""
}

// mentions notes what is called, and which names stand there without being called.
func (c *code) mentions(fn *codeFunc, root ast.Node) {
	seen := map[ast.Node]bool{} // said already, or no mention
	value := func(name string) { c.values[name] = append(c.values[name], fn) }
	ast.Inspect(root, func(n ast.Node) bool {
		c.structs(fn.file, n)
		switch n := n.(type) {
		case *ast.CallExpr:
			if name := calledName(n.Fun); name != "" {
				c.called[name] = append(c.called[name], codeCall{fn, n})
				seen[nameIn(n.Fun)] = true
			}
		case *ast.AssignStmt:
			for _, l := range n.Lhs {
				if sel, ok := l.(*ast.SelectorExpr); ok {
					c.stored[sel.Sel.Name] = true
				}
			}
		case *ast.UnaryExpr:
			if sel, ok := n.X.(*ast.SelectorExpr); ok && n.Op == token.AND {
				c.stored[sel.Sel.Name] = true
			}
		case *ast.KeyValueExpr:
			seen[n.Key] = true
		case *ast.SelectorExpr:
			if seen[n.Sel] {
				return true
			}
			seen[n.Sel] = true
			if x, ok := n.X.(*ast.Ident); ok && fn.file.imports[x.Name] != "" {
				value(fn.file.imports[x.Name] + "." + n.Sel.Name)
			} else {
				value("." + n.Sel.Name)
			}
		case *ast.Ident:
			if !seen[n] {
				value(fn.file.pkg + "." + n.Name)
			}
		}
		return true
	})
}

// nameIn is the name in what is called.
func nameIn(fun ast.Expr) *ast.Ident {
	switch fun := fun.(type) {
	case *ast.Ident:
		return fun
	case *ast.SelectorExpr:
		return fun.Sel
	case *ast.IndexExpr:
		return nameIn(fun.X)
	case *ast.IndexListExpr:
		return nameIn(fun.X)
	}
	return nil
}

// own reports whether a package is the module's.
func (c *code) own(pkg string) bool {
	return pkg == c.l.module.Path || strings.HasPrefix(pkg, c.l.module.Path+"/")
}

// keyOf is the key that a name stands for in a file, as Injections have it.
func (c *code) keyOf(f *codeFile, name string) string {
	key := name
	if !strings.ContainsAny(key, `."`) && key != AnyKey {
		if base, ok := strings.CutPrefix(key, textOf); ok {
			key = textOf + f.pkg + "." + base
		} else {
			key = f.pkg + "." + key
		}
	}
	if text, ok := c.l.stringKey(key); ok {
		return text
	}
	return key
}

// A putCall puts a value into a context.
type putCall struct {
	call  *ast.CallExpr
	name  string // of the key, see keyName
	value ast.Expr
}

// putsOf lists the calls in a function that put values into contexts.
func (s *codeFile) putsOf(decl *ast.FuncDecl) []putCall {
	var out []putCall
	s.goScan.eachPut(decl, s.imports, putsInto(s.src), func(call *ast.CallExpr, name string, value ast.Expr, _ bool) {
		out = append(out, putCall{call, name, value})
	})
	return out
}

func (s *codeFile) isPut(decl *ast.FuncDecl, call *ast.CallExpr) bool {
	return slices.ContainsFunc(s.putsOf(decl), func(p putCall) bool { return p.call == call })
}

// callee tells what a call calls: a function of a package, or the name of a method or a
// function of the file's own package.
func (f *codeFile) callee(call *ast.CallExpr) (pkg, name string) {
	fun := ast.Unparen(call.Fun)
	switch x := fun.(type) {
	case *ast.IndexExpr:
		fun = x.X
	case *ast.IndexListExpr:
		fun = x.X
	}
	if sel, ok := fun.(*ast.SelectorExpr); ok {
		if x, isName := sel.X.(*ast.Ident); isName {
			pkg = f.imports[x.Name]
		}
	}
	return pkg, calledName(fun)
}

// eachCall asks something of all calls of a function; false if it may be called where
// no call names it.
func (c *code) eachCall(f *codeFunc, ask func(codeCall) bool) bool {
	name := f.decl.Name.Name
	mentioned := c.values[f.file.pkg+"."+name]
	if f.decl.Recv != nil {
		mentioned = c.values["."+name]
	}
	if slices.ContainsFunc(mentioned, func(in *codeFunc) bool { return in.decl == nil || f.decl.Recv != nil || !in.binds(name) }) {
		return false
	}
	for _, call := range c.called[name] {
		pkg, _ := call.in.file.callee(call.call)
		_, isSelector := ast.Unparen(call.call.Fun).(*ast.SelectorExpr)
		switch {
		case f.decl.Recv != nil && (pkg != "" || !isSelector),
			f.decl.Recv == nil && pkg != f.file.pkg && !(pkg == "" && !isSelector && call.in.file.pkg == f.file.pkg):
			continue
		case call.in.decl == nil || !ask(call):
			return false
		}
	}
	return true
}

// named are the functions that a call may call.
func (c *code) named(in *codeFile, call *ast.CallExpr) []*codeFunc {
	pkg, name := in.callee(call)
	_, isSelector := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	var out []*codeFunc
	for _, f := range c.byName[name] {
		switch {
		case f.decl.Recv != nil && pkg == "" && isSelector,
			f.decl.Recv == nil && (pkg == f.file.pkg || pkg == "" && !isSelector && in.pkg == f.file.pkg):
			out = append(out, f)
		}
	}
	return out
}

// around are the nodes around those of a function.
func (f *codeFunc) around() map[ast.Node]ast.Node {
	if f.parents == nil {
		f.parents = parentsIn(f.decl)
	}
	return f.parents
}

// receiver is the name of a method's receiver.
func (f *codeFunc) receiver() string {
	if f.decl.Recv == nil || len(f.decl.Recv.List) == 0 || len(f.decl.Recv.List[0].Names) == 0 {
		return ""
	}
	return f.decl.Recv.List[0].Names[0].Name
}

// binds reports whether a function has a parameter or variable of a name.
func (f *codeFunc) binds(name string) bool {
	return name == f.receiver() && name != "" || parameter(f.decl, name) >= 0 || f.rebinds(name)
}

// rebinds reports whether a name gets another value than that of a parameter.
func (f *codeFunc) rebinds(name string) bool {
	found := false
	ast.Inspect(f.decl.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			found = found || slices.ContainsFunc(n.Lhs, func(l ast.Expr) bool { return isIdent(l, name) })
		case *ast.ValueSpec:
			found = found || slices.ContainsFunc(n.Names, func(l *ast.Ident) bool { return l.Name == name })
		case *ast.RangeStmt:
			found = found || isIdent(n.Key, name) || isIdent(n.Value, name)
		case *ast.FuncLit:
			found = found || literalParameter(n, name) >= 0
		case *ast.UnaryExpr:
			found = found || n.Op == token.AND && isIdent(n.X, name)
		}
		return !found
	})
	return found
}

func isIdent(e ast.Expr, name string) bool {
	id, ok := e.(*ast.Ident)
	return ok && id.Name == name
}

// literalParameter is the place of a literal's parameter, -1 if there is none.
func literalParameter(lit *ast.FuncLit, name string) int { return placeIn(lit.Type.Params, name) }
