package request

import (
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/lazyssa"
)

// An order knows which of two instructions comes first. A function that mounts
// all the routes of a program is one block of thousands, so places are looked up,
// not searched for.
type order struct {
	place map[ssa.Instruction]int // in its block, of those blocks that were asked about
	loops map[*ssa.BasicBlock]bool
}

func newOrder() *order {
	return &order{place: map[ssa.Instruction]int{}, loops: map[*ssa.BasicBlock]bool{}}
}

// precedes reports whether an instruction has surely run before another one.
func (o *order) precedes(a, b ssa.Instruction) bool {
	if a.Block() != b.Block() {
		return a.Block().Dominates(b.Block())
	}
	return o.in(a) < o.in(b)
}

func (o *order) in(instr ssa.Instruction) int {
	if _, known := o.place[instr]; !known {
		for i, next := range instr.Block().Instrs {
			o.place[next] = i
		}
	}
	return o.place[instr]
}

// again reports whether an instruction can run more than once in one call.
func (o *order) again(instr ssa.Instruction) bool {
	loop, known := o.loops[instr.Block()]
	if !known {
		loop = lazyssa.InLoop(instr.Block())
		o.loops[instr.Block()] = loop
	}
	return loop
}

// live leaves out what is replaced before the use, and what comes after it.
func live[T any](o *order, all []T, of func(T) def, at ssa.Instruction) []T {
	if at == nil {
		return all
	}
	var replacing []ssa.Instruction
	for _, t := range all {
		if d := of(t); d.strong && d.at.Parent() == at.Parent() && o.precedes(d.at, at) {
			replacing = append(replacing, d.at)
		}
	}
	return slices.DeleteFunc(slices.Clone(all), func(t T) bool {
		d := of(t)
		if d.at.Parent() != at.Parent() {
			return false
		}
		if o.precedes(at, d.at) && !o.again(at) {
			return true
		}
		return slices.ContainsFunc(replacing, func(other ssa.Instruction) bool { return other != d.at && o.precedes(d.at, other) })
	})
}
