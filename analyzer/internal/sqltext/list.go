package sqltext

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/lazyssa"
	"github.com/tenantvet/tenantvet/sqlcheck"
)

// A segment is a stretch of a list: one element, one that is there on some
// paths, or elements that a loop adds.
type segment struct {
	vals  []ssa.Value // what an element may be; none when that is not known
	times times
}

type times uint8

const (
	once times = iota
	maybe
	many
)

// notKnown is a list of which nothing is known.
var notKnown = segment{times: many}

// maxSegments bounds a list.
const maxSegments = 64

// list resolves a slice or array to its elements, in order.
func (r *Resolver) list(v ssa.Value) []segment {
	l := lists{r: r, busy: map[ssa.Value]bool{}}
	out := l.of(v)
	if len(out) > maxSegments {
		return []segment{loose(out, many)}
	}
	return out
}

// lists resolves one list.
type lists struct {
	r    *Resolver
	busy map[ssa.Value]bool
	deep int
}

func (l *lists) of(v ssa.Value) []segment {
	if l.deep++; l.deep > 1000 {
		return []segment{notKnown}
	}
	switch v := v.(type) {
	case *ssa.Const:
		return nil // nil
	case *ssa.Alloc:
		return literal(v)
	case *ssa.Global:
		if isArray(elemOf(v.Type())) && v.Pkg == l.r.Pkg && !l.r.places().opened(v) {
			return elements(l.r.places().elems[v])
		}
	case *ssa.Slice:
		switch x := v.X.(type) {
		case *ssa.Alloc:
			if v.Low == nil && (v.High == nil || isZero(v.High)) {
				if isZero(v.High) {
					return nil
				}
				return literal(x)
			}
			if v.Low == nil && v.Max == nil {
				if n, ok := constInt(v.High); ok { // make([]T, n, m)
					if n == 0 {
						return nil
					}
					return literal(x)
				}
			}
		default:
			if v.High != nil && isZero(v.High) {
				return nil
			}
			if v.Low == nil && v.High == nil {
				return l.of(v.X)
			}
			return []segment{loose(l.of(v.X), many)}
		}
	case *ssa.MakeSlice:
		stored := elementStores(v)
		if n, ok := constInt(v.Len); ok && n == 0 && len(stored) == 0 {
			return nil
		}
		if len(stored) > 0 {
			return []segment{{vals: stored, times: many}}
		}
	case *ssa.ChangeType:
		return l.of(v.X)
	case *ssa.Call:
		if b, ok := v.Call.Value.(*ssa.Builtin); ok && b.Name() == "append" {
			return slices.Concat(l.of(v.Call.Args[0]), l.of(v.Call.Args[1]))
		}
	case *ssa.Phi:
		return l.either(v, v.Edges)
	case *ssa.UnOp:
		if v.Op == token.MUL {
			if isArray(v.Type()) {
				return l.of(v.X)
			}
			if vals, ok := l.r.stored(v); ok {
				return l.either(v, vals)
			}
		}
	case *ssa.FreeVar:
		if b := lazyssa.Captured(v); b != nil {
			return l.of(b)
		}
	}
	return []segment{notKnown}
}

// again marks a list inside itself.
var again = segment{times: 255}

// either resolves a list that is one of several values, or is built from itself.
func (l *lists) either(v ssa.Value, vals []ssa.Value) []segment {
	if l.busy[v] {
		return []segment{again}
	}
	l.busy[v] = true
	var ways [][]segment
	var repeats []segment
	for _, e := range vals {
		way := l.of(e)
		i := slices.IndexFunc(way, func(s segment) bool { return s.times == again.times })
		if i < 0 {
			ways = append(ways, way)
			continue
		}
		repeats = append(repeats, way[:i]...)
		repeats = append(repeats, way[i+1:]...)
	}
	delete(l.busy, v)
	out := merge(ways)
	repeats = slices.DeleteFunc(repeats, func(s segment) bool { return s.times == again.times })
	if len(repeats) > 0 {
		out = append(out, loose(repeats, many))
	}
	return out
}

// merge is a list that is one of several: what they start with, and what some
// of them go on with.
func merge(ways [][]segment) []segment {
	if len(ways) == 0 {
		return nil
	}
	n := 0
	for ; n < len(ways[0]); n++ {
		if slices.ContainsFunc(ways[1:], func(w []segment) bool { return n >= len(w) || !equal(w[n], ways[0][n]) }) {
			break
		}
	}
	out := slices.Clone(ways[0][:n])
	var rests [][]segment
	for _, w := range ways {
		if len(w) > n {
			rests = append(rests, w[n:])
		}
	}
	switch {
	case len(rests) == 0:
	case len(rests) == 1:
		for _, s := range rests[0] {
			if s.times == once {
				s.times = maybe
			}
			out = append(out, s)
		}
	case len(rests) == len(ways) && !slices.ContainsFunc(rests, func(w []segment) bool { return len(w) != 1 || w[0].times != once }):
		out = append(out, loose(slices.Concat(rests...), once)) // another element in each
	default:
		out = append(out, loose(slices.Concat(rests...), many))
	}
	return out
}

func equal(a, b segment) bool {
	return a.times == b.times && slices.Equal(a.vals, b.vals)
}

// loose is any of some segments' elements.
func loose(segs []segment, n times) segment {
	out := segment{times: n}
	for _, s := range segs {
		if s.times == again.times {
			continue
		}
		if len(s.vals) == 0 {
			return notKnown
		}
		for _, v := range s.vals {
			if !slices.Contains(out.vals, v) {
				out.vals = append(out.vals, v)
			}
		}
	}
	return out
}

// literal reads the array that the compiler fills for a literal.
func literal(alloc *ssa.Alloc) []segment {
	var addrs []*ssa.IndexAddr
	for _, instr := range *alloc.Referrers() {
		switch instr := instr.(type) {
		case *ssa.IndexAddr:
			addrs = append(addrs, instr)
		case *ssa.Store:
			if instr.Addr == ssa.Value(alloc) { // copied from another array
				if load, ok := instr.Val.(*ssa.UnOp); ok {
					if from, isAlloc := load.X.(*ssa.Alloc); isAlloc && from != alloc {
						return literal(from)
					}
				}
				return []segment{notKnown}
			}
		}
	}
	return elements(addrs)
}

// elements reads what is stored to the elements of an array.
func elements(addrs []*ssa.IndexAddr) []segment {
	byIndex := map[int64][]ssa.Value{}
	length := int64(0)
	for _, ia := range addrs {
		idx, isConst := constInt(ia.Index)
		for _, use := range *ia.Referrers() {
			if st, isStore := use.(*ssa.Store); isStore && st.Addr == ssa.Value(ia) {
				if !isConst {
					return []segment{notKnown}
				}
				byIndex[idx] = append(byIndex[idx], st.Val)
				length = max(length, idx+1)
			}
		}
	}
	if length > maxSegments*4 {
		return []segment{notKnown}
	}
	out := make([]segment, 0, length)
	for i := range length {
		if len(byIndex[i]) == 0 {
			return []segment{notKnown} // a zero value
		}
		out = append(out, segment{vals: byIndex[i]})
	}
	return out
}

func isArray(t types.Type) bool {
	_, ok := t.Underlying().(*types.Array)
	return ok
}

// elementStores are the values that are stored to the elements of a slice.
func elementStores(s *ssa.MakeSlice) []ssa.Value {
	var vals []ssa.Value
	for _, instr := range *s.Referrers() {
		if ia, ok := instr.(*ssa.IndexAddr); ok {
			for _, use := range *ia.Referrers() {
				if st, isStore := use.(*ssa.Store); isStore && st.Addr == ssa.Value(ia) {
					vals = append(vals, st.Val)
				}
			}
		}
	}
	return vals
}

func isZero(v ssa.Value) bool {
	n, ok := constInt(v)
	return ok && n == 0
}

// join resolves strings.Join. Elements that are not always there, or not once,
// become a part.
func (r *Resolver) join(v *ssa.Call) Text {
	list := r.list(v.Call.Args[0])
	b := v.Block()
	sep := r.at(v.Call.Args[1], b)
	known := 0
	for known < len(list) && list[known].times == once {
		known++
	}
	t := plain("")
	for i, s := range list[:known] {
		if i > 0 {
			t = r.concat(t, sep)
		}
		t = r.concat(t, r.elementText(s, b))
	}
	rest := list[known:]
	if known > 0 && len(rest) <= 3 && !slices.ContainsFunc(rest, func(s segment) bool { return s.times == many }) {
		// A few conditions: each way to put them together.
		for _, s := range rest {
			with := r.concat(r.concat(t, sep), r.elementText(s, b))
			if s.times == maybe {
				with = r.union(t, with)
			}
			t = with
		}
		return t
	}
	if len(rest) == 0 {
		return t
	}
	var pieces [][]sqlcheck.Part
	cause := ""
	for i, s := range rest {
		e := r.elementText(s, b)
		if known > 0 || i > 0 || s.times == many {
			e = r.concat(sep, e)
		}
		cause = e.Cause
		for _, tpl := range e.Templates {
			pieces = append(pieces, tpl.Parts)
		}
		if e.Unresolved {
			return r.concat(t, fragment(sqlcheck.Free, e.Cause))
		}
	}
	t = r.concat(t, Text{Templates: []sqlcheck.Template{{Parts: r.fragmentOf(pieces)}}, Cause: cause})
	return t
}

// elementText is what an element of a list may be.
func (r *Resolver) elementText(s segment, at *ssa.BasicBlock) Text {
	if len(s.vals) == 0 {
		return fragment(sqlcheck.Free, "text from a list")
	}
	var t Text
	for _, v := range s.vals {
		t = r.union(t, r.operand(v, at))
	}
	return t
}

// element resolves an element that is read from a list.
func (r *Resolver) element(list, index, v ssa.Value) Text {
	if !isText(v.Type()) {
		return r.hole(v)
	}
	segs := r.list(list)
	if i, ok := constInt(index); ok && i >= 0 {
		if int(i) < len(segs) && !slices.ContainsFunc(segs[:i+1], func(s segment) bool { return s.times != once }) {
			return r.elementText(segs[i], r.blockOf(v))
		}
	}
	t := Text{Each: true}
	for _, s := range segs {
		if len(s.vals) == 0 {
			return r.hole(v)
		}
		t = r.union(t, r.elementText(s, r.blockOf(v)))
	}
	if len(t.Templates) == 0 {
		return r.hole(v)
	}
	return t
}

func (r *Resolver) blockOf(v ssa.Value) *ssa.BasicBlock {
	if instr, ok := v.(ssa.Instruction); ok {
		return instr.Block()
	}
	return nil
}
