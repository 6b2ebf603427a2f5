package goddl

import (
	"fmt"
	"go/ast"
	"slices"
)

// maxRounds bounds loops over what is known.
const maxRounds = 2000

// loop runs for statements: over the index of a list, over the rows of a query, and
// the body once of all others.
func (f *frame) loop(s *ast.ForStmt) signal {
	sig := goOn
	f.in(func() {
		if s.Init != nil {
			f.statement(s.Init)
		}
		if rows := f.next(s.Cond); rows != nil {
			f.over(rows, 0, func([]value) signal { return f.statement(s.Body) })
			return
		}
		for range maxRounds {
			c := cond{}
			if s.Cond != nil {
				c = f.eval(s.Cond).cond
			}
			if !c.known {
				f.maybe++
				f.statement(s.Body)
				f.maybe--
				return
			}
			if !c.is {
				return
			}
			f.keeping(func() { sig = f.statement(s.Body) })
			if sig == leave || sig == returned {
				return
			}
			if s.Post != nil {
				f.statement(s.Post)
			}
		}
	})
	if sig == returned {
		return sig
	}
	return goOn
}

// next is the query of for rows.Next().
func (f *frame) next(e ast.Expr) *query {
	call, ok := e.(*ast.CallExpr)
	if !ok {
		return nil
	}
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || sel.Sel.Name != "Next" {
		return nil
	}
	return f.eval(sel.X).rows
}

// over runs something for each row of a query, of which it looks at some columns.
func (f *frame) over(q *query, columns int, do func([]value) signal) {
	l := &each{query: q}
	was := q.loop
	q.loop = l
	row := f.columns(l, columns)
	f.open(l, nil, func() { do(row) })
	q.loop = was
}

// open runs something within a loop over rows. A loop that is open already is gone on
// with.
func (f *frame) open(l *each, conds []string, do func()) {
	if slices.Contains(f.loops, l) {
		was := len(f.conds)
		f.conds = append(f.conds, conds...)
		do()
		f.conds = f.conds[:was]
		return
	}
	outer, doubt := f.conds, f.doubt
	f.loops, f.conds = append(f.loops, l), slices.Clone(conds)
	do()
	f.loops, f.conds, f.doubt = f.loops[:len(f.loops)-1], outer, doubt
	if len(l.vars) == 0 {
		l.vars = []string{f.variable()}
	}
	if len(f.loops) > 0 && len(l.body) > 0 {
		in := f.loops[len(f.loops)-1]
		in.body = append(in.body, node{conds: slices.Clone(f.conds), loop: l})
		return
	}
	f.closeLoop(l)
}

func (r *run) variable() string {
	r.vars++
	return fmt.Sprintf("row_%d", r.vars)
}

// columns are the values of a row of an open loop.
func (f *frame) columns(l *each, n int) []value {
	var out []value
	for i := range n {
		if i == len(l.vars) {
			l.vars = append(l.vars, f.variable())
		}
		out = append(out, texts(text{{expr: l.vars[i]}}))
	}
	return out
}

// ranges runs range statements over lists, maps and numbers.
func (f *frame) ranges(s *ast.RangeStmt) signal {
	over := f.eval(s.X)
	sig := goOn
	round := func(key, val value) bool {
		f.in(func() {
			for i, e := range []ast.Expr{s.Key, s.Value} {
				if e != nil {
					f.assign(e, []value{key, val}[i], s.Tok.String() == ":=")
				}
			}
			f.keeping(func() { sig = f.statement(s.Body) })
		})
		return sig != leave && sig != returned
	}
	switch over.kind {
	case ofList:
		for i, it := range over.list[:min(len(over.list), maxRounds)] {
			if len(it.per) > 0 {
				f.nest(it, func() { round(value{}, it.value) })
				sig = goOn
				continue
			}
			if !round(number(i), it.value) {
				break
			}
		}
	case ofMap:
		seen := map[string]bool{}
		for i := range over.pairs {
			p := over.pairs[len(over.pairs)-1-i] // the last one counts
			if key, ok := p.key.key(); ok && seen[key] {
				continue
			} else if ok {
				seen[key] = true
			}
		}
		for i, p := range over.pairs {
			if key, ok := p.key.key(); ok && slices.ContainsFunc(over.pairs[i+1:], func(o pair) bool { k, ok := o.key.key(); return ok && k == key }) {
				continue
			}
			if !round(p.key, p.val) {
				break
			}
		}
	case ofNumber:
		for i := range min(over.num, maxRounds) {
			if !round(number(i), value{}) {
				break
			}
		}
	default:
		f.maybe++
		round(value{}, value{})
		f.maybe--
		return goOn
	}
	if sig == returned {
		return sig
	}
	return goOn
}

// nest runs something within the loops that an item is made for each round of.
func (f *frame) nest(it item, do func()) {
	if len(it.per) == 0 {
		do()
		return
	}
	// A query is asked again: its rows are what they are then.
	l := it.per[0]
	rest := it
	rest.per = it.per[1:]
	conds := it.if_
	if len(rest.per) > 0 {
		conds = nil
	}
	fresh := &each{query: l.query, vars: l.vars}
	if slices.Contains(f.loops, l) {
		fresh = l
	}
	f.open(fresh, conds, func() { f.nest(rest, do) })
}

// keeping runs a round of a loop: what it finds out about a row is for the round.
func (f *frame) keeping(do func()) {
	conds, doubt := f.conds, f.doubt
	do()
	f.conds, f.doubt = conds, doubt
}
