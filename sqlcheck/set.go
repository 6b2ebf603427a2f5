package sqlcheck

import (
	"regexp"
	"strconv"
	"strings"

	pg "github.com/tenantvet/tenantvet/sqlcheck/internal/pgparse"
)

func (w *walker) setting(s Setting) { w.st.Settings = append(w.st.Settings, s) }

// variable notes what SET, RESET and their kin change.
func (w *walker) variable(s *pg.VariableSetStmt, form Form) {
	set := Setting{Form: form, Certain: form == SetStatement, Pos: w.st.Pos}
	switch {
	case form != SetStatement:
		set.Lifetime = Stored
	case s.GetIsLocal():
		set.Lifetime = Local
	}
	set.Name, set.NameHoles = w.settingName(s.GetName())
	switch s.GetKind() {
	case pg.VariableSetKind_VAR_SET_MULTI: // SET TRANSACTION, SET SESSION CHARACTERISTICS
		w.st.Op = Txn
		return
	case pg.VariableSetKind_VAR_RESET_ALL:
		set.Name, set.Reset = "all", true
	case pg.VariableSetKind_VAR_RESET, pg.VariableSetKind_VAR_SET_DEFAULT:
		set.Reset = true
	case pg.VariableSetKind_VAR_SET_CURRENT:
		set.Value.Kind = Expression
	default:
		set.Value = w.setValue(s.GetArgs())
		set.Reset = set.Value.Kind == Literal &&
			(set.Value.Text == "" || set.Name == "role" && set.Value.Text == "none")
	}
	w.setting(set)
}

// settingName normalises a setting's name; it is "" if a hole is in it.
func (w *walker) settingName(name string) (string, []int) {
	if ids, found := w.markers(name); found {
		return "", w.parts(ids)
	}
	return strings.ToLower(name), nil
}

// parts maps holes to the parts of the template.
func (w *walker) parts(ids []int) []int {
	var out []int
	for _, id := range ids {
		if p := w.holes[id].part; p >= 0 {
			out = append(out, p)
		}
	}
	return out
}

// setValue reads the list of values in SET x = a, b.
func (w *walker) setValue(args []*pg.Node) SettingValue {
	if len(args) == 1 {
		return w.value(args[0])
	}
	v := SettingValue{Kind: Literal}
	var texts []string
	for _, a := range args {
		one := w.value(a)
		v.Holes = append(v.Holes, one.Holes...)
		v.Kind = max(v.Kind, one.Kind)
		v.QuotedPlaceholder = v.QuotedPlaceholder || one.QuotedPlaceholder
		if v.Param == 0 {
			v.Param = one.Param
		}
		texts = append(texts, one.Text)
	}
	if v.Kind == Literal {
		v.Text = strings.Join(texts, ", ")
	}
	return v
}

// value classifies the expression that a setting is set to.
func (w *walker) value(n *pg.Node) SettingValue {
	e := uncast(n)
	if p := e.GetParamRef(); p != nil {
		w.param(p)
		if id := int(p.GetNumber()) - firstMarkerParam; id >= 0 {
			return SettingValue{Kind: Bound}
		}
		return SettingValue{Kind: Bound, Param: int(p.GetNumber())}
	}
	if c := e.GetAConst(); c != nil {
		if c.GetIsnull() {
			return SettingValue{}
		}
		text := constText(e)
		if ids, found := w.markers(text); found {
			return SettingValue{Kind: Formatted, Holes: w.parts(ids)}
		}
		return SettingValue{Kind: Literal, Text: text, QuotedPlaceholder: quotedPlaceholder(e, text), Bare: w.bare(c)}
	}
	in := content{walker: w}
	in.node(n)
	if in.marked {
		return SettingValue{Kind: Formatted, Holes: w.parts(in.holes)}
	}
	v := SettingValue{Kind: Expression}
	if len(in.params) == 1 {
		for p := range in.params {
			v.Param = p
		}
	}
	return v
}

// bare reports whether a text is written as a word, without quotes.
func (w *walker) bare(c *pg.A_Const) bool {
	at := w.base + int(c.GetLocation())
	if _, isString := c.GetVal().(*pg.A_Const_Sval); !isString || c.GetLocation() < 0 || at >= len(w.sql) {
		return false
	}
	t, ok := pg.Next(w.sql, at)
	return ok && t.Kind == pg.WordToken
}

// uncast takes the casts off an expression.
func uncast(n *pg.Node) *pg.Node {
	for n.GetTypeCast() != nil {
		n = n.GetTypeCast().GetArg()
	}
	return n
}

// constText is the text of a constant as a setting takes it.
func constText(n *pg.Node) string {
	c := n.GetAConst()
	switch v := c.GetVal().(type) {
	case *pg.A_Const_Sval:
		return v.Sval.GetSval()
	case *pg.A_Const_Ival:
		return strconv.Itoa(int(v.Ival.GetIval()))
	case *pg.A_Const_Fval:
		return v.Fval.GetFval()
	case *pg.A_Const_Boolval:
		return strconv.FormatBool(v.Boolval.GetBoolval())
	case *pg.A_Const_Bsval:
		return v.Bsval.GetBsval()
	}
	return ""
}

var placeholderText = regexp.MustCompile(`^(\$[0-9]+|\?|[:@][A-Za-z_][A-Za-z0-9_]*|%[sdvq])$`)

// quotedPlaceholder reports whether a literal was meant to be a placeholder.
func quotedPlaceholder(n *pg.Node, text string) bool {
	_, isString := n.GetAConst().GetVal().(*pg.A_Const_Sval)
	return isString && placeholderText.MatchString(text)
}

// isSetConfig reports whether a call is one of PostgreSQL's set_config.
func isSetConfig(c *pg.FuncCall) bool {
	n := functionName(c)
	return n.Name == "set_config" && (n.Schema == "" || n.Schema == "pg_catalog")
}

// setConfig notes a call of set_config(setting_name, new_value, is_local).
func (w *walker) setConfig(c *pg.FuncCall, at where) {
	var arg [3]*pg.Node
	for i, a := range c.GetArgs() {
		if named := a.GetNamedArgExpr(); named != nil {
			switch named.GetName() {
			case "setting_name":
				i = 0
			case "new_value":
				i = 1
			case "is_local":
				i = 2
			default:
				continue
			}
			a = named.GetArg()
		}
		if i < len(arg) {
			arg[i] = a
		}
	}
	s := Setting{
		Form: SetConfig, Certain: at.certain && !at.conditional, Conditional: at.conditional,
		Pos: w.pos(c.GetLocation()),
	}
	switch name := w.value(arg[0]); name.Kind {
	case Literal:
		s.Name = strings.ToLower(name.Text)
	case Bound:
		s.NameParam = name.Param
	default:
		s.NameHoles = name.Holes
	}
	s.Value = w.value(arg[1])
	s.Reset = s.Value.Kind == NoValue || s.Value.Kind == Literal && s.Value.Text == ""
	s.Lifetime, s.LifetimeParam = w.lifetime(arg[2])
	w.setting(s)
}

// setsByCall notes what a function of the catalog does to settings.
func (w *walker) setsByCall(c *pg.FuncCall, at where) {
	known, ok := w.catalog.(Setter)
	if !ok {
		return
	}
	for _, f := range known.Sets(functionName(c), len(c.GetArgs())) {
		s := Setting{
			Name: f.Name, Form: FunctionCall, Lifetime: f.Lifetime, Value: SettingValue{Kind: f.Kind, Text: f.Text}, Reset: f.Reset, Pos: w.pos(c.GetLocation()),
			Certain: f.Certain && at.certain && !at.conditional, Conditional: !f.Certain || at.conditional,
		}
		if f.Arg > 0 {
			s.Value = SettingValue{Kind: Expression}
			if args := c.GetArgs(); f.Arg <= len(args) && args[f.Arg-1].GetNamedArgExpr() == nil {
				s.Value = w.value(args[f.Arg-1])
				s.Reset = s.Value.Kind == NoValue || s.Value.Kind == Literal && s.Value.Text == ""
			}
		}
		w.setting(s)
	}
}

func (w *walker) lifetime(n *pg.Node) (Lifetime, int) {
	switch v := w.value(n); {
	case n == nil:
		return Session, 0
	case v.Kind == Literal && truth(v.Text):
		return Local, 0
	case v.Kind == Literal || v.Kind == NoValue:
		return Session, 0
	default:
		return BoundLifetime, v.Param
	}
}

// truth reads a text as PostgreSQL reads a boolean.
func truth(s string) bool {
	s = strings.ToLower(strings.TrimSpace(s))
	switch s {
	case "":
		return false
	case "1", "on":
		return true
	}
	return strings.HasPrefix("true", s) || strings.HasPrefix("yes", s)
}
