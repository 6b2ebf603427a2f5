package policy

import (
	"slices"
	"strings"

	"github.com/tenantvet/tenantvet/sqlcheck/internal/pgparse"
	"github.com/tenantvet/tenantvet/sqlcheck/internal/plpgsql"
	"github.com/tenantvet/tenantvet/sqlcheck/schema"
)

// A body is the parsed body of a function.
type body struct {
	queries []*pgparse.SelectStmt // of a SQL function
	block   plpgsql.Stmt
	ok      bool
}

func (j *Judge) body(f *schema.Function) *body {
	if b := j.bodies[f]; b != nil {
		return b
	}
	b := &body{}
	switch f.Language {
	case "sql":
		tree, err := pgparse.Parse(sqlBody(f.Body))
		b.ok = err == nil && len(tree.Stmts) > 0
		if b.ok {
			for _, s := range tree.Stmts {
				q := s.GetStmt().GetSelectStmt()
				b.queries = append(b.queries, q)
				b.ok = b.ok && q != nil
			}
		}
	case "plpgsql":
		b.block, b.ok = plpgsql.Parse(f.Body)
	}
	j.bodies[f] = b
	return b
}

// sqlBody makes statements of a body in the form of the standard: RETURN expr, or
// BEGIN ATOMIC .. END.
func sqlBody(body string) string {
	tokens := pgparse.Lex(body)
	if len(tokens) < 2 {
		return body
	}
	first, last := tokens[0], tokens[len(tokens)-1]
	switch {
	case first.Value(body) == "return":
		return "SELECT " + body[first.End:]
	case first.Value(body) == "begin" && tokens[1].Value(body) == "atomic" && last.Value(body) == "end":
		return body[tokens[1].End:last.Start]
	}
	return body
}

// enter evaluates a call of a function that the migrations define.
func (r *run) enter(f *schema.Function, args []value, e *env) value {
	b := r.judge.body(f)
	if r.depth++; r.depth > maxDepth || !b.ok {
		r.depth--
		return unknown(f.Name, args...)
	}
	defer func() { r.depth-- }()
	for i := len(args); i < len(f.Args); i++ { // the rest has defaults
		n := r.judge.parse(defaultOf(f, i))
		if n == nil {
			return unknown(f.Name, args...)
		}
		args = append(args, r.eval(n, &env{roles: e.roles}))
	}
	if _, done := strict(args...); f.Strict && done {
		return value{}.because(whyOf(args))
	}
	names := parameters(f)
	inner := &env{vars: map[string]value{}, params: args, in: f, roles: e.roles, path: pathOf(f, e), visited: e.visited, definer: e.definer || f.SecurityDefiner}
	for i, a := range args {
		if i < len(names) && names[i] != "" {
			inner.vars[names[i]] = a
		}
	}
	if f.Language == "sql" {
		return r.scalar(b.queries[len(b.queries)-1], inner)
	}
	in := &interpreter{run: r, env: inner, body: f.Body}
	v, _ := in.block([]plpgsql.Stmt{b.block})
	if in.lost {
		return unknown(f.Name, args...)
	}
	return r.castTo(v, f.Returns)
}

// An interpreter runs a PL/pgSQL body.
type interpreter struct {
	run  *run
	env  *env
	body string
	why  support // of the conditions on the way
	lost bool    // a statement is not understood
}

// block runs statements; done when one returned, or failed.
func (in *interpreter) block(list []plpgsql.Stmt) (v value, done bool) {
	for i := range list {
		if v, done = in.statement(&list[i]); done || in.lost {
			return v, done
		}
	}
	return value{why: in.why}, false
}

func (in *interpreter) statement(s *plpgsql.Stmt) (value, bool) {
	r := in.run
	switch s.Kind {
	case plpgsql.Block:
		return in.begin(s)
	case plpgsql.Return:
		v := in.expression(s.Expr.Text).because(in.why)
		return v, true
	case plpgsql.ReturnQuery:
		v, ok := in.query(s.Expr.Text)
		in.lost = in.lost || !ok
		return v.because(in.why), true
	case plpgsql.Assign:
		v := in.expression(s.Expr.Text)
		if v.kind == raised {
			return v, true
		}
		in.env.vars[s.Into[0]] = v.because(in.why)
	case plpgsql.SQL:
		if len(s.Into) == 0 {
			in.lost = true
			return value{}, false
		}
		return in.into(s)
	case plpgsql.If:
		for i, b := range s.Branches {
			c := r.truth(in.expression(s.Condition(i)))
			in.why |= c.why
			if c.kind == raised {
				return c, true
			}
			if c.isTrue() {
				return in.block(b.Body)
			}
		}
		return in.block(s.Body)
	case plpgsql.Other:
		if in.raises(s) {
			return value{kind: raised, why: in.why}, true
		}
	default:
		in.lost = true
	}
	return value{}, false
}

// begin runs a block; where it fails its handlers take over.
func (in *interpreter) begin(s *plpgsql.Stmt) (value, bool) {
	met, doubtful := in.run.met, in.run.doubtful
	v, done := value{}, false
	for _, d := range s.Decls {
		init := value{}
		if d.Init.Text != "" {
			init = in.run.castTo(in.expression(d.Init.Text), d.Type)
		}
		if init.kind == raised { // before BEGIN: the handlers are not for it
			return init, true
		}
		in.env.vars[d.Name] = init
	}
	v, done = in.block(s.Body)
	if len(s.Handlers) == 0 {
		return v, done
	}
	in.run.met, in.run.doubtful = met, doubtful
	if done && v.kind == raised {
		in.why |= v.why
		return in.block(s.Handlers)
	}
	return v, done
}

// into is SELECT .. INTO.
func (in *interpreter) into(s *plpgsql.Stmt) (value, bool) {
	tree, err := pgparse.Parse(s.Expr.Text)
	if err != nil || len(tree.Stmts) != 1 || tree.Stmts[0].GetStmt().GetSelectStmt() == nil {
		in.lost = true
		return value{}, false
	}
	w := in.run.find1(tree.Stmts[0].GetStmt().GetSelectStmt(), in.env)
	if w.holds.kind == raised {
		return w.holds, true
	}
	found := w.holds.isTrue()
	in.env.vars["found"] = boolean(found).because(w.holds.why)
	for i, name := range s.Into {
		v := value{why: w.holds.why}
		if found && i < len(w.targets) {
			v = in.run.eval(w.targets[i], w.env).because(w.holds.why)
		}
		if v.kind == raised {
			return v, true
		}
		in.env.vars[name] = v.because(in.why)
	}
	return value{}, false
}

func (in *interpreter) query(text string) (value, bool) {
	tree, err := pgparse.Parse(text)
	if err != nil || len(tree.Stmts) != 1 || tree.Stmts[0].GetStmt().GetSelectStmt() == nil {
		return value{}, false
	}
	return in.run.scalar(tree.Stmts[0].GetStmt().GetSelectStmt(), in.env), true
}

func (in *interpreter) expression(text string) value {
	n := in.run.judge.parse(text)
	if n == nil {
		in.lost = true
		return value{}
	}
	return in.run.eval(n, in.env)
}

// raises reports whether a statement is RAISE EXCEPTION.
func (in *interpreter) raises(s *plpgsql.Stmt) bool {
	if s.Offset < 0 || s.Offset >= len(in.body) {
		return false
	}
	words := strings.Fields(strings.ToLower(in.body[s.Offset:min(len(in.body), s.Offset+200)]))
	if len(words) == 0 || strings.TrimSuffix(words[0], ";") != "raise" {
		return false
	}
	return len(words) < 2 || !slices.Contains([]string{"debug", "log", "info", "notice", "warning"}, words[1])
}

// castTo is an assignment to a variable or result of a type.
func (r *run) castTo(v value, typeName string) value {
	base, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(typeName)), "(")
	base, isArray := strings.CutSuffix(strings.TrimSpace(base), "[]")
	if base == "boolean" {
		base = "bool"
	}
	if v.kind == text && (strings.TrimSpace(v.text) == "" && (isArray || refusesEmpty[base]) || !isArray && !reads(base, v.text)) {
		return value{kind: raised, why: v.why}
	}
	if base == "bool" && !isArray && v.kind == text {
		if b, ok := asBool(v.text); ok {
			return b.because(v.why)
		}
	}
	return v
}

// pathOf is where the names in a function's body are looked up: as its SET says,
// else as the caller does.
func pathOf(f *schema.Function, e *env) []string {
	for _, c := range f.Config {
		if c.Name == "search_path" {
			parts := strings.Split(c.Value, ",")
			for i, p := range parts {
				parts[i] = strings.Trim(p, ` "'`)
			}
			return parts
		}
	}
	return e.path
}
