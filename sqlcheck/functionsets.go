package sqlcheck

import (
	"slices"
	"strconv"
	"strings"

	"github.com/tenantvet/tenantvet/sqlcheck/internal/pgparse"
	"github.com/tenantvet/tenantvet/sqlcheck/internal/plpgsql"
)

// A Setter is a [Catalog] that knows what functions do to settings.
type Setter interface {
	// Sets lists what a call of a function with so many arguments does to settings.
	Sets(function Name, args int) []FunctionSet
}

// A FunctionSet is what a call of a function does to a setting. Without Certain the
// body may return without having done it.
type FunctionSet struct {
	Name     string
	Lifetime Lifetime // Session or Local
	Reset    bool
	Certain  bool
	// Arg is the argument, counted from 1, that the value is made of; 0 for none, or
	// several.
	Arg int
	// Kind and Text are those of the value, without Arg.
	Kind ValueKind
	Text string
}

// FunctionSets reads the body of a function for what it does to settings. Params are
// the names of its input parameters, "" for one without.
func FunctionSets(language, body string, params []string) []FunctionSet {
	if !strings.Contains(strings.ToLower(body), "set") {
		return nil
	}
	r := setsReader{params: params}
	switch language {
	case "sql":
		r.text(body, true)
	case "plpgsql":
		if block, ok := plpgsql.Parse(body); ok {
			r.block(&block, true)
		}
	}
	return r.out
}

type setsReader struct {
	params []string
	out    []FunctionSet
}

// block reads the statements of a block. What its handlers catch takes back what was
// set before.
func (r *setsReader) block(s *plpgsql.Stmt, certain bool) {
	r.statements(s.Body, certain && len(s.Handlers) == 0)
	r.statements(s.Handlers, false)
}

func (r *setsReader) statements(list []plpgsql.Stmt, certain bool) {
	for i := range list {
		s := &list[i]
		switch s.Kind {
		case plpgsql.SQL:
			r.text(s.Expr.Text, certain)
		case plpgsql.Perform:
			r.text("SELECT "+s.Expr.Text, certain)
		case plpgsql.Assign:
			r.text("SELECT ("+s.Expr.Text+")", certain)
		case plpgsql.Return:
			r.text("SELECT ("+s.Expr.Text+")", certain)
			certain = false
		case plpgsql.Execute:
			r.executed(s.Expr.Text, certain)
		case plpgsql.Block:
			r.block(s, certain)
		default:
			for _, b := range s.Branches {
				r.statements(b.Body, false)
			}
			r.statements(s.Body, false)
		}
		if s.Kind != plpgsql.Return && mayLeave(s) {
			certain = false // for what follows
		}
	}
}

// mayLeave reports whether a statement may return from the function, or from a loop.
func mayLeave(s *plpgsql.Stmt) bool {
	leaves := func(list []plpgsql.Stmt) bool {
		return slices.ContainsFunc(list, func(s plpgsql.Stmt) bool { return mayLeave(&s) })
	}
	switch s.Kind {
	case plpgsql.Return, plpgsql.ReturnQuery, plpgsql.ReturnExecute, plpgsql.Exit, plpgsql.Continue:
		return true
	}
	return leaves(s.Body) || leaves(s.Handlers) || slices.ContainsFunc(s.Branches, func(b plpgsql.Branch) bool { return leaves(b.Body) })
}

// text reads statements in the body.
func (r *setsReader) text(sql string, certain bool) {
	for _, st := range AnalyzeText(r.numbered(sql)).Statements {
		for _, s := range st.Settings {
			r.add(s, certain && s.Certain)
		}
	}
}

// executed reads what EXECUTE runs, as far as it is made of constants. Where it may be
// one of several statements, none is certain.
func (r *setsReader) executed(expr string, certain bool) {
	for _, st := range AnalyzeText("DO $tenantvet$BEGIN EXECUTE " + expr + "; END$tenantvet$").Statements {
		for _, s := range st.Settings {
			s.Value = SettingValue{Kind: Expression, Param: r.only(expr)}
			r.add(s, certain && len(st.Settings) == 1)
		}
	}
}

func (r *setsReader) add(s Setting, certain bool) {
	if s.Name == "" || s.Lifetime != Session && s.Lifetime != Local {
		return
	}
	f := FunctionSet{Name: s.Name, Lifetime: s.Lifetime, Reset: s.Reset, Certain: certain, Arg: s.Value.Param}
	if f.Arg == 0 {
		f.Kind, f.Text = s.Value.Kind, s.Value.Text
	}
	r.out = append(r.out, f)
}

// numbered writes the parameters of a function, which its body names, as placeholders.
func (r *setsReader) numbered(sql string) string {
	var b strings.Builder
	last := 0
	tokens := pgparse.Lex(sql)
	for i, t := range tokens {
		n := r.param(sql, tokens, i)
		if n == 0 {
			continue
		}
		b.WriteString(sql[last:t.Start])
		b.WriteString("$" + strconv.Itoa(n))
		last = t.End
	}
	b.WriteString(sql[last:])
	return b.String()
}

// only is the one parameter that an expression names, 0 for none or several.
func (r *setsReader) only(sql string) int {
	found := 0
	tokens := pgparse.Lex(sql)
	for i := range tokens {
		switch n := r.param(sql, tokens, i); {
		case n == 0 || n == found:
		case found != 0:
			return 0
		default:
			found = n
		}
	}
	return found
}

// param is the parameter that a token names, counted from 1; 0 for none.
func (r *setsReader) param(sql string, tokens []pgparse.Token, i int) int {
	t := tokens[i]
	if !isName(t) || i > 0 && tokens[i-1].Text(sql) == "." || i+1 < len(tokens) && (tokens[i+1].Text(sql) == "." || tokens[i+1].Text(sql) == "(") {
		return 0
	}
	name := t.Text(sql)
	if t.Kind == pgparse.WordToken {
		name = strings.ToLower(name)
	} else {
		name = strings.Trim(name, `"`)
	}
	return slices.Index(r.params, name) + 1
}
