package scope

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/dbapi"
)

// A flow is one pass over a frame's body. It runs to a fixed point in silence
// and then once more, emitting what happens at each call.
type flow struct {
	*frame
	emit  func(*Event) // nil while the fixed point is sought
	exits []exit
	// deferred: the calls at hand run at the function's end.
	deferred bool
}

// An exit is a return with the state in which it leaves.
type exit struct {
	ret *ssa.Return
	env *env
}

// run analyses the body from an entry state and returns the exits.
func (f *frame) run(entry *env, emit func(*Event)) []exit {
	if len(f.fn.Blocks) == 0 {
		return nil
	}
	in := map[*ssa.BasicBlock]*env{f.fn.Blocks[0]: entry.clone()}
	quiet := &flow{frame: f}
	work := []*ssa.BasicBlock{f.fn.Blocks[0]}
	queued := map[*ssa.BasicBlock]bool{f.fn.Blocks[0]: true}
	for len(work) > 0 {
		b := work[0]
		work = work[1:]
		delete(queued, b)
		if !f.spend(len(b.Instrs) + 4*len(in[b].states) + len(in[b].known)) {
			break
		}
		out := in[b].clone()
		quiet.block(out, b)
		for _, s := range quiet.successors(out, b) {
			changed := false
			if have, ok := in[s.block]; ok {
				changed = have.merge(s.env, f.asks)
			} else {
				in[s.block] = s.env
				changed = true
			}
			if changed && !queued[s.block] {
				queued[s.block] = true
				work = append(work, s.block)
			}
		}
	}
	loud := &flow{frame: f, emit: emit}
	for _, b := range f.fn.Blocks {
		if e, ok := in[b]; ok {
			loud.block(e.clone(), b)
		}
	}
	return loud.exits
}

// block applies the instructions of a block to e.
func (w *flow) block(e *env, b *ssa.BasicBlock) {
	for _, instr := range b.Instrs {
		switch instr := instr.(type) {
		case *ssa.Call:
			w.call(e, instr)
		case *ssa.Go:
			// What a goroutine does to a handle happens at another time.
			w.call(e.clone(), instr)
		case *ssa.Defer:
			w.defers(e, instr) // it runs at RunDefers
		case *ssa.RunDefers:
			w.runDefers(e, instr)
		case *ssa.MakeClosure:
			w.closureMade(e, instr)
		case *ssa.MakeInterface:
			w.escapes(e, instr)
			w.contradicts(e, instr)
		case *ssa.Store:
			if fa, ok := instr.Addr.(*ssa.FieldAddr); ok {
				w.registersAs(e, instr, w.keptField(fa.X.Type(), fieldAt(fa)), instr.Val)
			}
			w.keeps(e, instr)
			w.contradicts(e, instr)
		case *ssa.MapUpdate:
			w.registers(e, instr, instr.Map, instr.Value)
			w.keeps(e, instr)
		case *ssa.Send:
			w.keeps(e, instr)
		case *ssa.Return:
			w.returned(e, instr)
		}
	}
}

// An edge is a successor with the state in which it is entered.
type edge struct {
	block *ssa.BasicBlock
	env   *env
}

// successors splits the state over the branches of a block. A comparison of
// an error with nil tells on which branch the statement before took effect.
func (w *flow) successors(e *env, b *ssa.BasicBlock) []edge {
	var key ssa.Value
	nonNilOnTrue := false
	cond, isIf := b.Instrs[len(b.Instrs)-1].(*ssa.If)
	if isIf {
		key, nonNilOnTrue = nilTest(cond.Cond)
	}
	var out []edge
	for i, s := range b.Succs {
		next := e.clone()
		if key != nil && !next.learn(key, (i == 0) == nonNilOnTrue) {
			continue // can't happen: the path already knows the opposite
		}
		if isIf && b.Succs[0] != b.Succs[1] && !w.learnValue(next, cond.Cond, i == 0) {
			continue // likewise
		}
		if w.carries != nil && isIf && w.rulesOut(cond.Cond, i == 0) {
			continue
		}
		if w.recalls != nil && isIf {
			w.recalls.recall(next, cond.Cond, i == 0)
		}
		next.enter(b, s)
		out = append(out, edge{s, next})
	}
	return out
}

// enter renames the errors that a block merges: what decided a setting under
// its old name decides it under the name that the phi gives it.
func (e *env) enter(from, to *ssa.BasicBlock) {
	pred := slices.Index(to.Preds, from)
	for _, instr := range to.Instrs {
		phi, ok := instr.(*ssa.Phi)
		if !ok {
			return
		}
		if !isError(phi.Type()) {
			continue
		}
		e.rename(phi.Edges[pred], phi)
	}
}

// rename makes an error known by another name.
func (e *env) rename(err, as ssa.Value) {
	delete(e.known, as) // from the last time round a loop
	key := errorKey(err)
	if isNil(err) {
		e.known[as] = false
	} else if nonNil, has := e.known[key]; has {
		e.known[as] = nonNil
	}
	for o, s := range e.states {
		for name, entry := range s.Settings {
			if entry.pending == key && key != nil {
				entry.pending = as
				s = s.clone()
				s.set(name, entry)
				e.put(o, s)
			}
		}
	}
}

// nilTest recognises `err != nil` and `err == nil`.
func nilTest(cond ssa.Value) (key ssa.Value, nonNilOnTrue bool) {
	op, ok := cond.(*ssa.BinOp)
	if !ok || op.Op != token.NEQ && op.Op != token.EQL {
		return nil, false
	}
	x := op.X
	if isNil(op.X) {
		x = op.Y
	} else if !isNil(op.Y) {
		return nil, false
	}
	if !isError(x.Type()) {
		return nil, false
	}
	return errorKey(x), op.Op == token.NEQ
}

// learn records whether an error is nil and what that says about the
// statements that returned it. It reports false for a contradiction.
func (e *env) learn(key ssa.Value, nonNil bool) bool {
	if err, ok := e.returning[key]; ok {
		if isNil(err) {
			return !nonNil
		}
		key = errorKey(err)
	}
	if known, ok := e.known[key]; ok && known != nonNil {
		return false
	}
	e.known[key] = nonNil
	for o, s := range e.states {
		for name, entry := range s.Settings {
			if entry.pending != key {
				continue
			}
			entry.pending = nil
			s = s.clone()
			switch {
			case entry.If != nil && !nonNil:
				entry.Then = Set
			case entry.If != nil && (o.Kind == dbapi.Tx || o.Kind == dbapi.Querier):
				entry.Then = Unchecked
			case !nonNil:
				entry.Level = Set
			case o.Kind == dbapi.Tx || o.Kind == dbapi.Querier:
				// The server aborts the transaction; other errors don't.
				entry.Level = Unchecked
			default:
				entry.Level, entry.If, entry.Then = Unset, nil, Unset
			}
			if nonNil {
				delete(s.Dirty, name) // it was not set after all
			}
			s.set(name, entry)
			e.put(o, s)
		}
	}
	return true
}

func isNil(v ssa.Value) bool {
	c, ok := v.(*ssa.Const)
	return ok && c.Value == nil
}

var errorType = types.Universe.Lookup("error").Type()

func isError(t types.Type) bool { return types.Identical(t, errorType) }
