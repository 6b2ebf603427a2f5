package scope

import "github.com/tenantvet/tenantvet/sqlcheck"

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

func (ev *Event) bindings() statement {
	return statement{args: ev.Args, argsKnown: ev.ArgsKnown}
}

// Constant returns the constant that a setting is set to.
func (ev *Event) Constant(set sqlcheck.Setting) (string, bool) {
	return ev.bindings().constant(set)
}
