package scope

import (
	"go/token"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/lazyssa"
)

// wiredAt finds the line that chose the handle behind a path: the innermost
// call or literal that put it where it is. NoPos means the value itself is it.
func (f *frame) wiredAt(v ssa.Value, path string, depth int) token.Pos {
	if path == "" || depth > maxDepth {
		return token.NoPos
	}
	switch v := v.(type) {
	case *ssa.MakeInterface:
		return f.wiredAt(v.X, path, depth+1)
	case *ssa.ChangeInterface:
		return f.wiredAt(v.X, path, depth+1)
	case *ssa.Extract:
		if call, ok := v.Tuple.(*ssa.Call); ok {
			return f.wiredByCall(call, v.Index, path, depth)
		}
	case *ssa.Call:
		return f.wiredByCall(v, 0, path, depth)
	case *ssa.Alloc:
		return f.wiredByLiteral(v, path, depth)
	case *ssa.FreeVar:
		if b := binding(v); b != nil && f.parent != nil {
			return f.parent.wiredAt(b, path, depth+1)
		}
	case *ssa.UnOp:
		if val := lazyssa.StoredBefore(v); val != nil {
			return f.wiredAt(val, path, depth+1)
		}
		addr, at := v.X, f
		for {
			fv, ok := addr.(*ssa.FreeVar)
			if !ok || at.parent == nil || binding(fv) == nil {
				break
			}
			addr, at = binding(fv), at.parent
		}
		if alloc, ok := addr.(*ssa.Alloc); ok {
			if vals, whole := lazyssa.Stored(alloc); whole && len(vals) == 1 {
				return at.wiredAt(vals[0], path, depth+1)
			}
		}
	}
	return token.NoPos
}

func (f *frame) wiredByCall(call *ssa.Call, index int, path string, depth int) token.Pos {
	t := f.targetOf(call)
	if t.summary == nil {
		return token.NoPos
	}
	for _, c := range t.summary.Results {
		rest, ok := strings.CutPrefix(path, c.Path)
		if c.Slot != index || !ok || rest != "" && rest[0] != '.' {
			continue
		}
		if c.From.Param >= 0 && c.From.Param < len(t.all) {
			if pos := f.wiredAt(t.all[c.From.Param], c.From.Path+rest, depth+1); pos.IsValid() {
				return pos
			}
		}
		return call.Common().Pos()
	}
	return token.NoPos
}

func (f *frame) wiredByLiteral(alloc *ssa.Alloc, path string, depth int) token.Pos {
	name, rest, _ := strings.Cut(path[1:], ".")
	if rest != "" {
		rest = "." + rest
	}
	for _, instr := range *alloc.Referrers() {
		fa, ok := instr.(*ssa.FieldAddr)
		if !ok || fieldNamed(alloc.Type(), name) == nil {
			continue
		}
		for _, use := range *fa.Referrers() {
			st, isStore := use.(*ssa.Store)
			if !isStore || st.Addr != fa || fieldName(fa) != name {
				continue
			}
			if pos := f.wiredAt(st.Val, rest, depth+1); pos.IsValid() {
				return pos
			}
			return st.Pos()
		}
	}
	return token.NoPos
}

// chosen is wiredAt with a look at what the package stores in the field that v
// is read from.
func (f *frame) chosen(v ssa.Value, path string) token.Pos {
	if pos := f.wiredAt(v, path, 0); pos.IsValid() {
		return pos
	}
	load, ok := v.(*ssa.UnOp)
	if !ok {
		return token.NoPos
	}
	fa, ok := load.X.(*ssa.FieldAddr)
	if !ok {
		return token.NoPos
	}
	f.current.wired = true
	for _, st := range f.wiring.stores[fieldAt(fa)] {
		if pos := f.symbolicFrame(st.Parent()).wiredAt(st.Val, path, 0); pos.IsValid() {
			return pos
		}
	}
	return token.NoPos
}

func fieldName(fa *ssa.FieldAddr) string {
	if v := fieldAt(fa); v != nil {
		return v.Name()
	}
	return ""
}
