package request

import (
	"go/constant"
	"go/token"
	"regexp"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// A condition is a branch that was taken on the way to a place.
type condition struct {
	value ssa.Value
	truth bool
}

// conditions are those that hold in a block for sure, and on the edge from it
// to another one.
func conditions(b, to *ssa.BasicBlock) []condition {
	var out []condition
	if to != nil {
		if branch, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If); ok && b.Succs[0] != b.Succs[1] {
			out = append(out, condition{branch.Cond, b.Succs[0] == to})
		}
	}
	for d := b.Idom(); d != nil; d = d.Idom() {
		branch, ok := d.Instrs[len(d.Instrs)-1].(*ssa.If)
		if !ok {
			continue
		}
		for i, succ := range d.Succs {
			if len(succ.Preds) == 1 && succ.Dominates(b) {
				out = append(out, condition{branch.Cond, i == 0})
			}
		}
	}
	if mc := madeAt(b.Parent()); mc != nil && b.Parent().Parent() != nil {
		out = append(out, conditions(mc.Block(), nil)...)
	}
	return out
}

// trusting leaves out what has been checked by the time that a place is
// reached: what the caller was found to be entitled to is no longer what a
// request claims.
func (p *engine) trusting(origins []Origin, b, to *ssa.BasicBlock) []Origin {
	if p.raw || !undecided(origins) {
		return origins
	}
	var conds []condition
	var out []Origin
	for _, o := range origins {
		if o.Kind != Request && o.Kind != Param && o.Kind != Context {
			out = join(out, o)
			continue
		}
		if conds == nil {
			conds = conditions(b, to)
			p.budget -= len(conds)
		}
		if p.checked(conds, o) {
			o = Origin{Kind: Caller}
		}
		out = join(out, o)
	}
	return out
}

func undecided(origins []Origin) bool {
	for _, o := range origins {
		if o.Kind == Request || o.Kind == Param || o.Kind == Context {
			return true
		}
	}
	return false
}

// checked reports whether one of the conditions vouches for a value.
func (p *engine) checked(conds []condition, o Origin) bool {
	// What is compared is looked at as it is, whatever was checked before.
	busy := p.busy
	p.raw, p.busy = true, map[demand]bool{}
	defer func() { p.raw, p.busy = false, busy }()
	g := guard{engine: p, o: o, seen: map[ssa.Value]bool{}}
	for _, c := range conds {
		if g.holds(c.value, c.truth) {
			return true
		}
	}
	return false
}

// A guard looks for what vouches for one value.
type guard struct {
	*engine
	o    Origin
	seen map[ssa.Value]bool
}

// holds reports whether a condition with this outcome vouches for the value.
func (g *guard) holds(cond ssa.Value, truth bool) bool {
	switch v := cond.(type) {
	case *ssa.UnOp:
		switch v.Op {
		case token.NOT:
			return g.holds(v.X, !truth)
		case token.MUL:
			return g.flag(v, truth)
		}
	case *ssa.Phi:
		return g.joined(v, truth)
	case *ssa.Field:
		f := fieldOf(v.X.Type(), v.Field)
		return truth && f != nil && privileged.MatchString(f.Name())
	case *ssa.BinOp:
		return g.compared(v, truth)
	case *ssa.Call:
		return g.vouches(v)
	case *ssa.Extract:
		switch t := v.Tuple.(type) {
		case *ssa.Call:
			return g.vouches(t)
		case *ssa.Lookup:
			return truth && g.listed(t)
		}
	case *ssa.Lookup:
		return truth && g.listed(v)
	}
	return false
}

// privileged names what says that the caller works for all tenants. It only
// ever silences: who may do that may also name the tenant.
var privileged = regexp.MustCompile(`(?i)admin|super|staff|root|operator|support|internal|platform|system`)

// flag is a condition that stands in a variable or a field.
func (g *guard) flag(v *ssa.UnOp, truth bool) bool {
	if fa, ok := v.X.(*ssa.FieldAddr); ok {
		f := fieldOf(fa.X.Type(), fa.Field)
		return truth && f != nil && privileged.MatchString(f.Name())
	}
	alloc, ok := v.X.(*ssa.Alloc)
	if !ok || g.seen[alloc] || alloc.Referrers() == nil {
		return false
	}
	g.seen[alloc] = true
	stored, vouched := false, true
	for _, instr := range *alloc.Referrers() {
		if st, isStore := instr.(*ssa.Store); isStore && st.Addr == alloc {
			if c, isConst := st.Val.(*ssa.Const); isConst && isFalse(c) == truth {
				continue // the other outcome
			}
			stored = true
			vouched = vouched && (g.holds(st.Val, truth) || g.any(conditions(st.Block(), nil)))
		}
	}
	return stored && vouched
}

func (g *guard) any(conds []condition) bool {
	for _, c := range conds {
		if g.holds(c.value, c.truth) {
			return true
		}
	}
	return false
}

func isFalse(c *ssa.Const) bool {
	return c.Value != nil && c.Value.Kind() == constant.Bool && !constant.BoolVal(c.Value)
}

// joined is a condition that was decided on several ways: each that leads to
// this outcome must have vouched for the value.
func (g *guard) joined(v *ssa.Phi, truth bool) bool {
	if g.seen[v] {
		return true // around a loop: as it was decided before
	}
	g.seen[v] = true
	some := false
	for i, e := range v.Edges {
		if c, ok := e.(*ssa.Const); ok && isFalse(c) == truth {
			continue
		}
		some = true
		if !g.holds(e, truth) && !g.any(conditions(v.Block().Preds[i], v.Block())) {
			return false
		}
	}
	return some
}

// compared is a comparison.
func (g *guard) compared(v *ssa.BinOp, truth bool) bool {
	switch v.Op {
	case token.EQL, token.NEQ:
	case token.LSS, token.GTR, token.LEQ, token.GEQ:
		return g.tested(v.X) || g.tested(v.Y)
	default:
		return false
	}
	equals := (v.Op == token.EQL) == truth
	x, y := v.X, v.Y
	if _, ok := x.(*ssa.Const); ok {
		x, y = y, x
	}
	if c, ok := y.(*ssa.Const); ok {
		if text, isText := constString(c); isText && text != "" {
			// What equals a constant is that constant; and who has a role was
			// asked who he is. Only some roles say so of what stands beside them.
			return equals && (g.is(x) || g.identifies(x) && (!g.beside(x) || privileged.MatchString(text)))
		}
		return g.tested(x)
	}
	return equals && g.equal(x, y)
}

// equal reports whether it vouches for the value that two values are equal.
func (g *guard) equal(x, y ssa.Value) bool {
	return g.is(x) && g.independent(y) || g.is(y) && g.independent(x) || g.secretPair(x, y) || g.secretPair(y, x)
}

// is reports whether a value is, or is made of, the one that is to be vouched for.
func (g *guard) is(v ssa.Value) bool {
	for _, o := range g.trace(v, "", nil) {
		if o.same(g.o) {
			return true
		}
	}
	return false
}

// independent reports whether a value may come from somewhere else than the
// request and the program's constants.
func (g *guard) independent(v ssa.Value) bool {
	if _, ok := v.(*ssa.Const); ok {
		return false
	}
	for _, o := range g.trace(v, "", nil) {
		if o.Kind != Request && o.Kind != Program && !o.same(g.o) {
			return true
		}
	}
	return false
}

// identifies reports whether a value says who the caller is.
func (g *guard) identifies(v ssa.Value) bool {
	for _, o := range g.trace(v, "", nil) {
		if o.Kind == Caller || o.Kind == Context && !o.same(g.o) {
			return true
		}
	}
	return false
}

// beside reports whether a value is what a context carries together with the one that
// is to be vouched for, such as the plan of a tenant beside its name.
func (g *guard) beside(v ssa.Value) bool {
	return g.o.Kind == Context && slices.ContainsFunc(g.trace(v, "", nil), func(o Origin) bool { return o.Kind == Context && o.What == g.o.What })
}

// secretPair reports whether the sender has shown a secret of the service: it
// belongs to the program then, and may name the tenant.
func (g *guard) secretPair(sent, kept ssa.Value) bool {
	if _, ok := kept.(*ssa.Const); ok {
		return false
	}
	fromRequest := false
	for _, o := range g.trace(sent, "", nil) {
		fromRequest = fromRequest || o.Kind == Request
	}
	if !fromRequest {
		return false
	}
	for _, o := range g.trace(kept, "", nil) {
		if o.Kind != Program && o.Kind != Param {
			return false
		}
	}
	return true
}

// listed reports whether a map of what the caller may use has the value as key.
func (g *guard) listed(l *ssa.Lookup) bool { return g.is(l.Index) && g.independent(l.X) }
