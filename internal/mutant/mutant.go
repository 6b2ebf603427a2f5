package mutant

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// A Mutant is one way in which a program is broken. It compiles.
type Mutant struct {
	Operator string
	Package  string // import path
	Function string // as in (*Server).List; "" at package level
	File     string // relative to the program's directory, with slashes
	Line     int
	What     string // what was done, for people
	Edits    []Edit // in order, not overlapping
}

// An Edit replaces the bytes [Start, End) of a file.
type Edit struct {
	Start, End int
	New        string
}

// String names the mutant. Two of one program have different names.
func (m Mutant) String() string {
	return fmt.Sprintf("%s %s:%d %s", m.Operator, m.File, m.Line, m.What)
}

// Apply returns the text with the mutant's edits.
func (m Mutant) Apply(text []byte) []byte { return apply(text, m.Edits) }

func apply(text []byte, edits []Edit) []byte {
	var out []byte
	at := 0
	for _, e := range edits {
		out = append(append(out, text[at:e.Start]...), e.New...)
		at = e.End
	}
	return append(out, text[at:]...)
}

func sortEdits(edits []Edit) {
	slices.SortStableFunc(edits, func(a, b Edit) int { return cmp.Or(a.Start-b.Start, a.End-b.End) })
}

// sortMutants puts mutants into an order that depends on the program alone, and
// takes out those that do the same as one before.
func sortMutants(all []Mutant) []Mutant {
	slices.SortStableFunc(all, func(a, b Mutant) int {
		return cmp.Or(strings.Compare(a.File, b.File), a.Line-b.Line, a.Edits[0].Start-b.Edits[0].Start,
			strings.Compare(a.Operator, b.Operator), strings.Compare(a.What, b.What))
	})
	seen := map[string]bool{}
	return slices.DeleteFunc(all, func(m Mutant) bool {
		key := fmt.Sprint(m.File, m.Edits)
		was := seen[key]
		seen[key] = true
		return was
	})
}

// Sample keeps at most n mutants, as many of each operator as there are in the
// rarest ones, spread evenly over the program. It is the same one every time.
func Sample(all []Mutant, n int) []Mutant {
	if len(all) <= n {
		return all
	}
	byOperator := map[string][]int{}
	for i, m := range all {
		byOperator[m.Operator] = append(byOperator[m.Operator], i)
	}
	names := make([]string, 0, len(byOperator))
	for name := range byOperator {
		names = append(names, name)
	}
	// The rare ones first: what they leave of their share goes to the others.
	slices.SortFunc(names, func(a, b string) int {
		return cmp.Or(len(byOperator[a])-len(byOperator[b]), strings.Compare(a, b))
	})
	var keep []int
	for i, name := range names {
		have := byOperator[name]
		take := min(len(have), (n-len(keep))/(len(names)-i))
		for k := range take {
			keep = append(keep, have[k*len(have)/take])
		}
	}
	slices.Sort(keep)
	out := make([]Mutant, len(keep))
	for i, k := range keep {
		out[i] = all[k]
	}
	return out
}
