package scope

import (
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/dbapi"
	"github.com/tenantvet/tenantvet/analyzer/internal/lazyssa"
	"github.com/tenantvet/tenantvet/analyzer/internal/sqltext"
	"github.com/tenantvet/tenantvet/sqlcheck"
)

// A statement is what a call sends.
type statement struct {
	arg        ssa.Value
	texts      []Text
	unresolved bool
	each       bool              // all of the texts are sent, one after the other
	cause      string            // why a part of the text is not known
	param      *ssa.Parameter    // the text is this parameter and nothing else
	patterns   []sqltext.Pattern // set where the texts say too little without what callers pass
	argsParam  *ssa.Parameter    // the bind arguments are this parameter
	args       []ssa.Value
	argsKnown  bool
	inline     bool // the library writes the arguments into the text
	question   bool // placeholders are written "?"
}

// statement reads the text and bind arguments of a call.
func (w *flow) statement(call ssa.CallInstruction, args []ssa.Value, m dbapi.Method) statement {
	s := statement{inline: m.Inline, question: m.Question}
	switch {
	case m.Unread:
		return statement{unresolved: true, cause: "text that a library makes or reads"}
	case m.Name >= 0 && m.Name < len(args):
		if s.texts = w.preparedAs(args[m.Name]); len(s.texts) == 0 {
			return preparedElsewhere()
		}
	case m.Text < 0 || m.Text >= len(args):
		s.unresolved = true
		return s
	default:
		s.arg = args[m.Text]
		s.read(w.frame, w.texts.Text(s.arg, call.Block()))
	}
	if m.Args >= 0 && m.Args < len(args) {
		s.args, s.argsKnown = lazyssa.Variadic(args[m.Args])
		s.argsParam, _ = args[m.Args].(*ssa.Parameter)
	}
	return s
}

// read takes in the text of a statement.
func (s *statement) read(f *frame, t sqltext.Text) {
	s.unresolved, s.cause, s.each = t.Unresolved, t.Cause, t.Each
	if t.Param != nil && len(t.Templates) == 1 && t.Param.Parent().Parent() == nil {
		s.param = t.Param
		return
	}
	undecided := false
	for _, tpl := range f.prepared(t.Templates) {
		text := Text{Template: tpl, Facts: f.facts(tpl)}
		s.texts = append(s.texts, text)
		undecided = undecided || f.texts.Parametric(tpl) && saysLittle(text.Facts)
	}
	if undecided {
		s.patterns, _ = f.texts.Patterns(t, root(f.fn))
	}
}

// saysLittle reports whether the facts don't tell what a text works on. What the
// grammar rejects doesn't get better by the values in it.
func saysLittle(facts sqlcheck.Facts) bool {
	if facts.Err != nil && facts.Err.Cause == sqlcheck.Rejected {
		return false
	}
	for _, st := range facts.Statements {
		named := slices.ContainsFunc(st.Relations, func(r sqlcheck.Relation) bool { return !r.Hole })
		if !named && len(st.Settings)+len(st.Functions) == 0 && st.Tx == sqlcheck.NoTx {
			return true
		}
	}
	return len(facts.Statements) == 0
}

// root is the declared function around a literal.
func root(fn *ssa.Function) *ssa.Function {
	for fn.Parent() != nil {
		fn = fn.Parent()
	}
	return fn
}

// built is the statement that a query builder sends.
func (w *flow) built(call ssa.CallInstruction, t target) statement {
	var s statement
	s.arguments(w.written(t))
	for _, tpl := range w.texts.Built(call) {
		s.texts = append(s.texts, Text{Template: tpl, Facts: w.facts(tpl)})
	}
	if len(s.texts) == 0 {
		s.unresolved, s.cause = true, "statement of a query builder"
	}
	return s
}

// written is the call of a builder's chain that takes SQL text: the one that
// sends it, or one before, as in db.Raw("..").Scan(&x).
func (w *flow) written(t target) target {
	for range maxDepth {
		prev, ok := t.recv.(*ssa.Call)
		if t.method.Text >= 0 || !ok {
			return t
		}
		t = w.targetOf(prev)
	}
	return t
}

// arguments reads the bind arguments of a call.
func (s *statement) arguments(t target) {
	if m := t.method; m.Text >= 0 && m.Args >= 0 && m.Args < len(t.args) {
		s.arg, s.inline, s.question = t.args[m.Text], m.Inline, m.Question
		s.args, s.argsKnown = lazyssa.Variadic(t.args[m.Args])
	}
}

// send applies a statement on handles.
func (w *flow) send(e *env, call ssa.CallInstruction, on []*Object, s statement) {
	if s.param != nil || s.patterns != nil {
		w.sendsParameter(e, call, on, s)
		return
	}
	ev := &Event{
		Call: call, Pos: call.Common().Pos(), Texts: s.texts, Unresolved: s.unresolved, TextCause: s.cause,
		Args: s.args, ArgsKnown: s.argsKnown, TextArg: s.arg, Inline: s.inline, Question: s.question,
	}
	w.record(e, ev, on)
	if s.opaque() {
		for _, o := range on {
			st := e.get(o).clone()
			st.Opaque = true
			e.put(o, st)
		}
	}
	if w.rejectedContext(s) {
		for _, o := range on {
			if !o.IsPool() {
				st := e.get(o).clone()
				st.Broken = "brokensql"
				e.put(o, st)
			}
		}
	}
	for _, c := range w.changes(s) {
		for _, o := range on {
			w.change(e, call, o, c)
		}
	}
}

// rejectedContext reports whether a statement was to set the tenant's context
// and is no SQL: brokensql says so, once.
func (w *flow) rejectedContext(s statement) bool {
	for _, t := range s.texts {
		if t.Facts.Err == nil || t.Facts.Err.Cause != sqlcheck.Rejected {
			return false
		}
	}
	if len(s.texts) == 0 {
		return false
	}
	_, settings := sqlcheck.Mentions(s.texts[0].Template)
	return slices.ContainsFunc(settings, func(set sqlcheck.Setting) bool { return w.tenant(set.Name) })
}

// opaque reports whether nothing is known about what is sent, so that it may
// as well be the statement that sets the context.
func (s statement) opaque() bool {
	if s.unresolved {
		return true
	}
	for _, t := range s.texts {
		if t.Facts.Err != nil && t.Facts.Err.Cause == sqlcheck.Opaque {
			return true
		}
		for _, st := range t.Facts.Statements {
			if s.each && len(st.Settings) > 0 {
				return true // it is sent, but the path past the loop doesn't show it
			}
		}
	}
	return false
}

// record completes an event and emits it.
func (w *flow) record(e *env, ev *Event, on []*Object) {
	if w.emit == nil {
		return
	}
	if ev.Call == nil {
		ev.In = w.fn
	} else {
		on = w.unless(on, w.absences(ev.Call.Block(), nil))
	}
	ev.context = w.sentWith(ev)
	for _, o := range on {
		h := Handle{Object: o, State: w.effective(e, o), OpenTx: len(w.openOn(e, o)) > 0}
		if w.use(ev.Call, ev.context, &h) {
			ev.Handles = append(ev.Handles, h)
		}
	}
	ev.Region, ev.frame = w.openRegion(e, on), w.frame
	w.worksOn(e, ev, on)
	w.emit(ev)
}

// effective is a handle's state with what the handles around it contribute: a
// transaction sees the settings of its connection and of the transaction it is
// nested in, a connection those of the transaction that is open on it.
func (w *flow) effective(e *env, o *Object) State {
	s := e.get(o).clone()
	if w.api.IsScoped(o.Type) {
		s.set(Declared, Entry{Level: Set})
	}
	add := func(from State) {
		for name, entry := range from.Settings {
			if have, has := s.Settings[name]; !has || have.Level < entry.Level {
				s.set(name, entry)
			}
		}
		if s.Broken == "" {
			s.Broken = from.Broken
		}
		s.Opaque = s.Opaque || from.Opaque
	}
	switch o.Kind {
	case dbapi.Tx:
		if len(o.Parent) == 1 && o.Parent[0].Kind != dbapi.Pool && o.Parent[0] != o {
			add(w.effective(e, o.Parent[0]))
		}
		add(w.fromPool(o))
	case dbapi.Conn, dbapi.Session:
		add(w.fromPool(o))
		for _, tx := range w.openOn(e, o) {
			add(e.get(tx))
		}
	}
	add(w.besetBy(e, o))
	return s
}

// fromPool is what the hooks of the pool set on a connection taken from it.
func (w *flow) fromPool(o *Object) State {
	var s State
	for i, p := range o.Parent {
		if p.Kind != dbapi.Pool {
			return State{}
		}
		if i == 0 {
			s = State{Settings: p.initial.clone().Settings}
		} else {
			s = join(s, State{Settings: p.initial.clone().Settings})
		}
	}
	return s
}

// openOn lists the open transactions on a connection.
func (w *flow) openOn(e *env, conn *Object) []*Object {
	var open []*Object
	for o, s := range e.states {
		if o.Kind == dbapi.Tx && !s.Ended && len(o.Parent) == 1 && o.Parent[0] == conn {
			open = append(open, o)
		}
	}
	return open
}

// openRegion finds the scoped transaction that is open around a statement on
// other handles.
func (w *flow) openRegion(e *env, on []*Object) *Region {
	if w.region != nil {
		return w.region
	}
	var found *Object
	for o, s := range e.states {
		if o.Kind != dbapi.Tx || s.Ended || !w.scopedBy(s) || slices.Contains(on, o) {
			continue
		}
		if found != nil && w.in.id(found.Value) < w.in.id(o.Value) {
			continue // the same one in every run
		}
		found = o
	}
	if found == nil {
		return nil
	}
	return &Region{Object: found, Name: goName(found.Value)}
}

// scopedBy reports whether a state has a tenant setting for sure.
func (w *flow) scopedBy(s State) bool {
	for name, entry := range s.Settings {
		if entry.Level == Set && (name == Declared || name == ChosenSchema || name == ChosenDatabase || w.tenant(name)) {
			return true
		}
	}
	return false
}

// goName returns the Go variable that holds a value, if it is a plain one.
func goName(v ssa.Value) string {
	if p, ok := v.(*ssa.Parameter); ok {
		return p.Name()
	}
	return ""
}
