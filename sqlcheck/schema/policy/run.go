package policy

import (
	"fmt"
	"math/bits"
	"slices"
	"strings"
)

// A support is a set of choices of a run, by their numbers.
type support uint64

// maxChoices is how many things one run may depend on; maxRuns how many runs
// there may be for one question.
const (
	maxChoices = 64
	maxRuns    = 6000
	maxSteps   = 100_000 // of all runs of one question
)

// A choice is something that a run takes for given.
type choice struct {
	Step
	picked, options int
}

// A run evaluates expressions under one set of choices.
type run struct {
	judge   *Judge
	given   []int             // picks for the first choices; later ones begin with 0
	fixed   map[string]string // choices that are none in this question
	choices []choice
	index   map[string]int
	bound   map[string]value // free values that were found equal to something
	tenant  rowCase
	// doubtful: there is an error that AND or OR may or may not meet.
	doubtful bool
	met      support // what is behind such errors
	steps    *int
	depth    int
	failed   string // why the run says nothing
	// eager: errors are looked for, and everything is evaluated, as by the planner.
	eager bool
}

// choose picks one of the options of something; the same key is the same choice.
func (r *run) choose(key string, k Kind, ends [2]string, options ...string) (string, support) {
	if picked, ok := r.fixed[key]; ok && slices.Contains(options, picked) {
		return picked, 0
	}
	i, ok := r.index[key]
	if !ok {
		i = len(r.choices)
		if i >= maxChoices {
			r.failed = "it depends on too many things"
			return options[0], 0
		}
		c := choice{Step: Step{Kind: k, What: key, ends: ends}, options: len(options)}
		if i < len(r.given) {
			c.picked = r.given[i]
		}
		if c.picked >= len(options) { // another run's options
			c.picked = 0
		}
		c.Value = options[c.picked]
		r.index[key] = i
		r.choices = append(r.choices, c)
	}
	return r.choices[i].Value, 1 << i
}

// decide picks true or false. What it is about are the ends.
func (r *run) decide(key string, k Kind, about ...value) value {
	var ends [2]string
	for i, v := range about {
		ends[i] = v.end()
	}
	picked, why := r.choose(key, k, ends, "false", "true")
	if i, ok := r.index[key]; ok {
		for end, v := range about {
			if v.kind == free && v.at != "" {
				r.choices[i].columns[end] = strings.TrimPrefix(v.text, v.at+".")
			}
		}
	}
	return constant(picked).because(why)
}

// way lists the choices of a support.
func (r *run) way(why support) Way {
	var w Way
	for ; why != 0; why &= why - 1 {
		w = append(w, r.choices[bits.TrailingZeros64(uint64(why))].Step)
	}
	slices.SortFunc(w, func(a, b Step) int { return compare(fmt.Sprint(a.Kind, a.What), fmt.Sprint(b.Kind, b.What)) })
	return w
}

func compare(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// runs calls visit with the result of every run; it returns why they are not
// all there is to say, "" if they are.
func (j *Judge) runs(row rowCase, fixed map[string]string, evaluate func(*run) value, visit func(*run, value)) string {
	steps := 0
again:
	grown := j.grown
	var given []int
	for n := 0; ; n++ {
		if n >= maxRuns || steps > maxSteps {
			return "it depends on too many things"
		}
		r := &run{judge: j, given: given, fixed: fixed, index: map[string]int{}, bound: map[string]value{}, tenant: row, steps: &steps}
		v := evaluate(r)
		if r.failed != "" {
			return r.failed
		}
		if j.grown != grown {
			goto again // a setting has one more value worth a try
		}
		visit(r, v)
		given = given[:0]
		for _, c := range r.choices {
			given = append(given, c.picked)
		}
		i := len(given) - 1
		for i >= 0 && given[i]+1 >= r.choices[i].options {
			i--
		}
		if i < 0 {
			return ""
		}
		given = append([]int(nil), given[:i+1]...)
		given[i]++
	}
}
