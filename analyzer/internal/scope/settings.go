package scope

import (
	"go/constant"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/sqlcheck"
)

// A settingChange is one change of a setting that every alternative of a text makes.
type settingChange struct {
	sqlcheck.Setting
	name  string
	local bool
	value string // "" when it is not a constant
	// chosen is the setting that stands for the choice of a schema, "" for others.
	chosen string
	tx     sqlcheck.TxControl
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
			if c.name == SearchPath && !c.Reset {
				c.chosen = w.schemaChosen(set, s)
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

// SettingName returns the name of a setting that an event changes; a bound
// name is looked up among the arguments. It is "" when the program decides.
func (ev *Event) SettingName(set sqlcheck.Setting) string {
	if set.NameParam > 0 {
		return boundString(ev.bindings(), set.NameParam)
	}
	return set.Name
}

// IsLocal reports whether a setting ends with the transaction.
func (ev *Event) IsLocal(set sqlcheck.Setting) bool {
	if set.LifetimeParam > 0 {
		return boundBool(ev.bindings(), set.LifetimeParam)
	}
	return set.Lifetime == sqlcheck.Local
}

// Bound returns the value of a placeholder, or nil.
func (ev *Event) Bound(n int) ssa.Value { return bound(ev.bindings(), n) }

func (ev *Event) bindings() statement {
	return statement{args: ev.Args, argsKnown: ev.ArgsKnown}
}

// Constant returns the constant that a setting is set to.
func (ev *Event) Constant(set sqlcheck.Setting) (string, bool) {
	return ev.bindings().constant(set)
}
