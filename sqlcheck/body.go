package sqlcheck

import (
	"maps"
	"slices"
	"strings"

	pg "github.com/tenantvet/tenantvet/sqlcheck/internal/pgparse"
	"github.com/tenantvet/tenantvet/sqlcheck/internal/plpgsql"
)

// do gathers what the body of a DO does. What it sets is never certain.
func (w *walker) do(s *pg.DoStmt) {
	language := "plpgsql"
	var as *pg.DefElem
	for _, a := range s.GetArgs() {
		switch d := a.GetDefElem(); d.GetDefname() {
		case "language":
			language = d.GetArg().GetString_().GetSval()
		case "as":
			as = d
		}
	}
	if w.deferred = true; !strings.EqualFold(language, "plpgsql") {
		w.st.Dynamic = true
		return
	}
	if w.bodies == nil {
		w.bodies = &bodies{left: maxBodyWork}
	}
	if w.bodies.depth >= maxBodyDepth {
		w.st.Dynamic = true
		return
	}
	w.bodies.depth++
	defer func() { w.bodies.depth-- }()
	text, at := w.literal(w.sql, w.base+int(as.GetLocation()), as.GetArg().GetString_().GetSval(),
		func(from, to int) offsets { return w.at.cut(w.back.original(from), w.back.original(from)+to-from) })
	b := body{walker: w, text: text, at: at, vars: map[string]bodyValue{}, inert: map[string]bool{}}
	b.placeHoles()
	block, ok := plpgsql.Parse(text)
	if !ok {
		w.st.Dynamic = true
		return
	}
	b.statements([]plpgsql.Stmt{block})
}

// bodies bounds the work on the bodies of a text, which may execute others.
type bodies struct {
	left  int // bytes that may still be parsed
	depth int
}

const (
	maxBodyWork  = 1 << 20
	maxBodyDepth = 8
)

// A body is the body of a DO, of which what it executes is followed as far as
// it is made of constants.
type body struct {
	*walker
	text  string
	at    offsets              // from text to the rendered template
	vars  map[string]bodyValue // variables whose possible values are known
	inert map[string]bool      // variables whose type can't hold SQL
}

// placeHoles says of the holes in the body where they stand in PL/pgSQL; those
// in its SQL get their place there when that is read.
func (b *body) placeHoles() {
	ids, _ := b.markers(b.text)
	for _, id := range ids {
		b.holes[id].place = InFragment
	}
	if len(ids) > 0 {
		b.adopt(newFilling(b.source(b.text, b.at), dialect{}))
	}
}

// source makes a text of its own of a part of the body.
func (b *body) source(text string, at offsets) *source {
	return &source{tmpl: b.tmpl, text: text, at: at, prefix: b.prefix, holes: slices.Clone(b.holes)}
}

// adopt takes over the places that a part of the body gave to the text's holes.
func (b *body) adopt(f *filling) {
	for i := range b.holes {
		b.holes[i].place = f.holes[i].place
	}
}

func (b *body) statements(list []plpgsql.Stmt) {
	for i := range list {
		b.statement(&list[i])
	}
}

func (b *body) statement(s *plpgsql.Stmt) {
	for _, e := range append(slices.Clone(s.Using), s.More...) {
		b.expr(e)
	}
	switch s.Kind {
	case plpgsql.SQL, plpgsql.ReturnQuery, plpgsql.Open:
		b.sql(s.Expr)
	case plpgsql.Perform:
		b.read("SELECT ", s.Expr)
	case plpgsql.Execute, plpgsql.ReturnExecute, plpgsql.OpenExecute:
		b.execute(s.Expr)
	case plpgsql.ForExecute:
		b.execute(s.Expr)
		b.loop(s, bodyValue{})
		return
	case plpgsql.Assign:
		b.expr(s.Expr)
		b.set(s.Into[0], b.eval(s.Expr))
		return
	case plpgsql.Return, plpgsql.Exit, plpgsql.Continue:
		b.expr(s.Expr)
	case plpgsql.If:
		b.branches(s)
	case plpgsql.ForQuery:
		b.sql(s.Expr)
		b.loop(s, bodyValue{texts: b.rows(s.Expr)})
		return
	case plpgsql.ForRange:
		b.expr(s.Expr)
		b.expr(s.High)
		b.loop(s, bodyValue{})
		return
	case plpgsql.Foreach:
		b.expr(s.Expr)
		b.loop(s, bodyValue{texts: elements(b.eval(s.Expr).array())})
		return
	case plpgsql.Loop:
		b.expr(s.Expr)
		b.loop(s, bodyValue{})
		return
	case plpgsql.Block:
		b.block(s)
	}
	b.forget(s.Into)
}

func (b *body) block(s *plpgsql.Stmt) {
	for _, d := range s.Decls {
		b.inert[d.Name] = inertType(d.Type)
		b.expr(d.Init)
		b.sql(d.Query)
		b.set(d.Name, bodyValue{})
		if d.Init.Text != "" {
			v := b.eval(d.Init)
			if strings.HasSuffix(d.Type, "]") {
				v = v.array()
			}
			b.set(d.Name, v)
		}
	}
	b.statements(s.Body)
	if len(s.Handlers) > 0 {
		b.forget(assigned(s.Body)) // an error may come anywhere
		b.statements(s.Handlers)
		b.forget(assigned(s.Handlers))
	}
}

// branches goes through the branches of an IF or CASE, each of which may be
// the one that runs.
func (b *body) branches(s *plpgsql.Stmt) {
	b.expr(s.Subject)
	before := b.vars
	var after map[string]bodyValue
	run := func(list []plpgsql.Stmt) {
		b.vars = b.clone(before)
		b.statements(list)
		if after == nil {
			after = b.vars
			return
		}
		for name, v := range after {
			if v = v.or(b.vars[name]); v.known() {
				after[name] = v
			} else {
				delete(after, name)
			}
		}
	}
	for _, br := range s.Branches {
		// The values that CASE compares with are a list.
		b.read("SELECT ", br.When)
		run(br.Body)
	}
	run(s.Body)
	b.vars = after
}

// clone copies the variables, as a part of the work.
func (b *body) clone(vars map[string]bodyValue) map[string]bodyValue {
	b.bodies.left -= 16 * len(vars)
	out := make(map[string]bodyValue, len(vars))
	if b.bodies.left > 0 {
		maps.Copy(out, vars)
	}
	return out
}

// loop goes through the body of a loop once, with all values that its variable
// may have.
func (b *body) loop(s *plpgsql.Stmt, values bodyValue) {
	again := assigned(s.Body)
	b.bodies.left -= 16 * len(again) // loops nest
	b.forget(s.Into)
	b.forget(again)
	if len(s.Into) == 1 && !slices.Contains(again, s.Into[0]) {
		b.set(s.Into[0], values)
	}
	b.statements(s.Body)
	b.forget(s.Into)
	b.forget(again)
}

func (b *body) set(name string, v bodyValue) {
	if !v.known() {
		delete(b.vars, name)
		return
	}
	b.vars[name] = v
}

func (b *body) forget(names []string) {
	for _, name := range names {
		delete(b.vars, name)
	}
}

// assigned lists the variables that statements give values to.
func assigned(list []plpgsql.Stmt) []string {
	var out []string
	for i := range list {
		s := &list[i]
		out = append(out, s.Into...)
		for _, d := range s.Decls {
			out = append(out, d.Name)
		}
		for _, br := range s.Branches {
			out = append(out, assigned(br.Body)...)
		}
		out = append(out, assigned(s.Body)...)
		out = append(out, assigned(s.Handlers)...)
	}
	return out
}

// expr reads the relations of an expression.
func (b *body) expr(e plpgsql.Expr) { b.read("SELECT ", e) }

// sql reads a statement of the body.
func (b *body) sql(e plpgsql.Expr) { b.read("", e) }

// read reads a text of the body after a keyword that does not stand there.
func (b *body) read(keyword string, e plpgsql.Expr) {
	if strings.TrimSpace(e.Text) == "" {
		return
	}
	at := b.at.cut(e.At, e.At+len(e.Text))
	if keyword != "" {
		at = offsets{}.then(0, offsets{{to: b.at.original(e.At)}}).then(len(keyword), at)
	}
	b.analyze(b.source(keyword+e.Text, at))
}

// analyze adds the facts about a text that the body runs to those of the DO.
func (b *body) analyze(src *source) {
	if b.bodies.left -= len(src.text) + 32; b.bodies.left < 0 {
		b.st.Dynamic = true
		return
	}
	f := newFilling(src, dialect{})
	if len(f.slots) > 0 {
		b.bodies.left -= len(src.text) // more than one attempt
	}
	tree, err := f.parse()
	if err != nil {
		b.st.Dynamic = true
		ids, _ := b.markers(src.text)
		for _, id := range ids {
			if id < len(b.holes) {
				b.holes[id].place = InFragment
			}
		}
		return
	}
	for _, s := range f.slots {
		for _, id := range s.holes {
			f.holes[id].place = s.choices[s.pick].place
		}
	}
	for i, raw := range tree.Stmts {
		from, to := tree.Span(raw)
		st := Statement{Pos: f.rendered(from)}
		in := newWalker(f, &st, tree.Base(i), b.catalog)
		in.deferred, in.bodies, in.variables = true, b.bodies, b.inert
		in.start, in.end = from, to
		in.statement(raw.GetStmt())
		in.finish()
		b.merge(&st)
	}
	for _, h := range f.holes[len(b.holes):] {
		if h.place == InFragment && h.trust != Inert {
			b.st.Dynamic = true
		}
	}
	b.adopt(f)
}

// merge adds the facts about a statement of the body to those about the DO. Its
// placeholders are the values after USING, which are no parameters of the text.
func (b *body) merge(st *Statement) {
	first := len(b.st.Relations)
	for _, r := range st.Relations {
		r.Within = InBody
		r.Pins = slices.Clone(r.Pins)
		for i := range r.Pins {
			r.Pins[i].Param = 0
		}
		b.st.Relations = append(b.st.Relations, r)
		b.nodes = append(b.nodes, nil)
	}
	b.st.Functions = append(b.st.Functions, st.Functions...)
	b.st.Grants = append(b.st.Grants, st.Grants...)
	for _, s := range st.Settings {
		s.Conditional, s.Certain = true, false
		s.NameParam, s.LifetimeParam, s.Value.Param = 0, 0, 0
		if s.Value.Kind == Bound || s.Value.Kind == Formatted && len(s.Value.Holes) == 0 {
			s.Value.Kind = Expression
		}
		b.st.Settings = append(b.st.Settings, s)
	}
	for _, in := range st.Inserts {
		in.Relation += first
		in.Columns = withoutParams(in.Columns)
		b.st.Inserts = append(b.st.Inserts, in)
	}
	for _, a := range st.Updates {
		a.Relation += first
		a.Columns = withoutParams(a.Columns)
		b.st.Updates = append(b.st.Updates, a)
	}
	b.st.Dynamic = b.st.Dynamic || st.Dynamic
}

func withoutParams(columns []ColumnValue) []ColumnValue {
	out := slices.Clone(columns)
	for i := range out {
		out[i].Param = 0
	}
	return out
}
