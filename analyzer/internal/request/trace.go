package request

import (
	"go/constant"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/lazyssa"
)

// A demand is a value, or a part of one, whose origins are asked for. Pointers
// and what they point to are one thing.
type demand struct {
	v    ssa.Value
	path string
	at   ssa.Instruction // where it is used, as far as that matters
	raw  bool            // whatever was checked
}

// maxDepth bounds how far values are followed within a package.
const maxDepth = 60

var opaque = []Origin{{Kind: Opaque}}

// trace finds where a value comes from: on every path to where it is used.
func (p *engine) trace(v ssa.Value, path string, at ssa.Instruction) []Origin {
	d := demand{v, path, at, p.raw}
	if p.busy[d] {
		p.cut++
		return nil // around a loop nothing new comes in
	}
	if out, ok := p.traceMemo[d]; ok {
		return out
	}
	if p.depth > maxDepth || p.budget < 0 || strings.Count(path, ".") > maxPath {
		p.cut++
		return opaque
	}
	p.budget--
	p.depth++
	p.busy[d] = true
	cut := p.cut
	out := p.traced(v, path, at)
	p.depth--
	delete(p.busy, d)
	if p.cut == cut { // it does not depend on what was asked for around it
		p.traceMemo[d] = out
	}
	return out
}

// maxPath bounds the fields within fields that are told apart.
const maxPath = 4

func (p *engine) traced(v ssa.Value, path string, at ssa.Instruction) []Origin {
	switch v := v.(type) {
	case *ssa.Const, *ssa.Global, *ssa.Function:
		return []Origin{{Kind: Program}}
	case *ssa.Parameter:
		if v.Parent().Parent() != nil {
			return opaque // of a literal: whoever calls it
		}
		return []Origin{{Kind: Param, Param: paramIndex(v), Path: path}}
	case *ssa.FreeVar:
		return p.captured(v, path)
	case *ssa.Alloc:
		return p.content(v, path, at)
	case *ssa.Phi:
		var out []Origin
		for i, e := range v.Edges {
			pred := v.Block().Preds[i]
			out = join(out, p.trusting(p.trace(e, path, at), pred, v.Block())...)
		}
		return out
	case *ssa.Extract:
		return p.extracted(v, path, at)
	case *ssa.Call:
		return p.result(v, 0, path)
	case *ssa.Convert, *ssa.ChangeType, *ssa.MakeInterface, *ssa.ChangeInterface, *ssa.SliceToArrayPointer, *ssa.MultiConvert, *ssa.TypeAssert, *ssa.Slice:
		return p.trace(operand(v), path, at)
	case *ssa.Field:
		return p.field(v.X, fieldOf(v.X.Type(), v.Field), path, v, at)
	case *ssa.FieldAddr, *ssa.IndexAddr:
		return p.pointee(v, path, at)
	case *ssa.Index:
		return p.trace(v.X, path, at)
	case *ssa.Lookup:
		return p.entryOf(v, path, at)
	case *ssa.UnOp:
		switch v.Op.String() {
		case "*":
			return p.pointee(v.X, path, v)
		case "<-":
			return opaque
		}
		return p.trace(v.X, path, at)
	case *ssa.BinOp:
		if v.Op.String() == "+" {
			return join(p.trace(v.X, path, at), p.trace(v.Y, path, at)...)
		}
	case *ssa.MakeMap, *ssa.MakeSlice:
		return p.elements(v, path)
	}
	return opaque
}

// operand is what a conversion converts.
func operand(v ssa.Value) ssa.Value {
	switch v := v.(type) {
	case *ssa.Convert:
		return v.X
	case *ssa.ChangeType:
		return v.X
	case *ssa.MakeInterface:
		return v.X
	case *ssa.ChangeInterface:
		return v.X
	case *ssa.SliceToArrayPointer:
		return v.X
	case *ssa.MultiConvert:
		return v.X
	case *ssa.TypeAssert:
		return v.X
	case *ssa.Slice:
		return v.X
	}
	return nil
}

// extracted is one of several results.
func (p *engine) extracted(v *ssa.Extract, path string, at ssa.Instruction) []Origin {
	switch t := v.Tuple.(type) {
	case *ssa.Call:
		return p.result(t, v.Index, path)
	case *ssa.TypeAssert:
		if v.Index == 0 {
			return p.trace(t.X, path, at)
		}
	case *ssa.Lookup:
		if v.Index == 0 {
			return p.entryOf(t, path, at)
		}
	case *ssa.Next:
		if r, ok := t.Iter.(*ssa.Range); ok && v.Index > 0 {
			return p.trace(r.X, path, at)
		}
	}
	return opaque
}

// captured is what a literal's variable is bound to.
func (p *engine) captured(v *ssa.FreeVar, path string) []Origin {
	b := lazyssa.Captured(v)
	if b == nil {
		return opaque
	}
	origins := p.trace(b, path, nil)
	if made := madeAt(v.Parent()); made != nil {
		origins = p.trusting(origins, made.Block(), nil)
	}
	return origins
}

// madeAt is where a literal is made.
func madeAt(fn *ssa.Function) *ssa.MakeClosure {
	if fn.Referrers() == nil {
		return nil
	}
	for _, instr := range *fn.Referrers() {
		if mc, ok := instr.(*ssa.MakeClosure); ok && mc.Fn == fn {
			return mc
		}
	}
	return nil
}

// pointee is what an address leads to.
func (p *engine) pointee(addr ssa.Value, path string, at ssa.Instruction) []Origin {
	switch addr := addr.(type) {
	case *ssa.FieldAddr:
		return p.field(addr.X, fieldOf(addr.X.Type(), addr.Field), path, addr, at)
	case *ssa.IndexAddr:
		return p.trace(addr.X, path, at)
	}
	return p.trace(addr, path, at)
}

// field is a field of what a value is or points to.
func (p *engine) field(x ssa.Value, f *types.Var, path string, v ssa.Value, at ssa.Instruction) []Origin {
	if f == nil {
		return opaque
	}
	if kind := p.apis.fieldKind(x.Type(), f); kind != "" {
		return []Origin{p.read(kind, "", v.Pos())}
	}
	return p.trace(x, "."+f.Name()+path, at)
}

func fieldOf(t types.Type, i int) *types.Var {
	if ptr, ok := types.Unalias(t).Underlying().(*types.Pointer); ok {
		t = ptr.Elem()
	}
	st, ok := t.Underlying().(*types.Struct)
	if !ok || i >= st.NumFields() {
		return nil
	}
	return st.Field(i)
}

// elements are what is stored in a map or slice that the function makes.
func (p *engine) elements(v ssa.Value, path string) []Origin {
	var out []Origin
	for _, instr := range *v.Referrers() {
		switch instr := instr.(type) {
		case *ssa.MapUpdate:
			if instr.Map == v {
				out = join(out, p.trusting(p.trace(instr.Value, path, instr), instr.Block(), nil)...)
			}
		case *ssa.IndexAddr:
			for _, use := range *instr.Referrers() {
				if st, ok := use.(*ssa.Store); ok && st.Addr == instr {
					out = join(out, p.trusting(p.trace(st.Val, path, st), st.Block(), nil)...)
				}
			}
		}
	}
	if out == nil {
		return opaque
	}
	return out
}

// entryOf is an entry of a map. What something picks out of what isn't the
// request's is nobody's word.
func (p *engine) entryOf(l *ssa.Lookup, path string, at ssa.Instruction) []Origin {
	origins := named(p.trace(l.X, path, at), l.Index)
	if _, ok := l.Index.(*ssa.Const); ok {
		return origins
	}
	var out []Origin
	for _, o := range origins {
		if o.Kind != Request {
			o = Origin{Kind: Opaque}
		}
		out = join(out, o)
	}
	return out
}

// named gives what comes from a request its name, where a constant says it.
func named(origins []Origin, name ssa.Value) []Origin {
	text, ok := constString(name)
	if !ok {
		return origins
	}
	var out []Origin
	for _, o := range origins {
		if o.Kind == Request && o.Name == "" {
			o.Name = text
		}
		out = join(out, o)
	}
	return out
}

func constString(v ssa.Value) (string, bool) {
	if mi, ok := v.(*ssa.MakeInterface); ok {
		v = mi.X
	}
	c, ok := v.(*ssa.Const)
	if !ok || c.Value == nil || c.Value.Kind() != constant.String {
		return "", false
	}
	return constant.StringVal(c.Value), true
}

func paramIndex(v *ssa.Parameter) int {
	for i, param := range v.Parent().Params {
		if param == v {
			return i
		}
	}
	return -1
}
