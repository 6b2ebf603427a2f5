package sqltext

import (
	"go/constant"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/lazyssa"
	"github.com/tenantvet/tenantvet/sqlcheck"
)

// writers are the calls that add to a strings.Builder or bytes.Buffer, with the
// argument that holds what they add.
var writers = map[string]int{
	"(*strings.Builder).WriteString": 1,
	"(*bytes.Buffer).WriteString":    1,
	"(*strings.Builder).Write":       1,
	"(*bytes.Buffer).Write":          1,
	"(*strings.Builder).WriteByte":   1,
	"(*strings.Builder).WriteRune":   1,
	"(*bytes.Buffer).WriteByte":      1,
	"(*bytes.Buffer).WriteRune":      1,
}

// A write is one call that adds to a builder.
type write struct {
	call *ssa.Call
	add  func() Text
}

// built resolves b.String() for a local builder: what is surely written before
// it, in order. What is written on some paths, or in a loop, is an unknown part.
func (r *Resolver) built(v *ssa.Call) Text {
	alloc, read := builderOf(v)
	if alloc == nil {
		return hole(v)
	}
	var sure, maybe []write
	for _, instr := range *alloc.Referrers() {
		switch instr := instr.(type) {
		case *ssa.Call:
			if instr == v {
				continue
			}
			w, isWrite := r.write(instr, alloc)
			switch {
			case !isWrite:
				if instr.Call.StaticCallee() == nil || fullName(instr.Call.StaticCallee()) != fullName(v.Call.StaticCallee()) {
					return hole(v)
				}
			case before(instr, read) && !inLoop(instr.Block()):
				sure = append(sure, w)
			case !before(read, instr):
				maybe = append(maybe, w)
			}
		case *ssa.MakeInterface: // fmt.Fprintf(&b, ..)
			for _, use := range *instr.Referrers() {
				call, isCall := use.(*ssa.Call)
				if !isCall || call.Call.StaticCallee() == nil || fullName(call.Call.StaticCallee()) != "fmt.Fprintf" || call.Call.Args[0] != ssa.Value(instr) {
					return hole(v)
				}
				w := write{call, func() Text { return r.sprintf(call, call.Call.Args[1:]) }}
				if before(call, read) && !inLoop(call.Block()) {
					sure = append(sure, w)
				} else if !before(read, call) {
					maybe = append(maybe, w)
				}
			}
		case *ssa.DebugRef, *ssa.MakeClosure:
		default:
			return hole(v)
		}
	}
	slices.SortStableFunc(sure, func(a, b write) int {
		if before(a.call, b.call) {
			return -1
		}
		return 1
	})
	t := plain("")
	for i := 0; i <= len(sure); i++ {
		if i > 0 {
			t = concat(t, sure[i-1].add())
		}
		for _, m := range maybe {
			if (i == 0 || before(sure[i-1].call, m.call)) && (i == len(sure) || !before(sure[i].call, m.call)) {
				t = concat(t, Text{Templates: []sqlcheck.Template{{Parts: []sqlcheck.Part{{Hole: &sqlcheck.Hole{Type: "string"}}}}}})
				break
			}
		}
	}
	return t
}

// builderOf returns the builder that v reads and the place where its function
// reads it: the making of the literal, if v is in one that captures it.
func builderOf(v *ssa.Call) (*ssa.Alloc, ssa.Instruction) {
	switch recv := v.Call.Args[0].(type) {
	case *ssa.Alloc:
		return recv, v
	case *ssa.FreeVar:
		alloc, ok := lazyssa.Captured(recv).(*ssa.Alloc)
		if !ok || len(*recv.Referrers()) != 1 {
			return nil, nil // the literal may write to it as well
		}
		for _, instr := range *alloc.Referrers() {
			if mc, isMake := instr.(*ssa.MakeClosure); isMake && mc.Fn == v.Parent() {
				return alloc, mc
			}
		}
	}
	return nil, nil
}

// write reads one call on a builder.
func (r *Resolver) write(call *ssa.Call, alloc *ssa.Alloc) (write, bool) {
	fn := call.Call.StaticCallee()
	if fn == nil || len(call.Call.Args) < 2 || call.Call.Args[0] != ssa.Value(alloc) {
		return write{}, false
	}
	arg, ok := writers[fullName(fn)]
	if !ok {
		return write{}, false
	}
	v := call.Call.Args[arg]
	if c, isConst := v.(*ssa.Const); isConst && c.Value != nil && c.Value.Kind() == constant.Int {
		return write{call, func() Text { return plain(string(rune(c.Int64()))) }}, true
	}
	return write{call, func() Text { return r.operand(v) }}, true
}

// before reports whether a surely runs before b.
func before(a, b ssa.Instruction) bool {
	if a.Block() != b.Block() {
		return a.Block().Dominates(b.Block())
	}
	for _, instr := range a.Block().Instrs {
		switch instr {
		case a:
			return a != b
		case b:
			return false
		}
	}
	return false
}

// inLoop reports whether a block can run again after itself.
func inLoop(b *ssa.BasicBlock) bool {
	seen := map[*ssa.BasicBlock]bool{}
	work := slices.Clone(b.Succs)
	for len(work) > 0 {
		s := work[len(work)-1]
		work = work[:len(work)-1]
		if s == b {
			return true
		}
		if !seen[s] {
			seen[s] = true
			work = append(work, s.Succs...)
		}
	}
	return false
}
