package mutant

import (
	"go/token"
	"slices"
)

// An operator breaks programs in one way.
type operator struct {
	name  string
	title string
	find  func(place) []candidate
	// local: what it changes shows in the function and those that call it. Others
	// change what is known of the whole module.
	local bool
}

// A candidate is a place that can be broken. The first of its alternatives that
// compiles is the mutant.
type candidate struct {
	pos          token.Pos
	what         string
	alternatives [][]Edit
}

func operators() []operator {
	return []operator{
		{"dropset", "the statement that sets the context is missing", dropSet, true},
		{"lateset", "it runs after the query", lateSet, true},
		{"branchset", "it runs on one branch only", branchSet, true},
		{"ignoreset", "its error is ignored", ignoreSet, true},
		{"sessionset", "it sets the context for the session (set_config(.., false), SET)", sessionSet, false},
		{"misspeltset", "it sets a setting that no policy reads", misspeltSet, false},
		{"localset", "it sets for a transaction that is not there", localSet, false},
		{"noreset", "the context is not taken away again", noReset, false},
		{"ignorereset", "the error of the reset is ignored", ignoreReset, false},
		{"pool", "the query runs on the pool", onPool, true},
		{"poolarg", "a function is given the pool", poolArgument, true},
		{"othertx", "the query, or the setting, runs on a second transaction", otherTx, true},
		{"plainbegin", "a transaction is begun without the function that also sets the context", plainBegin, true},
		{"withtx", "WithTx is missing", withoutTx, true},
		{"outerqueries", "the query runs on queries made of the pool", outerQueries, true},
		{"goroutine", "a goroutine sends the query, on the pool", inGoroutine, true},
		{"commitfirst", "the transaction is committed before the query", commitFirst, true},
		{"bareconn", "no transaction is begun", withoutBegin, true},
		{"carry", "the context does not carry the handle", withoutCarrier, false},
		{"hookopen", "the pool's hook goes on without context", hookOpen, false},
		{"hookdrop", "the pool has no hook", hookDrop, false},
		{"resetdrop", "the pool's connections are not reset", resetDrop, false},
		{"nofilter", "a statement does not name its tenant (strategy filter)", withoutFilter, false},
	}
}

// Operators lists the names of the operators with what each does.
func Operators() (names, titles []string) {
	for _, op := range operators() {
		names, titles = append(names, op.name), append(titles, op.title)
	}
	return names, titles
}

func isLocal(name string) bool {
	return slices.ContainsFunc(operators(), func(op operator) bool { return op.name == name && op.local })
}

// A Count says what became of one operator's places.
type Count struct {
	Operator    string
	Compile     int
	NotCompiled int
}

// Mutants breaks the program with the named operators, all of them if there are
// none, in an order that depends on the program alone.
func (p *Program) Mutants(only ...string) ([]Mutant, []Count) {
	var all []Mutant
	var counts []Count
	for _, op := range operators() {
		if len(only) > 0 && !contains(only, op.name) {
			continue
		}
		count := Count{Operator: op.name}
		for _, pl := range p.places() {
			for _, c := range op.find(pl) {
				if !pl.matters(c.pos) {
					continue
				}
				m, ok := pl.build(op, c)
				if !ok {
					count.NotCompiled++
					continue
				}
				count.Compile++
				all = append(all, m)
			}
		}
		counts = append(counts, count)
	}
	return sortMutants(all), counts
}

func (pl place) build(op operator, c candidate) (Mutant, bool) {
	for _, edits := range c.alternatives {
		edits, ok := pl.compile(edits)
		if !ok {
			continue
		}
		return Mutant{
			Operator: op.name,
			Package:  pl.pkg.PkgPath,
			Function: pl.function(c.pos),
			File:     pl.relative(),
			Line:     pl.line(c.pos),
			What:     c.what,
			Edits:    edits,
		}, true
	}
	return Mutant{}, false
}
