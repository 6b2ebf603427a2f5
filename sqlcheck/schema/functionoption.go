package schema

import (
	"slices"
	"strings"

	pg "github.com/tenantvet/tenantvet/sqlcheck/internal/pgparse"
)

func (r *replay) functionEvent(f *function, kind EventKind, name, format string, args ...any) {
	f.History = append(f.History, r.record(kind, name, format, args...))
}

// Signature names the overload: app.tenant(integer).
func (f *Function) Signature() string {
	return key(f.Schema, f.Name) + "(" + strings.Join(f.Args, ", ") + ")"
}

func (f *function) addParam(p *pg.FunctionParameter) {
	param := Param{Name: p.GetName(), Type: typeName(p.GetArgType())}
	switch p.GetMode() {
	case pg.FunctionParameterMode_FUNC_PARAM_OUT, pg.FunctionParameterMode_FUNC_PARAM_TABLE:
		param.Out = true
		f.Params = append(f.Params, param)
		return
	}
	f.params = append(f.params, p.GetName())
	f.Args = append(f.Args, param.Type)
	if p.GetDefexpr() != nil {
		f.defaults = append(f.defaults, p.GetDefexpr())
		param.Default = deparsed(p.GetDefexpr())
	}
	f.Params = append(f.Params, param)
}

// renameTypeInFunctions follows a type, which each table is one too, in the
// arguments and results of functions.
func (r *replay) renameTypeInFunctions(old, now string) {
	rename := func(name *string) {
		bare, array := strings.CutSuffix(*name, "[]")
		if bare != old {
			return
		}
		if *name = now; array {
			*name += "[]"
		}
	}
	for _, fs := range r.functions {
		for _, f := range fs {
			rename(&f.Returns)
			for i := range f.Args {
				rename(&f.Args[i])
			}
			for i := range f.Params {
				rename(&f.Params[i].Type)
			}
		}
	}
}

// outTypes are the types of what OUT parameters return.
func outTypes(params []*pg.Node) []string {
	var out []string
	for _, n := range params {
		switch p := n.GetFunctionParameter(); p.GetMode() {
		case pg.FunctionParameterMode_FUNC_PARAM_OUT, pg.FunctionParameterMode_FUNC_PARAM_INOUT:
			out = append(out, typeName(p.GetArgType()))
		}
	}
	return out
}

// functionOptions applies the options of CREATE and ALTER FUNCTION.
func (r *replay) functionOptions(f *function, options []*pg.Node) {
	if d := securityOption(options); d != nil {
		f.SecurityDefiner = isTrue(d)
	}
	if d := option(options, "leakproof"); d != nil {
		f.Leakproof = isTrue(d)
	}
	if d := option(options, "strict"); d != nil {
		f.Strict = isTrue(d)
	}
	if d := option(options, "volatility"); d != nil {
		f.Volatility = strings.ToLower(d.GetArg().GetString_().GetSval())
	}
	for _, o := range options {
		if d := o.GetDefElem(); d.GetDefname() == "set" {
			r.configure(f, d.GetArg().GetVariableSetStmt())
		}
	}
}

// configure applies a SET or RESET clause.
func (r *replay) configure(f *function, s *pg.VariableSetStmt) {
	name := strings.ToLower(s.GetName())
	reset := s.GetKind() == pg.VariableSetKind_VAR_RESET || s.GetKind() == pg.VariableSetKind_VAR_SET_DEFAULT
	if s.GetKind() == pg.VariableSetKind_VAR_RESET_ALL {
		f.Config = nil
		return
	}
	f.Config = slices.DeleteFunc(slices.Clone(f.Config), func(o Setting) bool { return o.Name == name })
	if !reset {
		f.Config = append(f.Config, Setting{name, r.settingValue(s)})
		slices.SortFunc(f.Config, func(a, b Setting) int { return compareStrings(a.Name, b.Name) })
	}
	if len(f.Config) == 0 {
		f.Config = nil
	}
}

func (f *Function) config(name string) (value string, ok bool) {
	for _, s := range f.Config {
		if s.Name == name {
			return s.Value, true
		}
	}
	return "", false
}

// noteOptions adds what changed of a function's options to its history.
func (r *replay) noteOptions(f, old *function) {
	for _, o := range []struct {
		name     string
		was, now bool
	}{
		{"security definer", old.SecurityDefiner, f.SecurityDefiner},
		{"leakproof", old.Leakproof, f.Leakproof},
		{"strict", old.Strict, f.Strict},
	} {
		switch {
		case o.now && !o.was:
			r.functionEvent(f, OptionSet, o.name, "became %s", o.name)
		case o.was && !o.now:
			r.functionEvent(f, OptionLost, o.name, "is no longer %s", o.name)
		}
	}
	if old.Volatility != f.Volatility {
		r.functionEvent(f, Altered, f.Volatility, "became %s", f.Volatility)
	}
	for _, s := range old.Config {
		if _, ok := f.config(s.Name); !ok {
			r.functionEvent(f, OptionLost, s.Name, "no longer sets %s", s.Name)
		}
	}
	for _, s := range f.Config {
		if was, ok := old.config(s.Name); !ok || was != s.Value {
			r.functionEvent(f, OptionSet, s.Name, "sets %s to %s", s.Name, s.Value)
		}
	}
}

// standardBody gives the statements of RETURN .. or BEGIN ATOMIC .. END as the text
// that a quoted body would have.
func standardBody(text string) string {
	ts := tokens(text)
	depth := 0
	for i, t := range ts {
		switch {
		case t.is("("):
			depth++
		case t.is(")"):
			depth--
		case depth == 0 && t.is("return"):
			return "SELECT" + text[t.end:ts[len(ts)-1].end]
		case depth == 0 && t.is("begin") && i+2 < len(ts) && ts[i+1].is("atomic"):
			return text[ts[i+2].start:ts[len(ts)-1].start] // up to END
		}
	}
	return ""
}

// joinPath is a search_path as the server keeps it.
func joinPath(names []string) string {
	quoted := make([]string, len(names))
	for i, n := range names {
		if quoted[i] = n; n == "" || n == "$user" || strings.ContainsAny(n, `", `) || n != strings.ToLower(n) {
			quoted[i] = `"` + strings.ReplaceAll(n, `"`, `""`) + `"`
		}
	}
	return strings.Join(quoted, ", ")
}

// freezeFunction gives a function with what its body does.
func (c *catalog) freezeFunction(f *function) *Function {
	out := f.Function
	out.Settings = c.functionSettings(f)
	m := c.body(f)
	out.Reads, out.Calls = m.sorted()
	out.Dynamic = m.dynamic
	if f.sqlBody == nil { // the server looks up a body of the standard's form once
		out.Unqualified = m.unqualified()
	}
	out.Grants = f.acl.freeze(f.Owner, securedKinds["functions"])
	return &out
}
