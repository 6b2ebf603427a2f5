package scope

import (
	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/dbapi"
	"github.com/tenantvet/tenantvet/sqlcheck"
)

// change applies a change of a setting, or a transaction command sent as text,
// to a handle.
func (w *flow) change(e *env, call ssa.CallInstruction, o *Object, c settingChange) {
	if o.IsPool() {
		return // each statement may run on another connection
	}
	s := e.get(o).clone()
	switch {
	case c.tx != sqlcheck.NoTx:
		textTransaction(&s, o, c.tx)
	case c.Reset:
		w.resetBy(e, call, o, c)
		s = e.get(o).clone()
		s.reset(c.name)
	case c.name == SearchPath && c.Value.Kind == sqlcheck.Literal && !c.local:
		s.reset(c.name) // back to the schema that is everybody's
	case w.Bypass(c.name, c.value):
		s.Broken = "bypassrole"
	case c.Conditional:
		// CASE WHEN .. THEN set_config(..): the statement's own data decide.
		s.set(c.name, Entry{Level: Conditional, By: call})
	case !c.Certain:
		// In a CTE or beside a read the order is the planner's.
	case c.local:
		w.setLocal(e, call, o, &s, c)
	default:
		s.sets(c, w.entry(call))
		if o.outlives() {
			s.dirty(c.name, call)
		}
	}
	e.put(o, s)
}

// setLocal applies a setting that ends with the transaction.
func (w *flow) setLocal(e *env, call ssa.CallInstruction, o *Object, s *State, c settingChange) {
	inTx := s.InTx || len(w.openOn(e, o)) > 0
	if (o.Kind == dbapi.Conn || o.Kind == dbapi.Session) && !inTx {
		if w.tenant(c.name) {
			s.Broken = "lostcontext"
		}
		return
	}
	if c.Form == sqlcheck.SetStatement && c.Value.Kind == sqlcheck.Bound {
		// The server rejects it: boundset says so, once.
		s.Broken = "boundset"
	}
	s.sets(c, w.entry(call))
}

// sets puts a change of a setting in effect, and the choice of a schema with it.
func (s *State) sets(c settingChange, en Entry) {
	s.set(c.name, en)
	if c.name != SearchPath {
		return
	}
	s.unchosen()
	if c.chosen != "" {
		s.set(c.chosen, en)
	}
}

// unchosen forgets the choice of a schema.
func (s *State) unchosen() {
	for name := range s.Settings {
		if namesSchema(name) {
			delete(s.Settings, name)
		}
	}
}

// entry is a setting made by a call whose error nobody has looked at yet.
func (w *flow) entry(call ssa.CallInstruction) Entry {
	if !returnsError(call) {
		return Entry{Level: Set, By: call}
	}
	en := Entry{Level: Unchecked, By: call}
	if v := call.Value(); v != nil {
		en.pending = v
	}
	return en
}

// textTransaction follows BEGIN and COMMIT sent as text on a connection.
func textTransaction(s *State, o *Object, tx sqlcheck.TxControl) {
	if o.Kind == dbapi.Tx {
		return
	}
	switch tx {
	case sqlcheck.Begin:
		s.InTx = true
	case sqlcheck.Commit, sqlcheck.Rollback, sqlcheck.PrepareTransaction:
		s.InTx = false
		for name := range s.Settings {
			if _, session := s.Dirty[name]; !session {
				delete(s.Settings, name)
			}
		}
	}
}

// resetBy looks at how a session setting is taken back.
func (w *flow) resetBy(e *env, call ssa.CallInstruction, o *Object, c settingChange) {
	if w.emit == nil || o.Kind == dbapi.Tx || !errorDropped(call) {
		return
	}
	if c.name != "all" && !w.tenant(c.name) {
		return
	}
	if c.name == "all" && o.Root != Created && o.Kind == dbapi.Session {
		// The last thing that a pool's hook does to a connection: what it is to
		// take back was set elsewhere.
		w.emit(&Event{Call: call, Pos: call.Common().Pos(), Handles: []Handle{{Object: o, State: e.get(o)}},
			Leak: &Leak{Setting: "every setting", DroppedReset: true}})
		return
	}
	dirty := e.get(o).Dirty
	for _, name := range sortedKeys(dirty) {
		if w.tenant(name) && (c.name == "all" || c.name == name) {
			w.emit(&Event{Call: call, Pos: call.Common().Pos(), Handles: []Handle{{Object: o, State: e.get(o)}},
				Leak: &Leak{Setting: name, DroppedReset: true, SetBy: dirty[name]}})
			return
		}
	}
}

// leaks emits the session context that a connection carries back to its pool.
func (w *flow) leaks(e *env, o *Object) {
	if w.emit == nil {
		return
	}
	s := e.get(o)
	for _, name := range sortedKeys(s.Dirty) {
		by := s.Dirty[name]
		if by == nil {
			continue // a hook found it there
		}
		schema := ForAll
		if name == SearchPath {
			schema = w.schemaOf(by)
		}
		if w.tenant(name) || name == "role" || name == "session_authorization" || schema != ForAll {
			sent := w.sentBy(by)
			w.emit(&Event{Call: by, frame: w.frame, Pos: by.Common().Pos(), TextArg: sent.arg, Args: sent.args, ArgsKnown: sent.argsKnown,
				Handles: []Handle{{Object: o, State: s}}, Leak: &Leak{Setting: name, Texts: sent.texts, Schema: schema}})
		}
	}
}

// sentBy returns the statement that a call sends, if it sends one itself.
func (w *flow) sentBy(call ssa.CallInstruction) statement {
	t := w.targetOf(call)
	if t.method.Effect != dbapi.Send {
		return statement{}
	}
	return w.statement(call, t.args, t.method)
}

// copyFrom applies COPY FROM through the driver.
func (w *flow) copyFrom(e *env, call ssa.CallInstruction, t target) {
	name, ok := identifier(t.args[t.method.Table])
	ev := &Event{Call: call, Pos: call.Common().Pos(), Unresolved: !ok}
	if !ok {
		ev.TextCause = "table name that the program computes"
	} else {
		st := sqlcheck.Statement{Op: sqlcheck.CopyFrom, Relations: []sqlcheck.Relation{{Name: name, Write: true}}}
		ev.Texts = []Text{{Facts: sqlcheck.Facts{Statements: []sqlcheck.Statement{st}}}}
	}
	w.record(e, ev, w.resolve(t.recv))
}

// queue adds a statement to a batch: what precedes it there scopes it.
func (w *flow) queue(e *env, call ssa.CallInstruction, t target) {
	s := w.statement(call, t.args, t.method)
	if s.param != nil {
		s.unresolved = true
	}
	for _, batch := range w.resolve(t.recv) {
		st := e.get(batch).clone()
		ev := w.queuedEvent(call, s)
		ev.Batched = w.scopedBy(st)
		st.Queued = append(st.Queued, ev)
		for _, c := range w.changes(s) {
			if c.tx == sqlcheck.NoTx && !c.Reset && c.Certain {
				st.sets(c, Entry{Level: Set, By: call})
				if !c.local {
					st.dirty(c.name, call)
				}
			}
		}
		e.put(batch, st)
	}
}

// queuedEvent returns the one event of a Queue call, so that loops and the
// fixed point don't multiply it.
func (w *flow) queuedEvent(call ssa.CallInstruction, s statement) *Event {
	if ev, ok := w.queuedEvents[call]; ok {
		return ev
	}
	ev := &Event{Call: call, Pos: call.Common().Pos(), Texts: s.texts, Unresolved: s.unresolved, TextCause: s.cause, Queued: true,
		Args: s.args, ArgsKnown: s.argsKnown, TextArg: s.arg}
	w.queuedEvents[call] = ev
	return ev
}

// sendBatch sends what was queued over a handle.
func (w *flow) sendBatch(e *env, call ssa.CallInstruction, t target) {
	on := w.resolve(t.recv)
	for _, batch := range w.resolve(t.args[t.method.Batch]) {
		st := e.get(batch)
		for _, q := range st.Queued {
			ev := *q
			w.record(e, &ev, on)
		}
		for _, o := range on {
			w.afterBatch(e, o, st)
		}
		// A batch of which nothing is seen was filled elsewhere.
		if len(st.Queued) == 0 && batch.Root != Created {
			w.record(e, &Event{Call: call, Pos: call.Common().Pos(), Unresolved: true, TextCause: "batch filled elsewhere"}, on)
		}
		e.put(batch, State{})
	}
}

// afterBatch leaves on a handle what a batch set that was sent over it: in a
// transaction all of it, on a connection what was set for the session.
func (w *flow) afterBatch(e *env, o *Object, batch State) {
	if o.IsPool() {
		return
	}
	s := e.get(o).clone()
	for name, entry := range batch.Settings {
		by, session := batch.Dirty[name]
		if session && o.outlives() {
			s.dirty(name, by)
		}
		if session || s.InTx || o.Kind == dbapi.Tx || o.Kind == dbapi.Querier {
			s.set(name, entry)
		}
	}
	e.put(o, s)
}

// identifier reads a pgx.Identifier literal.
func identifier(v ssa.Value) (sqlcheck.Name, bool) {
	sl, ok := v.(*ssa.ChangeType)
	if ok {
		v = sl.X
	}
	parts, ok := sliceOfStrings(v)
	switch {
	case ok && len(parts) == 1:
		return sqlcheck.Name{Name: parts[0]}, true
	case ok && len(parts) == 2:
		return sqlcheck.Name{Schema: parts[0], Name: parts[1]}, true
	}
	return sqlcheck.Name{}, false
}
