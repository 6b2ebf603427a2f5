package scope

import (
	"go/constant"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/dbapi"
	"github.com/tenantvet/tenantvet/analyzer/internal/lazyssa"
	"github.com/tenantvet/tenantvet/sqlcheck"
)

// A statement is what a call sends.
type statement struct {
	arg        ssa.Value
	texts      []Text
	unresolved bool
	param      *ssa.Parameter // the text is this parameter and nothing else
	argsParam  *ssa.Parameter // the bind arguments are this parameter
	args       []ssa.Value
	argsKnown  bool
}

// statement reads the text and bind arguments of a call.
func (w *flow) statement(args []ssa.Value, m dbapi.Method) statement {
	var s statement
	if m.Text < 0 || m.Text >= len(args) {
		s.unresolved = true
		return s
	}
	s.arg = args[m.Text]
	s.read(w.frame, s.arg)
	if m.Args >= 0 && m.Args < len(args) {
		s.args, s.argsKnown = lazyssa.Variadic(args[m.Args])
		s.argsParam, _ = args[m.Args].(*ssa.Parameter)
	}
	return s
}

// read resolves the text of a statement.
func (s *statement) read(f *frame, arg ssa.Value) {
	t := f.texts.Resolve(arg)
	s.unresolved = t.Unresolved
	if t.Param != nil && len(t.Templates) == 1 && t.Param.Parent().Parent() == nil {
		s.param = t.Param
		return
	}
	for _, tpl := range t.Templates {
		s.texts = append(s.texts, Text{Template: tpl, Facts: f.facts(tpl)})
	}
}

// send applies a statement on handles.
func (w *flow) send(e *env, call ssa.CallInstruction, on []*Object, s statement) {
	if s.param != nil {
		w.sendsParameter(e, on, s)
		return
	}
	ev := &Event{
		Call: call, Pos: call.Common().Pos(), Texts: s.texts, Unresolved: s.unresolved,
		Args: s.args, ArgsKnown: s.argsKnown, TextArg: s.arg,
	}
	w.record(e, ev, on)
	if s.opaque() {
		for _, o := range on {
			st := e.get(o).clone()
			st.Opaque = true
			e.states[o] = st
		}
	}
	for _, c := range w.changes(s) {
		for _, o := range on {
			w.change(e, call, o, c)
		}
	}
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
	}
	return false
}

// record completes an event and emits it.
func (w *flow) record(e *env, ev *Event, on []*Object) {
	if w.emit == nil {
		return
	}
	for _, o := range on {
		ev.Handles = append(ev.Handles, Handle{Object: o, State: w.effective(e, o), OpenTx: len(w.openOn(e, o)) > 0})
	}
	ev.Region = w.openRegion(e, on)
	w.emit(ev)
}

// effective is a handle's state with what the handles around it contribute: a
// transaction sees the settings of its connection and of the transaction it is
// nested in, a connection those of the transaction that is open on it.
func (w *flow) effective(e *env, o *Object) State {
	s := e.get(o).clone()
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
	case dbapi.Conn, dbapi.Session:
		for _, tx := range w.openOn(e, o) {
			add(e.get(tx))
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
		if o.Kind != dbapi.Tx || s.Ended || !w.scopedBy(s) {
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
		if entry.Level == Set && w.tenant(name) {
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

// A settingChange is one change of a setting that every alternative of a text makes.
type settingChange struct {
	sqlcheck.Setting
	name  string
	local bool
	value string // "" when it is not a constant
	tx    sqlcheck.TxControl
}

// changes lists what a statement does to settings and transactions for sure.
func (w *flow) changes(s statement) []settingChange {
	if s.unresolved || len(s.texts) == 0 {
		return nil
	}
	var out []settingChange
	for i, t := range s.texts {
		cs := w.changesOf(t.Facts, s)
		if i == 0 {
			out = cs
			continue
		}
		out = intersect(out, cs)
	}
	return out
}

func (w *flow) changesOf(facts sqlcheck.Facts, s statement) []settingChange {
	var out []settingChange
	for _, st := range facts.Statements {
		if st.Tx != sqlcheck.NoTx {
			out = append(out, settingChange{tx: st.Tx})
		}
		for _, set := range st.Settings {
			c := settingChange{Setting: set, name: set.Name}
			if set.NameParam > 0 {
				c.name = boundString(s, set.NameParam)
			}
			if c.name == "" {
				c.name = Unnamed
			}
			c.value, _ = s.constant(set)
			c.local = set.Lifetime == sqlcheck.Local
			if set.LifetimeParam > 0 {
				c.local = boundBool(s, set.LifetimeParam)
			}
			if set.Lifetime == sqlcheck.Stored || !matters(c.name) {
				continue
			}
			out = append(out, c)
		}
	}
	return out
}

// constant returns the constant that a setting is set to.
func (s statement) constant(set sqlcheck.Setting) (string, bool) {
	switch set.Value.Kind {
	case sqlcheck.Literal:
		return set.Value.Text, true
	case sqlcheck.Bound:
		v := boundString(s, set.Value.Param)
		return v, v != ""
	}
	return "", false
}

// matters: settings that can carry tenancy are custom ones and the few that
// decide who runs a statement where.
func matters(name string) bool {
	switch name {
	case Unnamed, "role", "session_authorization", "search_path", "all":
		return true
	}
	for i := range len(name) {
		if name[i] == '.' {
			return true
		}
	}
	return false
}

func intersect(a, b []settingChange) []settingChange {
	var out []settingChange
	for _, x := range a {
		for _, y := range b {
			if x.name == y.name && x.tx == y.tx && x.Reset == y.Reset && x.local == y.local {
				out = append(out, x)
				break
			}
		}
	}
	return out
}

// bound returns the value of a placeholder, or nil.
func bound(s statement, n int) ssa.Value {
	if !s.argsKnown {
		return nil
	}
	i := n - 1
	if len(s.args) > 0 && isQueryOption(s.args[0]) {
		i++ // pgx takes options in front of the values
	}
	if i < 0 || i >= len(s.args) {
		return nil
	}
	v := s.args[i]
	if mi, ok := v.(*ssa.MakeInterface); ok {
		v = mi.X
	}
	return v
}

func boundString(s statement, n int) string {
	if c, ok := bound(s, n).(*ssa.Const); ok && c.Value != nil && c.Value.Kind() == constant.String {
		return constant.StringVal(c.Value)
	}
	return ""
}

// boundBool returns the value of a bound is_local; one that is not constant
// is taken for true.
func boundBool(s statement, n int) bool {
	c, ok := bound(s, n).(*ssa.Const)
	if !ok || c.Value == nil || c.Value.Kind() != constant.Bool {
		return true
	}
	return constant.BoolVal(c.Value)
}

// isQueryOption recognises pgx.QueryExecMode and its kin among the arguments.
func isQueryOption(v ssa.Value) bool {
	mi, ok := v.(*ssa.MakeInterface)
	if !ok {
		return false
	}
	switch types.TypeString(mi.X.Type(), nil) {
	case "github.com/jackc/pgx/v5.QueryExecMode", "github.com/jackc/pgx/v5.QueryResultFormats",
		"github.com/jackc/pgx/v5.QueryResultFormatsByOID":
		return true
	}
	return false
}

// SimpleProtocol reports whether the call asks pgx for the simple protocol,
// which interpolates on the client.
func (ev *Event) SimpleProtocol() bool {
	for _, a := range ev.Args {
		mi, ok := a.(*ssa.MakeInterface)
		if !ok {
			continue
		}
		c, isConst := mi.X.(*ssa.Const)
		if isConst && types.TypeString(c.Type(), nil) == "github.com/jackc/pgx/v5.QueryExecMode" && c.Int64() == 5 {
			return true
		}
	}
	return false
}
