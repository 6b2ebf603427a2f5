package sqltext

import (
	"slices"

	"github.com/tenantvet/tenantvet/sqlcheck"
)

// A worklist remembers what was resolved, and what is being resolved: a text
// may be built from itself, as in a loop.
type worklist struct {
	memo map[any]Text
	busy map[any]int // what is being resolved, with its depth
	// self are the holes that stand for what is being resolved, inside itself.
	self map[any]*sqlcheck.Hole
	// open are results that rest on others which are still being resolved; they
	// hold until the deepest of those is done.
	open   map[any]openText
	openAt map[int][]any
	rests  []int // depths on which the result at hand rests, sorted
	effort int
}

type openText struct {
	text  Text
	rests []int
}

// maxEffort bounds the values that one call of Resolve looks at.
const maxEffort = 200_000

func newWorklist() worklist {
	return worklist{memo: map[any]Text{}, busy: map[any]int{}, self: map[any]*sqlcheck.Hole{}, open: map[any]openText{}, openAt: map[int][]any{}}
}

// once resolves what key stands for, once. Inside of itself it is a hole, and
// what is added to that hole is a part that repeats.
func (r *Resolver) once(key any, resolve func() Text) Text {
	w := &r.work
	if t, ok := w.memo[key]; ok {
		return t
	}
	if o, ok := w.open[key]; ok {
		w.rest(o.rests...)
		return o.text
	}
	if depth, busy := w.busy[key]; busy {
		w.rest(depth)
		if w.self[key] == nil {
			w.self[key] = &sqlcheck.Hole{Type: "string"}
		}
		return Text{Templates: []sqlcheck.Template{{Parts: []sqlcheck.Part{{Hole: w.self[key]}}}}}
	}
	depth := len(w.busy)
	if depth == 0 {
		w.effort = 0
	}
	if w.effort++; w.effort > maxEffort {
		w.rest(0)
		return unknown(tooMany)
	}
	outer := w.rests
	w.rests = nil
	w.busy[key] = depth
	t := resolve()
	if self := w.self[key]; self != nil {
		t = r.closeLoop(self, t)
		delete(w.self, key)
	}
	delete(w.busy, key)
	for _, k := range w.openAt[depth] {
		delete(w.open, k)
	}
	delete(w.openAt, depth)
	mine := w.rests
	if n := len(mine); n > 0 && mine[n-1] == depth {
		mine = mine[:n-1]
	}
	w.rests = outer
	if n := len(mine); n > 0 {
		w.open[key] = openText{t, mine}
		w.openAt[mine[n-1]] = append(w.openAt[mine[n-1]], key)
		w.rest(mine...)
	} else {
		w.memo[key] = t
	}
	return t
}

// rest notes that the result at hand rests on what is resolved at some depths.
func (w *worklist) rest(depths ...int) {
	for _, d := range depths {
		if i, found := slices.BinarySearch(w.rests, d); !found {
			w.rests = slices.Insert(w.rests, i, d)
		}
	}
}
