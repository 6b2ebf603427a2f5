package sqltext

import (
	"go/constant"
	"go/token"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/sqlcheck"
)

// at resolves a value where it is used: a value that was compared with
// constants on the way there is one of them.
func (r *Resolver) at(v ssa.Value, b *ssa.BasicBlock) Text {
	return r.along(v, b, nil)
}

// along resolves a value on the edge between two blocks.
func (r *Resolver) along(v ssa.Value, b, to *ssa.BasicBlock) Text {
	if b == nil || isConst(v) {
		return r.Resolve(v)
	}
	if fn := parentOf(v); fn != nil && rootOf(fn) != rootOf(b.Parent()) {
		return r.foreign(r.Resolve(v))
	}
	root := origin(v)
	if isCompared(root) {
		c := check{r: r, root: root, seen: map[*ssa.BasicBlock]bool{}}
		if set, ok := c.onEdge(b, to); ok && len(set) > 0 {
			return oneOf(set)
		}
		return r.withoutEmpty(root, r.Resolve(v), b, to)
	}
	return r.Resolve(v)
}

// withoutEmpty leaves the empty alternative of a text out where the program
// has looked for it: a function that returns "" for what it doesn't know.
func (r *Resolver) withoutEmpty(root ssa.Value, t Text, b, to *ssa.BasicBlock) Text {
	isEmpty := func(tpl sqlcheck.Template) bool {
		text, isConst := tpl.Const()
		return isConst && text == ""
	}
	if len(t.Templates) < 2 || !slices.ContainsFunc(t.Templates, isEmpty) {
		return t
	}
	c := check{r: r, root: root, seen: map[*ssa.BasicBlock]bool{}}
	if !c.neverEmpty(b, to) {
		return t
	}
	t.Templates = slices.DeleteFunc(slices.Clone(t.Templates), isEmpty)
	return t
}

// neverEmpty reports whether every way to an edge shows that a text is not empty.
func (c *check) neverEmpty(b, to *ssa.BasicBlock) bool {
	if to != nil && len(b.Succs) == 2 && b.Succs[0] != b.Succs[1] {
		if cond, ok := endOf(b).(*ssa.If); ok {
			if op, isOp := cond.Cond.(*ssa.BinOp); isOp && (op.Op == token.NEQ) == (b.Succs[0] == to) && (op.Op == token.NEQ || op.Op == token.EQL) {
				x, y := op.X, op.Y
				if isConst(x) {
					x, y = y, x
				}
				if k, isC := y.(*ssa.Const); isC && origin(x) == c.root && k.Value != nil && k.Value.Kind() == constant.String && constString(k) == "" {
					return true
				}
			}
		}
	}
	if c.seen[b] {
		return true
	}
	if len(c.seen) > maxChecked || b.Index == 0 {
		return false
	}
	c.seen[b] = true
	if instr, ok := c.root.(ssa.Instruction); ok && instr.Block() == b {
		return false
	}
	return !slices.ContainsFunc(b.Preds, func(p *ssa.BasicBlock) bool { return !c.neverEmpty(p, b) })
}

// oneOf is one of several constants. Many single words are one hole: which of
// them it is, makes no other statement.
func oneOf(texts []string) Text {
	slices.Sort(texts)
	texts = slices.Compact(texts)
	words := !slices.ContainsFunc(texts, func(s string) bool { return strings.ContainsAny(s, " \t\n") })
	if len(texts) > maxEach || words && len(texts) > 4 {
		return holed(&sqlcheck.Hole{Trust: sqlcheck.Constant, Type: "string"})
	}
	t := Text{Each: len(texts) > maxAlternatives} // any of them may be sent
	for _, s := range texts {
		t.Templates = append(t.Templates, sqlcheck.Text(s))
	}
	return t
}

// isCompared reports whether a program compares a value with anything.
func isCompared(root ssa.Value) bool {
	if !isText(root.Type()) || root.Referrers() == nil {
		return false
	}
	return slices.ContainsFunc(*root.Referrers(), func(instr ssa.Instruction) bool {
		switch instr := instr.(type) {
		case *ssa.BinOp:
			return (instr.Op == token.EQL || instr.Op == token.NEQ) && (isConst(instr.X) || isConst(instr.Y))
		case *ssa.Lookup:
			return instr.Index == root
		case *ssa.Call:
			return !instr.Call.IsInvoke() && instr.Type().String() == "bool"
		case *ssa.Store: // a variable that a literal captures: compared through it
			return instr.Val == root
		}
		return false
	})
}

// A check finds out which constants a value can be at a place.
type check struct {
	r    *Resolver
	root ssa.Value
	seen map[*ssa.BasicBlock]bool
	deep int
}

// maxChecked bounds the blocks that are looked at.
const maxChecked = 256

// onEdge is the set at the end of a block, on the way to another one.
func (c *check) onEdge(b, to *ssa.BasicBlock) ([]string, bool) {
	if to != nil && len(b.Succs) == 2 && b.Succs[0] != b.Succs[1] {
		if cond, ok := endOf(b).(*ssa.If); ok {
			if set, ok := c.when(cond.Cond, b.Succs[0] == to); ok {
				return set, true
			}
		}
	}
	return c.in(b)
}

// in is the set in a block: what it is on any way into it.
func (c *check) in(b *ssa.BasicBlock) ([]string, bool) {
	if c.seen[b] {
		return nil, true // the way round a loop adds nothing
	}
	if len(c.seen) > maxChecked {
		return nil, false
	}
	c.seen[b] = true
	if instr, ok := c.root.(ssa.Instruction); ok && instr.Block() == b {
		return nil, false // here it is made: it may be anything
	}
	if b.Index == 0 {
		return c.outside(b.Parent())
	}
	var all []string
	for _, p := range b.Preds {
		set, ok := c.onEdge(p, b)
		if !ok {
			return nil, false
		}
		all = append(all, set...)
	}
	return all, true
}

// outside is the set where a literal is made.
func (c *check) outside(fn *ssa.Function) ([]string, bool) {
	if fn.Parent() == nil || parentOf(c.root) == fn || fn.Referrers() == nil {
		return nil, false
	}
	for _, instr := range *fn.Referrers() {
		if mc, ok := instr.(*ssa.MakeClosure); ok {
			return c.in(mc.Block())
		}
	}
	return nil, false
}

// when is the set that a condition leaves when it is true, or false.
func (c *check) when(cond ssa.Value, is bool) ([]string, bool) {
	switch cond := cond.(type) {
	case *ssa.UnOp:
		if cond.Op == token.NOT {
			return c.when(cond.X, !is)
		}
	case *ssa.BinOp:
		if cond.Op == token.EQL && is || cond.Op == token.NEQ && !is {
			for _, side := range [][2]ssa.Value{{cond.X, cond.Y}, {cond.Y, cond.X}} {
				if k, ok := side[1].(*ssa.Const); ok && origin(side[0]) == c.root && k.Value != nil && k.Value.Kind() == constant.String {
					return []string{constant.StringVal(k.Value)}, true
				}
			}
		}
	case *ssa.Lookup:
		if is && origin(cond.Index) == c.root {
			return c.keys(cond, true)
		}
	case *ssa.Extract:
		if look, ok := cond.Tuple.(*ssa.Lookup); ok && is && cond.Index == 1 && origin(look.Index) == c.root {
			return c.keys(look, false)
		}
	case *ssa.Call:
		if is {
			return c.call(cond)
		}
	}
	return nil, false
}

// keys are those of a map; only those that are true for a set of booleans.
func (c *check) keys(look *ssa.Lookup, onlyTrue bool) ([]string, bool) {
	entries, whole := c.r.entries(look.X)
	if !whole {
		return nil, false
	}
	var out []string
	for _, e := range entries {
		key, ok := e.key.(*ssa.Const)
		if !ok || key.Value == nil || key.Value.Kind() != constant.String {
			return nil, false
		}
		if val, isConst := e.val.(*ssa.Const); onlyTrue && isConst && val.Value != nil && val.Value.Kind() == constant.Bool && !constant.BoolVal(val.Value) {
			continue
		}
		out = append(out, constant.StringVal(key.Value))
	}
	return out, true
}

// call is the set that a function lets through: slices.Contains over
// constants, or a function of this package that compares.
func (c *check) call(call *ssa.Call) ([]string, bool) {
	fn := call.Call.StaticCallee()
	if fn == nil {
		return nil, false
	}
	args := call.Call.Args
	switch fullName(fn) {
	case "slices.Contains", "golang.org/x/exp/slices.Contains":
		if origin(args[1]) != c.root {
			return nil, false
		}
		var out []string
		for _, s := range c.r.list(args[0]) {
			if len(s.vals) == 0 {
				return nil, false
			}
			for _, v := range s.vals {
				if !isConst(v) {
					return nil, false
				}
				out = append(out, constString(v))
			}
		}
		return out, true
	}
	if fn.Package() != c.r.Pkg || len(fn.Blocks) == 0 || c.deep > 2 {
		return nil, false
	}
	i := slices.IndexFunc(args, func(a ssa.Value) bool { return origin(a) == c.root })
	if i < 0 || i >= len(fn.Params) {
		return nil, false
	}
	return c.passes(fn, fn.Params[i])
}

// passes is what a parameter may be where a function returns true.
func (c *check) passes(fn *ssa.Function, p *ssa.Parameter) ([]string, bool) {
	var out []string
	for _, b := range fn.Blocks {
		ret, ok := endOf(b).(*ssa.Return)
		if !ok || len(ret.Results) != 1 {
			continue
		}
		if k, isConst := ret.Results[0].(*ssa.Const); isConst && k.Value != nil && !constant.BoolVal(k.Value) {
			continue
		}
		inner := check{r: c.r, root: p, seen: map[*ssa.BasicBlock]bool{}, deep: c.deep + 1}
		set, known := inner.when(ret.Results[0], true)
		if !known {
			set, known = inner.in(b)
		}
		if !known {
			return nil, false
		}
		out = append(out, set...)
	}
	return out, len(out) > 0
}

// passed lists what the calls of a literal pass for a parameter, if the
// literal is only called where it is made.
func passed(p *ssa.Parameter) ([]argument, bool) {
	fn := p.Parent()
	i := slices.Index(fn.Params, p)
	if i < 0 || fn.Referrers() == nil {
		return nil, false
	}
	var out []argument
	var uses func(v ssa.Value, refs []ssa.Instruction) bool
	uses = func(v ssa.Value, refs []ssa.Instruction) bool {
		for _, instr := range refs {
			switch instr := instr.(type) {
			case *ssa.Call:
				if instr.Call.Value != v || slices.Contains(instr.Call.Args, v) || i >= len(instr.Call.Args) {
					return false
				}
				out = append(out, argument{instr.Call.Args[i], instr})
			case *ssa.MakeClosure:
				if instr.Fn != v { // captured by another literal
					return false
				}
				if !uses(instr, *instr.Referrers()) {
					return false
				}
			case *ssa.Store:
				if instr.Val != v {
					return false
				}
				loads, ok := loadsOf(instr.Addr)
				if !ok {
					return false
				}
				for _, l := range loads {
					if !uses(l, *l.Referrers()) {
						return false
					}
				}
			case *ssa.DebugRef:
			default:
				return false
			}
		}
		return true
	}
	ok := uses(fn, *fn.Referrers())
	return out, ok && len(out) > 0
}

// An argument is a value that a call passes.
type argument struct {
	value ssa.Value
	call  *ssa.Call
}

// loadsOf lists the reads of a variable that is assigned once, also in literals.
func loadsOf(addr ssa.Value) ([]*ssa.UnOp, bool) {
	alloc, ok := addr.(*ssa.Alloc)
	if !ok || onlyStored(alloc) == nil {
		return nil, false
	}
	var out []*ssa.UnOp
	var visit func(a ssa.Value)
	visit = func(a ssa.Value) {
		for _, instr := range *a.Referrers() {
			switch instr := instr.(type) {
			case *ssa.UnOp:
				out = append(out, instr)
			case *ssa.MakeClosure:
				for i, b := range instr.Bindings {
					if b == a {
						visit(instr.Fn.(*ssa.Function).FreeVars[i])
					}
				}
			}
		}
	}
	visit(alloc)
	return out, true
}
