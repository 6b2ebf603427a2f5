package schema

import (
	"slices"
	"strings"

	pg "github.com/tenantvet/tenantvet/sqlcheck/internal/pgparse"
	"github.com/tenantvet/tenantvet/sqlcheck/internal/plpgsql"
)

// A function is a Function with what is needed to run and to judge it.
type function struct {
	Function
	params   []string   // names of the input parameters, "" without one
	defaults []*pg.Node // values of the parameters at the end that may be left out
	offset   int        // of the body in its file, -1 when it is not there verbatim
	sqlBody  *pg.Node   // a SQL-standard body
	parsed   []*pg.Node
	isParsed bool
	pl       *plpgsql.Stmt // PL/pgSQL body, once it was asked for
	plOK     bool
	does     int8 // acts: 0 not known yet, 1 yes, -1 no
	acl      acl
	path     []string // search_path when it was defined
}

func (r *replay) createFunction(s *pg.CreateFunctionStmt, text string, offset int) {
	f := &function{sqlBody: s.GetSqlBody(), offset: -1}
	f.Schema, f.Name = qualified(s.GetFuncname())
	if f.Schema == "" {
		f.Schema = r.creationSchema()
	}
	for _, n := range s.GetParameters() {
		f.addParam(n.GetFunctionParameter())
	}
	f.Language, f.Volatility, f.Procedure = "sql", "volatile", s.GetIsProcedure()
	switch outs := outTypes(s.GetParameters()); {
	case s.GetReturnType() != nil:
		f.Returns, f.ReturnsSet = typeName(s.GetReturnType()), s.GetReturnType().GetSetof()
	case f.Procedure:
	case len(outs) == 1:
		f.Returns = outs[0]
	default:
		f.Returns = "record"
	}
	if d := option(s.GetOptions(), "language"); d != nil {
		f.Language = strings.ToLower(d.GetArg().GetString_().GetSval())
	}
	r.functionOptions(f, s.GetOptions())
	if as := option(s.GetOptions(), "as"); as != nil {
		if items := as.GetArg().GetList().GetItems(); len(items) > 0 {
			f.Body = items[0].GetString_().GetSval()
			f.offset = bodyOffset(text, f.Body, offset)
		}
	} else if f.sqlBody != nil {
		f.Body = standardBody(text)
	}
	f.At, f.path = r.at, r.searchPath
	r.define(f, s.GetReplace())
}

// define adds a function, or puts it in the place of one with the same arguments,
// whose owner and grants stay.
func (r *replay) define(f *function, replace bool) {
	k := key(f.Schema, f.Name)
	for i, old := range r.functions[k] {
		if !slices.Equal(old.Args, f.Args) {
			continue
		}
		if !replace {
			return // the server would have refused
		}
		f.Owner, f.acl, f.History = old.Owner, old.acl, old.History
		r.functionEvent(f, Replaced, "", "replaced")
		r.noteOptions(f, old)
		r.functions[k][i] = f
		return
	}
	f.Owner, f.acl = r.role, r.newACL("functions", f.Schema)
	f.History = r.gone["function "+f.Signature()]
	r.functionEvent(f, Created, "", "created")
	r.functions[k] = append(r.functions[k], f)
}

// takes reports whether the function can be called with n arguments.
func (f *function) takes(n int) bool {
	return n <= len(f.params) && n >= len(f.params)-len(f.defaults)
}

// missing gives the default of the parameter at index i, nil without one.
func (f *function) missing(i int) *pg.Node {
	if j := i - (len(f.params) - len(f.defaults)); j >= 0 && j < len(f.defaults) {
		return f.defaults[j]
	}
	return nil
}

// securityOption finds SECURITY DEFINER; isTrue needs an argument that is there.
func securityOption(options []*pg.Node) *pg.DefElem {
	d := option(options, "security")
	if d.GetArg() == nil {
		return nil
	}
	return d
}

func (r *replay) alterFunction(s *pg.AlterFunctionStmt) {
	for _, f := range r.matching(s.GetFunc()) {
		was := *f
		was.Config = slices.Clone(f.Config)
		r.functionOptions(f, s.GetActions())
		r.noteOptions(f, &was)
	}
}

// lookupFunctions finds the overloads of a function.
func (c *catalog) lookupFunctions(schema, name string) []*function {
	if schema != "" {
		return c.functions[key(schema, name)]
	}
	for _, s := range append(slices.Clone(c.searchPath), "public") {
		if fs := c.functions[key(s, name)]; len(fs) > 0 {
			return fs
		}
	}
	return nil
}

// matching finds the functions that DROP or ALTER means.
func (c *catalog) matching(o *pg.ObjectWithArgs) []*function {
	schema, name := qualified(o.GetObjname())
	fs := c.lookupFunctions(schema, name)
	if o.GetArgsUnspecified() {
		return fs
	}
	var args []string
	for _, a := range o.GetObjargs() {
		args = append(args, typeName(a.GetTypeName()))
	}
	for _, f := range fs {
		if slices.Equal(f.Args, args) {
			return []*function{f}
		}
	}
	return nil
}

// moveFunction renames a function or moves it to another schema; "" leaves a part.
func (r *replay) moveFunction(o *pg.ObjectWithArgs, schema, name string) {
	for _, f := range r.matching(o) {
		was := *f
		k := key(f.Schema, f.Name)
		r.functions[k] = slices.DeleteFunc(slices.Clone(r.functions[k]), func(other *function) bool { return other == f })
		if len(r.functions[k]) == 0 {
			delete(r.functions, k)
		}
		if schema != "" {
			f.Schema = schema
		}
		if name != "" {
			f.Name = name
		}
		k = key(f.Schema, f.Name)
		r.functions[k] = append(r.functions[k], f)
		r.renameFunctionInQueries(&was, f)
		r.functionEvent(f, Renamed, "", "renamed from %s.%s to %s", was.Schema, was.Name, k)
		for _, t := range r.tables {
			for _, g := range t.triggers {
				if g.calls(&was) {
					g.Function.Schema, g.Function.Name = f.Schema, f.Name
				}
			}
		}
	}
}

// statements gives the statements of a SQL function.
func (f *function) statements() []*pg.Node {
	if f.isParsed {
		return f.parsed
	}
	f.isParsed = true
	if f.sqlBody != nil {
		f.parsed = bodyStatements(f.sqlBody)
		return f.parsed
	}
	stmts, err := parse(f.Body)
	if err != nil {
		return nil
	}
	for _, s := range stmts {
		f.parsed = append(f.parsed, s.GetStmt())
	}
	return f.parsed
}

// block gives the body of a PL/pgSQL function.
func (f *function) block() (plpgsql.Stmt, bool) {
	if f.pl == nil {
		s, ok := plpgsql.Parse(f.Body)
		f.pl, f.plOK = &s, ok
	}
	return *f.pl, f.plOK
}

// bodyStatements opens RETURN expr and BEGIN ATOMIC .. END.
func bodyStatements(n *pg.Node) []*pg.Node {
	switch {
	case n.GetReturnStmt() != nil:
		target := &pg.Node{Node: &pg.Node_ResTarget{ResTarget: &pg.ResTarget{Val: n.GetReturnStmt().GetReturnval()}}}
		return []*pg.Node{{Node: &pg.Node_SelectStmt{SelectStmt: &pg.SelectStmt{TargetList: []*pg.Node{target}}}}}
	case n.GetList() != nil:
		var out []*pg.Node
		for _, i := range n.GetList().GetItems() {
			out = append(out, bodyStatements(i)...)
		}
		return out
	}
	return []*pg.Node{n}
}

// acts reports whether the function's body has a statement that changes the schema.
func (f *function) acts() bool {
	if f.does == 0 {
		f.does = -1
		for _, t := range tokens(f.Body) {
			if t.is("execute") || t.is("alter") || t.is("create") || t.is("drop") || t.is("perform") || t.is("grant") || t.is("revoke") || t.is("reassign") {
				f.does = 1
			}
		}
	}
	return f.does > 0
}
