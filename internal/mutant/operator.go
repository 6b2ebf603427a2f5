package mutant

import (
	"go/token"
)

// An operator breaks programs in one way.
type operator struct {
	name  string
	title string
	find  func(place) []candidate
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
		{"dropset", "the statement that sets the context is missing", dropSet},
		{"lateset", "it runs after the query", lateSet},
		{"branchset", "it runs on one branch only", branchSet},
		{"ignoreset", "its error is ignored", ignoreSet},
		{"sessionset", "it sets the context for the session (set_config(.., false), SET)", sessionSet},
		{"misspeltset", "it sets a setting that no policy reads", misspeltSet},
		{"localset", "it sets for a transaction that is not there", localSet},
		{"noreset", "the context is not taken away again", noReset},
		{"ignorereset", "the error of the reset is ignored", ignoreReset},
		{"pool", "the query runs on the pool", onPool},
		{"poolarg", "a function is given the pool", poolArgument},
		{"withtx", "WithTx is missing", withoutTx},
		{"outerqueries", "the query runs on queries made of the pool", outerQueries},
		{"goroutine", "a goroutine sends the query, on the pool", inGoroutine},
		{"commitfirst", "the transaction is committed before the query", commitFirst},
		{"bareconn", "no transaction is begun", withoutBegin},
		{"carry", "the context does not carry the handle", withoutCarrier},
		{"hookopen", "the pool's hook goes on without context", hookOpen},
		{"hookdrop", "the pool has no hook", hookDrop},
		{"resetdrop", "the pool's connections are not reset", resetDrop},
		{"nofilter", "a statement does not name its tenant (strategy filter)", withoutFilter},
	}
}

// Operators lists the names of the operators with what each does.
func Operators() (names, titles []string) {
	for _, op := range operators() {
		names, titles = append(names, op.name), append(titles, op.title)
	}
	return names, titles
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
