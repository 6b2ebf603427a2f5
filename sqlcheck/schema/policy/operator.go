package policy

import (
	"strings"

	pg "github.com/tenantvet/tenantvet/sqlcheck/internal/pgparse"
)

func (r *run) operator(n *pg.A_Expr, e *env) value {
	_, op := qualified(n.GetName())
	left := value{}
	if n.GetLexpr() != nil {
		left = r.eval(n.GetLexpr(), e)
	}
	right := r.eval(n.GetRexpr(), e)
	switch n.GetKind() {
	case pg.A_Expr_Kind_AEXPR_NULLIF:
		return r.nullIf(left, right)
	case pg.A_Expr_Kind_AEXPR_IN:
		return r.anyOf(op == "<>", left, right)
	case pg.A_Expr_Kind_AEXPR_OP_ANY, pg.A_Expr_Kind_AEXPR_OP_ALL:
		if op == "=" && n.GetKind() == pg.A_Expr_Kind_AEXPR_OP_ANY {
			return r.anyOf(false, left, right)
		}
		if op == "<>" && n.GetKind() == pg.A_Expr_Kind_AEXPR_OP_ALL {
			return r.anyOf(true, left, right)
		}
		return r.truth(unknown(op, left, right))
	case pg.A_Expr_Kind_AEXPR_DISTINCT:
		return not(r.notDistinct(left, right))
	case pg.A_Expr_Kind_AEXPR_NOT_DISTINCT:
		return r.notDistinct(left, right)
	case pg.A_Expr_Kind_AEXPR_LIKE, pg.A_Expr_Kind_AEXPR_ILIKE, pg.A_Expr_Kind_AEXPR_SIMILAR:
		v := r.like(op, left, right)
		if strings.HasPrefix(op, "!") {
			return not(v)
		}
		return v
	case pg.A_Expr_Kind_AEXPR_OP:
	default:
		return r.held(op, left, right)
	}
	if n.GetLexpr() == nil {
		return unknown(op, right)
	}
	switch op {
	case "=":
		return r.equal(left, right)
	case "<>", "!=":
		return not(r.equal(left, right))
	case "->", "->>", "#>", "#>>":
		return r.member(left, right)
	case "||":
		return concat(left, right)
	case "<", ">", "<=", ">=", "~", "~*", "!~", "!~*", "~~", "~~*", "@>", "<@", "&&", "?", "?|", "?&", "^@", "@@":
		return r.held(op, left, right)
	}
	return unknown(op, left, right)
}

// binding follows what a free value was found equal to.
func (r *run) binding(v value) (value, bool) {
	found := false
	var why support
	for v.kind == free {
		to, ok := r.bound[v.text]
		if !ok {
			break
		}
		found = true
		why |= to.why
		v = to
	}
	return v.because(why), found
}

// equal is the operator =.
func (r *run) equal(a, b value) value {
	if v, done := strict(a, b); done {
		return v
	}
	why := a.why | b.why
	if to, ok := r.binding(a); ok {
		a = to
	}
	if to, ok := r.binding(b); ok {
		b = to
	}
	why |= a.why | b.why
	switch {
	case a.kind == array && b.kind == array:
		return r.equalRows(a, b)
	case a.kind == free || b.kind == free:
		if b.kind == free && (a.kind != free || a.from&ofRow != 0 && b.from&ofRow == 0) {
			a, b = b, a
		}
		if a.kind == b.kind && a.text == b.text {
			return boolean(true).because(why)
		}
		if b.kind == opaque || b.kind == array {
			return r.held("=", a, b).because(why)
		}
		v := r.decide(a.text+" = "+b.key(), meeting(a, b), a, b)
		if v.isTrue() {
			r.bound[a.text] = b.because(v.why)
		}
		return v.because(why)
	case a.kind == opaque || b.kind == opaque || a.kind == array || b.kind == array:
		return r.held("=", a, b).because(why)
	case a.kind == text && b.kind == text:
		return boolean(same(a.text, b.text)).because(why)
	case a.kind == token && b.kind == token:
		if a.text != b.text && a.from&b.from&ofContext != 0 {
			return r.decide(a.text+" = "+b.text, Unknown, a, b).because(why)
		}
		return boolean(a.text == b.text).because(why)
	}
	if a.kind == text {
		a, b = b, a
	}
	switch { // a token and a constant
	case a.text == "the role":
		return r.decide("the role is "+b.text, Role).because(why)
	case a.from&ofContext != 0:
		r.judge.grow(a.text, b.text)
		return boolean(false).because(why)
	case b.text == "" || a.from&theirs == 0, b.from&ofContext != 0: // what the context names is the caller's
		return boolean(false).because(why)
	}
	if is, ok := r.bound[a.text]; ok {
		return boolean(same(is.text, b.text)).because(why | is.why)
	}
	v := r.decide(a.text+" is '"+b.text+"'", Literal, a)
	if v.isTrue() {
		r.bound[a.text] = b.because(v.why)
	}
	return v.because(why)
}

// meeting says what it means that a free value is found equal to another one.
func meeting(a, b value) Kind {
	switch {
	case b.from&ofContext != 0:
		return Tie
	case a.from&ofLookup != 0 && b.from&(ofRow|theirs) != 0:
		return Link
	case (a.from|b.from)&ofLookup != 0:
		return Data
	}
	return Column
}

func (r *run) equalRows(a, b value) value {
	if len(a.list) != len(b.list) {
		return unknown("=", a, b)
	}
	var all []value
	for i := range a.list {
		all = append(all, r.equal(a.list[i], b.list[i]))
	}
	return r.and(all)
}

// strict is what operators make of NULL and errors.
func strict(vs ...value) (value, bool) {
	_, why := sources(vs...)
	for _, v := range vs {
		if v.kind == raised {
			return value{kind: raised, why: why}, true
		}
	}
	for _, v := range vs {
		if v.kind == null {
			return value{why: why}, true
		}
	}
	return value{}, false
}

func (r *run) notDistinct(a, b value) value {
	if a.kind == raised || b.kind == raised {
		return value{kind: raised}
	}
	x, y := r.isNull(a), r.isNull(b)
	switch {
	case x.isTrue() || y.isTrue():
		return boolean(x.isTrue() && y.isTrue()).because(x.why | y.why)
	}
	return r.equal(a, b).because(x.why | y.why)
}

func (r *run) nullIf(a, b value) value {
	eq := r.equal(a, b)
	switch {
	case eq.kind == raised:
		return eq
	case eq.isTrue():
		return value{why: eq.why}
	}
	return a.because(eq.why)
}

// anyOf is IN and = ANY, negated NOT IN and <> ALL.
func (r *run) anyOf(negated bool, a, list value) value {
	var v value
	switch list.kind {
	case array:
		var each []value
		for _, item := range list.list {
			each = append(each, r.equal(a, item))
		}
		if len(each) == 0 {
			v = boolean(false)
		} else {
			v = r.or(each)
		}
		v = v.because(list.why)
	case token: // an array that a setting names: it holds the caller's
		v = r.equal(a, list)
	default:
		v = r.held("= ANY", a, list)
	}
	if negated {
		return not(v)
	}
	return v
}

// held is a comparison of which nothing is known but what is compared.
func (r *run) held(op string, a, b value) value {
	if v, done := strict(a, b); done {
		return v
	}
	if to, ok := r.binding(a); ok {
		a = to
	}
	if to, ok := r.binding(b); ok {
		b = to
	}
	from, why := sources(a, b)
	key := a.key() + " " + op + " " + b.key()
	lookup := from&ofLookup != 0
	contains := strings.ContainsAny(op, "@?&") || op == "= ANY"
	k := Unknown
	switch {
	case !plain(a) || !plain(b):
	case from&theirs != 0 && from&ofContext != 0 && contains:
		k = Tie // the row's tenant is among the caller's
	case from&theirs != 0 && op != "=" && op != "= ANY":
		k = Pattern
	case from&ofRow != 0 && from&ofContext != 0 && contains:
		k = Tie
	case from&ofContext != 0:
	case lookup && from&ofRow == 0:
		k = Data
	case from&ofRow != 0 && !lookup && from&theirs == 0:
		k = Column
	}
	return r.decide(key, k, a, b).because(why)
}

// plain reports whether it is known what a value is, a text put together included.
func plain(v value) bool { return v.kind != opaque || v.from == 0 || strings.HasPrefix(v.text, "|| ") }

// like is LIKE and ILIKE.
func (r *run) like(op string, a, pattern value) value {
	if v, done := strict(a, pattern); done {
		return v
	}
	if pattern.kind == text && strings.Trim(pattern.text, "%") == "" && pattern.text != "" {
		return boolean(true).because(a.why | pattern.why)
	}
	if pattern.kind == text && !strings.ContainsAny(pattern.text, `%_\`) {
		return r.equal(a, pattern)
	}
	if pattern.kind == token && pattern.from&ofContext != 0 {
		// The caller's own tenant has nothing in it that a pattern could mean; another
		// value may.
		r.judge.grow(pattern.text, "%")
		return r.equal(a, pattern)
	}
	return r.held(strings.TrimPrefix(op, "!"), a, pattern)
}

func concat(a, b value) value {
	if v, done := strict(a, b); done {
		return v
	}
	if a.kind == text && b.kind == text {
		return constant(a.text + b.text).because(a.why | b.why)
	}
	return unknown("||", a, b)
}
