package scope

import (
	"go/constant"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/fullname"
)

// Whether a value is its type's zero: what branches say about it, and what the call
// says that makes it.

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
