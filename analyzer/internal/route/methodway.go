package route

import (
	"go/constant"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/interceptor"
)

// A method is the name of one, or what it begins or ends with, or one that nothing
// names.
type method struct {
	text                  string
	prefix, suffix, other bool
}

// Names are compared with others: true, false, or it depends.
func (m method) is(text string) (bool, bool) {
	switch {
	case m.other:
		return false, true
	case m.prefix && strings.HasPrefix(text, m.text), m.suffix && strings.HasSuffix(text, m.text):
		return false, false
	}
	return !m.prefix && !m.suffix && m.text == text, true
}

func (m method) begins(text string) (bool, bool) {
	switch {
	case m.other:
		return false, true
	case m.suffix, m.prefix && len(text) > len(m.text) && strings.HasPrefix(text, m.text):
		return false, false
	}
	return strings.HasPrefix(m.text, text), true
}

func (m method) ends(text string) (bool, bool) {
	switch {
	case m.other:
		return false, true
	case m.prefix, m.suffix && len(text) > len(m.text) && strings.HasSuffix(text, m.text):
		return false, false
	}
	return strings.HasSuffix(m.text, text), true
}

// A way is that of a call through a function, by the name of its method.
type way struct {
	*engine
	method method
	record *[]string // names that it was compared with
	// named are the parameters that are the method's name.
	named map[*ssa.Parameter]bool
	edges map[[2]*ssa.BasicBlock]bool
	depth int
}

// through finds the blocks that it comes to.
func (w *way) through(fn *ssa.Function) map[*ssa.BasicBlock]bool {
	reached := map[*ssa.BasicBlock]bool{}
	if len(fn.Blocks) == 0 {
		return reached
	}
	w.edges = map[[2]*ssa.BasicBlock]bool{}
	reached[fn.Blocks[0]] = true
	for changed := true; changed; {
		changed = false
		for _, b := range fn.Blocks {
			if !reached[b] {
				continue
			}
			succs := b.Succs
			if branch, ok := last(b).(*ssa.If); ok {
				if val, known := w.truth(branch.Cond); known {
					succs = b.Succs[1:]
					if val {
						succs = b.Succs[:1]
					}
				}
			}
			for _, to := range succs {
				if !w.edges[[2]*ssa.BasicBlock{b, to}] {
					w.edges[[2]*ssa.BasicBlock{b, to}], reached[to], changed = true, true, true
				}
			}
		}
	}
	return reached
}

// truth decides a condition, if the method's name does.
func (w *way) truth(v ssa.Value) (val, known bool) {
	if w.spent() {
		return false, false
	}
	switch v := v.(type) {
	case *ssa.Const:
		if v.Value != nil && v.Value.Kind() == constant.Bool {
			return constant.BoolVal(v.Value), true
		}
	case *ssa.UnOp:
		if v.Op == token.NOT {
			val, known = w.truth(v.X)
			return !val, known
		}
	case *ssa.BinOp:
		return w.compared(v)
	case *ssa.Phi:
		return w.joined(v)
	case *ssa.Extract:
		if l, ok := v.Tuple.(*ssa.Lookup); ok && v.Index == 1 && w.isName(l.Index) {
			return w.listed(l)
		}
	case *ssa.Lookup:
		if w.isName(v.Index) && types.Identical(v.Type().Underlying(), types.Typ[types.Bool]) {
			return w.listed(v)
		}
	case *ssa.Call:
		return w.asked(v)
	}
	return false, false
}

func (w *way) compared(v *ssa.BinOp) (val, known bool) {
	x, y := v.X, v.Y
	if v.Op == token.LSS {
		return w.found(v), w.found(v)
	}
	if !w.isName(x) {
		x, y = y, x
	}
	if list, ok := w.ranged(y); ok && w.isName(x) && v.Op == token.EQL {
		return w.any(list, "", "", w.method.is)
	}
	text, ok := constText(y)
	if !ok || !w.isName(x) || v.Op != token.EQL && v.Op != token.NEQ {
		return false, false
	}
	w.name(text)
	val, known = w.method.is(text)
	return val == (v.Op == token.EQL), known
}

// joined is decided where all the edges say the same that it may come from.
func (w *way) joined(v *ssa.Phi) (val, known bool) {
	for i, e := range v.Edges {
		if !w.edges[[2]*ssa.BasicBlock{v.Block().Preds[i], v.Block()}] {
			continue
		}
		if _, again := e.(*ssa.Phi); again {
			return false, false
		}
		here, ok := w.truth(e)
		if !ok || known && here != val {
			return false, false
		}
		val, known = here, true
	}
	return val, known
}

// asked decides what a function says of the name.
func (w *way) asked(call *ssa.Call) (val, known bool) {
	fn := call.Call.StaticCallee()
	if fn == nil {
		return false, false
	}
	obj := declared(fn)
	args := call.Call.Args
	if obj != nil && len(args) == 2 {
		switch obj.FullName() {
		case "strings.HasPrefix":
			if text, ok := constText(args[1]); ok && w.isName(args[0]) {
				w.name(text + "*")
				return w.method.begins(text)
			}
			if list, ok := w.ranged(args[1]); ok && w.isName(args[0]) {
				return w.any(list, "", "*", w.method.begins)
			}
			return false, false
		case "strings.HasSuffix":
			if text, ok := constText(args[1]); ok && w.isName(args[0]) {
				w.name("*" + text)
				return w.method.ends(text)
			}
			if list, ok := w.ranged(args[1]); ok && w.isName(args[0]) {
				return w.any(list, "*", "", w.method.ends)
			}
			return false, false
		case "slices.Contains":
			return w.among(args[0], args[1])
		}
	}
	return w.said(fn, args)
}

// said is what a function of the package returns that is given the name.
func (w *way) said(fn *ssa.Function, args []ssa.Value) (val, known bool) {
	obj := declared(fn)
	if obj == nil || obj.Pkg() != w.Pkg.Pkg || w.depth > 2 || !types.Identical(fn.Signature.Results(), oneBool) {
		return false, false
	}
	body := w.Pkg.Prog.FuncValue(obj)
	if body == nil || len(body.Blocks) == 0 || len(body.Params) != len(args) {
		return false, false
	}
	in := &way{engine: w.engine, method: w.method, record: w.record, named: map[*ssa.Parameter]bool{}, depth: w.depth + 1}
	for i, a := range args {
		in.named[body.Params[i]] = w.isName(a)
	}
	for b := range in.through(body) {
		ret, ok := last(b).(*ssa.Return)
		if !ok {
			continue
		}
		here, ok := in.truth(ret.Results[0])
		if !ok || known && here != val {
			return false, false
		}
		val, known = here, true
	}
	return val, known
}

var oneBool = types.NewTuple(types.NewVar(token.NoPos, nil, "", types.Typ[types.Bool]))

// isName reports whether a value is the name of the method that is called.
func (w *way) isName(v ssa.Value) bool {
	switch v := v.(type) {
	case *ssa.Parameter:
		return w.named[v]
	case *ssa.UnOp:
		if fa, ok := v.X.(*ssa.FieldAddr); ok {
			return interceptor.NamesMethod(fa.X.Type(), fieldName(fa))
		}
		if vals := storedIn(v.X); len(vals) == 1 { // a variable that a literal captures
			return w.isName(vals[0])
		}
	case *ssa.Field:
		if st, ok := v.X.Type().Underlying().(*types.Struct); ok {
			return interceptor.NamesMethod(v.X.Type(), st.Field(v.Field).Name())
		}
	}
	return false
}

func (w *way) name(text string) {
	if w.record != nil && !slices.Contains(*w.record, text) {
		*w.record = append(*w.record, text)
	}
}
