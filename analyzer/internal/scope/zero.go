package scope

import (
	"go/constant"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/fullname"
	"github.com/tenantvet/tenantvet/analyzer/internal/lazyssa"
)

// Whether a value is its type's zero: what branches say about it, and what the call
// says that makes it.

// zeroTest is the value of which a condition says whether it is zero: `tenant != ""`,
// `len(roles) == 0`, `id == uuid.Nil`, or a flag.
func zeroTest(cond ssa.Value, holds bool) (v ssa.Value, nonZero, ok bool) {
	switch c := cond.(type) {
	case *ssa.UnOp:
		if c.Op == token.NOT {
			return zeroTest(c.X, !holds)
		}
	case *ssa.BinOp:
		x, y, op := c.X, c.Y, c.Op
		if _, isConst := x.(*ssa.Const); isConst || isNone(x) {
			x, y, op = y, x, mirrored(op)
		}
		if of := lengthOf(x); of != nil {
			nonZero, ok = comparedSize(op, y)
			return of, nonZero == holds, ok
		}
		switch {
		case op != token.EQL && op != token.NEQ:
			return nil, false, false
		case isNone(y):
			return x, holds == (op == token.NEQ), true
		case isTrue(y):
			return x, holds == (op == token.EQL), true
		}
		return nil, false, false
	}
	b, isBasic := cond.Type().Underlying().(*types.Basic)
	return cond, holds, isBasic && b.Info()&types.IsBoolean != 0
}

// mirrored is a comparison with its sides exchanged.
func mirrored(op token.Token) token.Token {
	switch op {
	case token.LSS:
		return token.GTR
	case token.GTR:
		return token.LSS
	case token.LEQ:
		return token.GEQ
	case token.GEQ:
		return token.LEQ
	}
	return op
}

// comparedSize says whether a length is not zero where a comparison with a constant
// holds; ok is false where that doesn't follow from it, or from its opposite.
func comparedSize(op token.Token, with ssa.Value) (nonZero, ok bool) {
	c, isConst := with.(*ssa.Const)
	if !isConst || c.Value == nil {
		return false, false
	}
	switch n := c.Int64(); {
	case n == 0 && (op == token.GTR || op == token.NEQ), n == 1 && op == token.GEQ:
		return true, true
	case n == 0 && (op == token.LEQ || op == token.EQL), n == 1 && op == token.LSS:
		return false, true
	}
	return false, false
}

// lengthOf is what len is called on, nil for other values.
func lengthOf(v ssa.Value) ssa.Value {
	call, ok := v.(*ssa.Call)
	if !ok {
		return nil
	}
	if b, ok := call.Call.Value.(*ssa.Builtin); ok && b.Name() == "len" {
		return call.Call.Args[0]
	}
	return nil
}

// isNone reports whether a value is surely the zero of its type: a constant, or a
// package's Nil, as of uuid.
func isNone(v ssa.Value) bool {
	c, ok := v.(*ssa.Const)
	if !ok {
		return isZero(v)
	}
	if c.Value == nil {
		return true
	}
	switch c.Value.Kind() {
	case constant.Bool:
		return !constant.BoolVal(c.Value)
	case constant.String:
		return constant.StringVal(c.Value) == ""
	case constant.Int, constant.Float:
		return constant.Sign(c.Value) == 0
	}
	return false
}

func isTrue(v ssa.Value) bool {
	c, ok := v.(*ssa.Const)
	return ok && c.Value != nil && c.Value.Kind() == constant.Bool && constant.BoolVal(c.Value)
}

func isLoad(v ssa.Value) bool {
	op, ok := v.(*ssa.UnOp)
	return ok && op.Op == token.MUL
}

// known says what is known of a value.
type known uint8

const (
	nothingKnown known = iota
	surelyZero
	surelyNot
	// looked: the program has looked whether it got the value, `id, err := ..`, but
	// what it is then is not known.
	looked
)

// zero says what is known of a value in a block.
func (f *frame) zero(v ssa.Value, b *ssa.BasicBlock) known { return f.zeroWithin(v, b, 0) }

func (f *frame) zeroWithin(v ssa.Value, b *ssa.BasicBlock, depth int) known {
	if depth > maxDepth {
		return nothingKnown
	}
	v = single(v)
	if f.stands[v] {
		return looked
	}
	switch v := v.(type) {
	case *ssa.Const:
		if isNone(v) {
			return surelyZero
		}
		return surelyNot
	case *ssa.Alloc, *ssa.FieldAddr, *ssa.IndexAddr, *ssa.MakeClosure, *ssa.Function, *ssa.Global:
		return surelyNot // an address
	case *ssa.Phi:
		return f.zeroOfAny(v, depth)
	case *ssa.BinOp:
		if v.Op == token.ADD && isString(v.Type()) && (f.zeroWithin(v.X, b, depth+1) == surelyNot || f.zeroWithin(v.Y, b, depth+1) == surelyNot) {
			return surelyNot
		}
	case *ssa.UnOp:
		if isZero(v) {
			return surelyZero
		}
	case *ssa.Call:
		if makesText(v) {
			return surelyNot
		}
	}
	if k := f.toldOf(v, b, nil); k != nothingKnown {
		return k
	}
	if ex, ok := v.(*ssa.Extract); ok && ex.Index == 0 && f.succeeded(ex, b) {
		if k := f.zeroReturned(ex.Tuple, depth); k == surelyNot {
			return k
		}
		return looked
	}
	return nothingKnown
}

// zeroOfAny says what is known of each value that meets in a phi.
func (f *frame) zeroOfAny(v *ssa.Phi, depth int) known {
	var all known
	for i, e := range v.Edges {
		from := v.Block().Preds[i]
		k := f.toldOf(single(e), from, v.Block())
		if k == nothingKnown {
			k = f.zeroWithin(e, from, depth+1)
		}
		if i > 0 && k != all {
			return nothingKnown
		}
		all = k
	}
	return all
}

func isString(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsString != 0
}

// makesText reports whether a call returns a text that is never empty.
func makesText(call *ssa.Call) bool {
	static := call.Call.StaticCallee()
	if static == nil {
		return false
	}
	fn := declared(static)
	if fullname.Is(fn, "fmt.Sprintf") {
		c, ok := call.Call.Args[0].(*ssa.Const)
		return ok && c.Value != nil && saysMore(constant.StringVal(c.Value))
	}
	return fullname.Is(fn, "strconv.Itoa", "strconv.FormatInt", "strconv.FormatUint",
		"github.com/google/uuid.NewString", "(github.com/google/uuid.UUID).String", "(github.com/gofrs/uuid.UUID).String", "(github.com/gofrs/uuid/v5.UUID).String")
}

// saysMore reports whether a format has text beside its verbs.
func saysMore(format string) bool { return format != "" && !strings.HasPrefix(format, "%") }

// branches calls visit with the conditions that hold in a block for sure, and on the
// edge from it to another one, until it returns false.
func branches(b, to *ssa.BasicBlock, visit func(cond ssa.Value, holds bool) bool) {
	if to != nil {
		if branch, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If); ok && b.Succs[0] != b.Succs[1] && !visit(branch.Cond, b.Succs[0] == to) {
			return
		}
	}
	for d := b; d != nil; d = d.Idom() {
		if len(d.Preds) != 1 {
			continue
		}
		p := d.Preds[0]
		if branch, ok := p.Instrs[len(p.Instrs)-1].(*ssa.If); ok && p.Succs[0] != p.Succs[1] && !visit(branch.Cond, p.Succs[0] == d) {
			return
		}
	}
	// A literal runs where it was made, or later.
	if fn := b.Parent(); fn.Parent() != nil && fn.Referrers() != nil {
		for _, use := range *fn.Referrers() {
			if mc, ok := use.(*ssa.MakeClosure); ok && mc.Fn == fn {
				branches(mc.Block(), nil, visit)
				return
			}
		}
	}
}

// toldOf is what branches say about a value.
func (f *frame) toldOf(v ssa.Value, b, to *ssa.BasicBlock) known {
	out := nothingKnown
	branches(b, to, func(cond ssa.Value, holds bool) bool {
		of, nonZero, ok := zeroTest(cond, holds)
		switch {
		case !ok:
		case sameRead(of, v, 0):
			if out = surelyZero; nonZero {
				out = surelyNot
			}
		case nonZero && sameRead(trimmed(of), v, 0):
			out = surelyNot
		}
		return out == nothingKnown
	})
	return out
}

// trimmed is what strings.TrimSpace is called on: if anything is left of it, it was
// not empty.
func trimmed(v ssa.Value) ssa.Value {
	if call, ok := single(v).(*ssa.Call); ok && call.Call.StaticCallee() != nil && fullname.Is(declared(call.Call.StaticCallee()), "strings.TrimSpace") {
		return call.Call.Args[0]
	}
	return nil
}

// sameRead reports whether two values are the same, or the same field, or element, of
// the same.
func sameRead(a, b ssa.Value, depth int) bool {
	if a == nil || b == nil || depth > maxPath {
		return false
	}
	a, b = single(a), single(b)
	if sameValue(a, b, 0) {
		return true
	}
	switch x := a.(type) {
	case *ssa.UnOp:
		y, ok := b.(*ssa.UnOp)
		return ok && isLoad(x) && isLoad(y) && !isVariable(x.X) && sameRead(x.X, y.X, depth+1)
	case *ssa.FieldAddr:
		y, ok := b.(*ssa.FieldAddr)
		return ok && x.Field == y.Field && sameRead(x.X, y.X, depth+1)
	case *ssa.Field:
		y, ok := b.(*ssa.Field)
		return ok && x.Field == y.Field && sameRead(x.X, y.X, depth+1)
	}
	return false
}

// succeeded reports whether a block is reached only if the call, or the question, that
// a value comes from went well: its error is nil, or its flag set.
func (f *frame) succeeded(v *ssa.Extract, b *ssa.BasicBlock) bool {
	found := false
	branches(b, nil, func(cond ssa.Value, holds bool) bool {
		of, nonZero, ok := zeroTest(cond, holds)
		if !ok {
			return true
		}
		if ex, isExtract := single(of).(*ssa.Extract); isExtract && ex.Tuple == v.Tuple && ex != v {
			found = nonZero != isError(ex.Type())
		}
		return !found
	})
	return found
}

// zeroReturned says what is known of the first result of a call, wherever the called
// function of this package returns without error, or with a flag that is set.
func (f *frame) zeroReturned(tuple ssa.Value, depth int) known {
	call, ok := tuple.(*ssa.Call)
	if !ok || call.Call.StaticCallee() == nil {
		return nothingKnown
	}
	fn := call.Call.StaticCallee()
	if fn.Pkg != f.fn.Pkg || len(fn.Blocks) == 0 || depth > 2 {
		return nothingKnown
	}
	g, all := f.symbolicFrame(fn), nothingKnown
	for _, b := range fn.Blocks {
		ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return)
		if !ok || len(ret.Results) < 2 {
			continue
		}
		last := ret.Results[len(ret.Results)-1]
		if isError(last.Type()) && (failing(last, newEnv()) || g.toldOf(single(last), b, nil) == surelyNot) || isFalse(last) {
			continue
		}
		k := g.zeroWithin(ret.Results[0], b, depth+1)
		if k != surelyNot {
			return nothingKnown
		}
		all = k
	}
	return all
}

// single follows a value through conversions, and variables that get one value only,
// where they are declared.
func single(v ssa.Value) ssa.Value {
	for range maxDepth {
		v = plain(v)
		at := v
		if isLoad(v) {
			at = v.(*ssa.UnOp).X
		}
		if fv, ok := at.(*ssa.FreeVar); ok {
			if at = captured(fv); at == nil {
				return v
			}
		}
		alloc, isVariable := at.(*ssa.Alloc)
		switch {
		case at == v:
			return v
		case isVariable && isLoad(v):
			only := onlyValue(alloc)
			if only == nil {
				return v
			}
			v = only
		case isLoad(v):
			return v
		default:
			v = at // captured by value
		}
	}
	return v
}

// captured is what a free variable is bound to where it is declared, nil if that is not
// known.
func captured(fv *ssa.FreeVar) ssa.Value {
	var v ssa.Value = fv
	for range maxDepth {
		in, ok := v.(*ssa.FreeVar)
		if !ok {
			return v
		}
		if v = lazyssa.Captured(in); v == nil {
			return nil
		}
	}
	return nil
}

// onlyValue is the one value that a variable gets, where it is declared; nil if it gets
// others.
func onlyValue(alloc *ssa.Alloc) ssa.Value {
	vals, whole := lazyssa.Stored(alloc)
	if len(vals) != 1 || !whole {
		return nil
	}
	for _, use := range *alloc.Referrers() {
		if st, ok := use.(*ssa.Store); ok && st.Addr == alloc && st.Block() == alloc.Block() {
			return st.Val
		}
	}
	return nil
}
