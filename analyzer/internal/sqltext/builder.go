package sqltext

import (
	"go/constant"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/lazyssa"
	"github.com/tenantvet/tenantvet/sqlcheck"
)

// built resolves b.String(): what is written to the builder before it, on each path.
func (r *Resolver) built(v *ssa.Call) Text {
	b := builderOf(v.Call.Args[0])
	if b == nil || !followed(b) {
		t := r.hole(v)
		t.Cause = "text from a builder that is kept elsewhere"
		return t
	}
	return r.before(cell{addr: b, builder: true}, v)
}

// builderOf returns the builder that a value is: where it is made, or the
// parameter or captured variable by which a function has it.
func builderOf(v ssa.Value) ssa.Value {
	for range 8 {
		switch x := v.(type) {
		case *ssa.Alloc:
			if isBuilder(elemOf(x.Type())) {
				return x
			}
			return nil
		case *ssa.Parameter:
			return x
		case *ssa.FreeVar:
			if isBuilder(elemOf(x.Type())) {
				return x // captured by address
			}
			v = lazyssa.Captured(x)
		case *ssa.MakeInterface:
			v = x.X
		case *ssa.ChangeInterface:
			v = x.X
		case *ssa.UnOp:
			if only := onlyStored(x.X); only != nil {
				v = only // a variable that holds the pointer
				continue
			}
			return nil
		case *ssa.Call:
			if fn := x.Call.StaticCallee(); fn != nil {
				switch fullName(fn) {
				case "bytes.NewBufferString", "bytes.NewBuffer":
					return x
				}
			}
			return nil
		default:
			return nil
		}
	}
	return nil
}

func isBuilder(t types.Type) bool {
	switch types.TypeString(t, nil) {
	case "strings.Builder", "bytes.Buffer":
		return true
	}
	return false
}

func elemOf(t types.Type) types.Type {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		return p.Elem()
	}
	return t
}

// followed reports whether all uses of a builder are seen: it is not kept in a
// field, returned, or sent away.
func followed(b ssa.Value) bool {
	if b.Referrers() == nil {
		return true
	}
	for _, instr := range *b.Referrers() {
		switch instr := instr.(type) {
		case *ssa.Call, *ssa.DebugRef, *ssa.MakeClosure, *ssa.FieldAddr, *ssa.UnOp, *ssa.Defer:
		case *ssa.MakeInterface:
			if !followed(instr) {
				return false
			}
		case *ssa.Store:
			if instr.Val == b {
				if alloc, ok := instr.Addr.(*ssa.Alloc); !ok || onlyStored(alloc) == nil {
					return false
				}
			}
		default:
			return false
		}
	}
	return true
}

// writers are the calls that add to a strings.Builder or bytes.Buffer, with the
// argument that holds what they add, the receiver counted.
var writers = map[string]int{
	"(*strings.Builder).WriteString": 1,
	"(*bytes.Buffer).WriteString":    1,
	"(*strings.Builder).Write":       1,
	"(*bytes.Buffer).Write":          1,
	"(*strings.Builder).WriteByte":   1,
	"(*strings.Builder).WriteRune":   1,
	"(*bytes.Buffer).WriteByte":      1,
	"(*bytes.Buffer).WriteRune":      1,
	"io.WriteString":                 1,
}

// readers leave a builder as it is.
var readers = []string{
	"(*strings.Builder).String", "(*strings.Builder).Len", "(*strings.Builder).Cap", "(*strings.Builder).Grow",
	"(*bytes.Buffer).String", "(*bytes.Buffer).Bytes", "(*bytes.Buffer).Len", "(*bytes.Buffer).Cap", "(*bytes.Buffer).Grow",
}

// written says what a call does to the content of a builder, if anything.
func (r *Resolver) written(c cell, call *ssa.Call) (func(before Text) Text, bool) {
	args, b := call.Call.Args, call.Block()
	add := func(t Text) (func(Text) Text, bool) {
		return func(before Text) Text { return r.concat(before, t) }, true
	}
	fn := calledFunction(call.Call.Value)
	at := slices.IndexFunc(args, func(a ssa.Value) bool { return c.is(a) })
	if at < 0 && !call.Call.IsInvoke() {
		return r.writtenByLiteral(c, call, fn)
	}
	if call.Call.IsInvoke() {
		if !c.is(call.Call.Value) && at < 0 {
			return nil, false
		}
		if c.is(call.Call.Value) && (call.Call.Method.Name() == "Write" || call.Call.Method.Name() == "WriteString") && len(args) == 1 {
			return add(r.at(args[0], b))
		}
		return add(fragment(sqlcheck.Free, "text written by "+calleeName(&call.Call)))
	}
	if fn == nil {
		return add(fragment(sqlcheck.Free, "text written by a function value"))
	}
	name := fullName(fn)
	if arg, ok := writers[name]; ok && at == 0 {
		if n, isConst := args[arg].(*ssa.Const); isConst && n.Value != nil && n.Value.Kind() == constant.Int {
			return add(plain(string(rune(n.Int64()))))
		}
		return add(r.operand(args[arg], b))
	}
	if slices.Contains(readers, name) {
		return nil, false
	}
	switch name {
	case templateExecute:
		if at == 1 {
			return add(r.executed(args[0], nil, b))
		}
	case templateExecuteNamed:
		if at == 1 {
			return add(r.executed(args[0], args[2], b))
		}
	case "fmt.Fprintf":
		return add(r.sprintf(args[1], args[2], b))
	case "fmt.Fprint", "fmt.Fprintln":
		return add(r.sprint(args[1], b, name == "fmt.Fprintln"))
	case "(*strings.Builder).Reset", "(*bytes.Buffer).Reset":
		return func(Text) Text { return plain("") }, true
	case "(*bytes.Buffer).Truncate":
		if isZero(args[1]) {
			return func(Text) Text { return plain("") }, true
		}
		if n, ok := lessThanBuilder(args[1], c); ok {
			return func(before Text) Text {
				return edges(before, func(s string) string { return s }, func(s string) string { return s[:max(0, len(s)-int(n))] })
			}, true
		}
	}
	if fn.Package() == r.Pkg && len(fn.Blocks) > 0 && at < len(fn.Params) {
		return add(r.byHelper(call, fn, fn.Params[at]))
	}
	return add(fragment(sqlcheck.Free, "text written by "+calleeName(&call.Call)))
}

// is reports whether a value is the builder.
func (c cell) is(v ssa.Value) bool {
	if _, isConst := v.(*ssa.Const); isConst {
		return false
	}
	switch v.Type().Underlying().(type) {
	case *types.Pointer, *types.Interface:
		return builderOf(v) == c.addr
	}
	return false
}

// writtenByLiteral: a literal that captures the builder may write to it when
// it is called, or handed to something that calls it.
func (r *Resolver) writtenByLiteral(c cell, call *ssa.Call, fn *ssa.Function) (func(Text) Text, bool) {
	if fn != nil {
		if fv := c.capturedBy(fn); fv != nil {
			t := r.byHelper(call, fn, fv)
			return func(before Text) Text { return r.concat(before, t) }, true
		}
	}
	for _, a := range call.Call.Args {
		if _, isFunc := a.Type().Underlying().(*types.Signature); !isFunc {
			continue
		}
		if lit := calledFunction(a); lit != nil {
			if fv := c.capturedBy(lit); fv != nil && writes(fv) {
				t := fragment(sqlcheck.Free, "text written by a callback")
				return func(before Text) Text { return r.concat(before, t) }, true
			}
		}
	}
	return nil, false
}

// capturedBy is the variable by which a literal has the builder, or nil.
func (c cell) capturedBy(fn *ssa.Function) *ssa.FreeVar {
	for _, fv := range fn.FreeVars {
		if isBuilder(elemOf(fv.Type())) && lazyssa.Captured(fv) == c.addr {
			return fv
		}
	}
	return nil
}

// writes reports whether a literal does more with a builder than to read it.
func writes(fv *ssa.FreeVar) bool {
	return slices.ContainsFunc(*fv.Referrers(), func(instr ssa.Instruction) bool {
		call, ok := instr.(*ssa.Call)
		return !ok || call.Call.StaticCallee() == nil || !slices.Contains(readers, fullName(call.Call.StaticCallee()))
	})
}

// helped stands for what a function of this package adds to a builder.
type helped struct {
	fn *ssa.Function
	b  ssa.Value
}

// byHelper resolves what a function adds to the builder that it is called with.
func (r *Resolver) byHelper(call *ssa.Call, fn *ssa.Function, b ssa.Value) Text {
	if !followed(b) {
		return fragment(sqlcheck.Free, "text written by "+calleeName(&call.Call))
	}
	t := r.once(helped{fn, b}, func() Text {
		var t Text
		for _, block := range fn.Blocks {
			if ret, ok := endOf(block).(*ssa.Return); ok {
				t = r.union(t, r.before(cell{addr: b, builder: true, helper: true}, ret))
			}
		}
		return t
	})
	return r.bind(t, argumentOf(call, fn), call.Block())
}

// lessThanBuilder recognises b.Len() - n.
func lessThanBuilder(v ssa.Value, c cell) (int64, bool) {
	op, ok := v.(*ssa.BinOp)
	if !ok || op.Op.String() != "-" {
		return 0, false
	}
	length, ok := op.X.(*ssa.Call)
	if !ok || len(length.Call.Args) != 1 || !c.is(length.Call.Args[0]) {
		return 0, false
	}
	return constInt(op.Y)
}
