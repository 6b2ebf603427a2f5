package scope

import (
	"slices"

	"github.com/tenantvet/tenantvet/analyzer/internal/dbapi"
	"github.com/tenantvet/tenantvet/sqlcheck"
)

// VerdictKind is the answer to whether a handle is scoped.
type VerdictKind uint8

const (
	Safe VerdictKind = iota
	// Unscoped: the tenant's context is surely not set on some path.
	Unscoped
	// Dropped: it is set, but the error of setting it is ignored.
	Dropped
	// Reported: it looks set but isn't; another rule says so at the cause.
	Reported
	// ByCaller: the function's caller decides.
	ByCaller
	// Unknown: see Cause.
	Unknown
)

// A Verdict is the answer with what it rests on.
type Verdict struct {
	Kind  VerdictKind
	Cause string // Unknown: why; Reported: the rule
	Entry Entry  // Dropped: the statement
	// Decider is what the caller has to pass scoped, for ByCaller.
	Decider *Object
}

// Injection says what the module's requests carry under a key of their contexts.
type Injection uint8

const (
	// NotInjected: nothing that is known puts a handle there.
	NotInjected Injection = iota
	// InjectsScoped: a handle on which the tenant's context is set.
	InjectsScoped
	// InjectsAny: a handle with it or one without.
	InjectsAny
	// InjectsBare: a handle without it, which nobody sets later.
	InjectsBare
)

// A Judge is what verdicts rest on beside the state of a handle.
type Judge struct {
	// Tenant tells which settings carry the tenant.
	Tenant func(setting string) bool
	// Relation tells which relations are a tenant's; nil if nobody knows.
	Relation func(sqlcheck.Name) bool
	// Injected tells what the contexts of requests carry under a key.
	Injected func(key string, value bool) Injection
	// Requested tells it of the contexts that requests come with.
	Requested func(key string, value bool) Injection
	// Unset: policies ask for a setting, and no code of the module sets any.
	Unset bool
	// HandlesVary: the configuration declares handles privileged, so that who
	// passes a pool decides whether it is one of them.
	HandlesVary bool
	// PoolsVary: the module has pools with hooks that set the context, so that
	// which pool it is decides.
	PoolsVary bool
	// qualified: the statement names the schema of what it works on, so that
	// search_path decides nothing.
	qualified bool
}

// Verdict judges a handle by the settings that are in effect on it, and, if it
// is used only where a context carries none, by what decides that.
func (j Judge) Verdict(h Handle) Verdict {
	v := j.verdict(h)
	login, _ := h.Login()
	if login.bypasses() {
		v = Verdict{Kind: Reported, Cause: "bypassrole"}
		if login.Declared {
			v.Cause = "privileged"
		}
	}
	switch {
	case len(h.row()) == 0 || len(h.unless) == 0 && v.Kind != Unscoped:
		return v
	case len(h.unless) > 0 && v.Kind == Unknown && h.unless[0].Root != Param && j.Carries(h.unless[0]):
		return Verdict{Kind: Safe} // whatever it would fall back on
	case v.Kind != Unscoped && v.Kind != ByCaller && !login.bypasses():
		return v
	}
	for _, u := range h.row() {
		if v.Kind == Unscoped && j.injected(u) == InjectsBare {
			continue // one is as bare as the other
		}
		if decided := j.decidedBy(u, v); decided.Kind != v.Kind || decided.Decider != v.Decider {
			return decided
		}
	}
	return v
}

// decidedBy is the verdict where something that a context may carry makes a
// handle safe, and otherwise is without it.
func (j Judge) decidedBy(carried *Object, otherwise Verdict) Verdict {
	if carried.isDeclared() {
		return Verdict{Kind: Safe}
	}
	if carried.Root == Param && !carried.ofRequest() {
		return Verdict{Kind: ByCaller, Decider: carried}
	}
	switch j.injected(carried) {
	case InjectsScoped:
		return Verdict{Kind: Safe}
	case InjectsAny, InjectsBare:
		return Verdict{Kind: Unknown, Cause: "context-carrier"}
	}
	return otherwise
}

// Carries reports whether the contexts of requests surely carry an object.
func (j Judge) Carries(o *Object) bool { return j.injected(o) == InjectsScoped }

// RequestsCarry reports whether they do as the server hands them out, middleware
// included, rather than within a callback.
func (j Judge) RequestsCarry(o *Object) bool {
	return j.Requested(o.CarriedKey(), o.value) == InjectsScoped
}

// RestsOn lists what contexts may carry on which it rests that a handle is
// scoped, and whether the handle is used without that as well.
func (j Judge) RestsOn(h Handle) (carried []*Object, falls bool) {
	bare := j
	bare.Injected = func(string, bool) Injection { return NotInjected }
	bare.Requested = bare.Injected
	v := bare.Verdict(h)
	if v.Kind == Safe {
		return nil, false
	}
	for _, o := range append([]*Object{h.Object, j.condition(h)}, h.unless...) {
		carried = add(carried, ofContexts(o)...)
	}
	for o := h.Object; len(o.Parent) == 1; {
		o = o.Parent[0]
		carried = add(carried, ofContexts(o)...)
		for _, u := range o.unless {
			carried = add(carried, ofContexts(u)...)
		}
	}
	return carried, v.Kind == Unscoped || len(h.unless) > 0 || j.condition(h) != nil
}

// ofContexts keeps an object if it is what a context may carry.
func ofContexts(o *Object) []*Object {
	if o == nil || !o.isCarried() || o.isDeclared() || o.ambient || o.Root != Carried && o.Root != Param || lastElement(o.Path) > 0 {
		return nil
	}
	return []*Object{o}
}

// Bare lists the keys of what contexts carry without the tenant's context that an
// unscoped handle is, or that it is used instead of.
func (j Judge) Bare(h Handle) []string {
	var out []string
	for _, o := range append([]*Object{h.Object}, h.row()...) {
		if key := o.CarriedKey(); key != "" && j.injected(o) == InjectsBare {
			out = append(out, key)
		}
	}
	return out
}

// injected tells what requests carry where an object comes from.
func (j Judge) injected(o *Object) Injection {
	told := j.Injected
	if o.cameWithRequest() {
		told = j.Requested
	}
	in := told(o.CarriedKey(), o.value)
	if in == NotInjected && o.Kind == dbapi.NoHandle && o.ofRequest() {
		return InjectsAny // middleware of others puts users, tokens and the like there
	}
	return in
}

func (j Judge) verdict(h Handle) Verdict {
	tenant := j.Tenant
	best := Unset
	var by Entry
	for _, name := range sortedKeys(h.State.Settings) {
		entry := h.State.Settings[name]
		if (name == Unnamed || name == Declared || name == ChosenDatabase || name == ChosenSchema && !j.qualified || tenant(name)) && entry.Level > best {
			best, by = entry.Level, entry
		}
	}
	ended := h.Kind == dbapi.Tx && h.State.Ended
	switch {
	case h.State.Broken == sometimesBypass && !h.IsPool():
		return Verdict{Kind: Unknown, Cause: "conditional-context"}
	case h.State.Broken != "" && !h.IsPool():
		return Verdict{Kind: Reported, Cause: h.State.Broken}
	case best == Set && !ended:
		return Verdict{Kind: Safe}
	case best == Unchecked && !ended:
		return Verdict{Kind: Dropped, Entry: by}
	case best == Conditional && !ended && by.If != nil:
		v := j.decidedBy(by.If, Verdict{Kind: Unscoped})
		if by.here {
			return Verdict{Kind: Unscoped}
		}
		if by.Then == Unchecked && v.Kind != Unscoped {
			return Verdict{Kind: Dropped, Entry: by} // where it is set at all
		}
		return v
	case best == Conditional && !ended:
		return Verdict{Kind: Unknown, Cause: "conditional-context"}
	case h.IsPool():
		return j.pool(h)
	case h.State.chosenBy() && !j.qualified:
		return Verdict{Kind: Unknown, Cause: "schema-of-caller"}
	case h.State.Settings[SomeSchema].Level != Unset && !j.qualified:
		return Verdict{Kind: Unknown, Cause: "schema-of-context"}
	case h.State.Opaque, h.State.saidTo():
		return Verdict{Kind: Unknown, Cause: "dynamic-sql"}
	case h.isCarried() && h.Kind != dbapi.NoHandle && j.injected(h.Object) == InjectsBare:
		return Verdict{Kind: Unscoped} // whoever called: nobody can have another one
	case h.Root == Param && !h.inRequest() && !ended:
		return Verdict{Kind: ByCaller, Decider: h.Object}
	case len(h.Parent) > 0 && !ended:
		return j.inherited(h)
	case (h.Root == Carried && h.isCarried() || h.ofRequest()) && j.injected(h.Object) == InjectsScoped:
		return Verdict{Kind: Safe}
	case j.Unset && (h.Root == Carried && h.isCarried() || h.ofRequest()) && j.injected(h.Object) == NotInjected:
		return Verdict{Kind: Unscoped} // whoever puts one there could only have set it in this module
	case h.Root == Carried, h.Root == Elsewhere, h.inRequest():
		return Verdict{Kind: Unknown, Cause: h.Cause}
	case h.Root == Global && h.Kind != dbapi.Conn && h.Kind != dbapi.Session:
		return Verdict{Kind: Unknown, Cause: "global-handle"}
	case h.Kind == dbapi.NoHandle || h.Kind == dbapi.Querier:
		return Verdict{Kind: Unknown, Cause: "escaped-handle"}
	}
	return Verdict{Kind: Unscoped}
}

// pool judges a pool on which no hook is known to set the context.
func (j Judge) pool(h Handle) Verdict {
	switch {
	case h.Cause == FallsBack:
		return Verdict{Kind: Reported, Cause: FallsBack} // there, once
	case h.Cause == hookedPool, h.Cause == keyedPool:
		return Verdict{Kind: Unknown, Cause: h.Cause}
	case !j.PoolsVary && j.HandlesVary && h.Root == Param && h.Path == "":
		return Verdict{Kind: ByCaller, Decider: h.Object}
	case !j.PoolsVary || h.Root == Created || h.Cause == fallbackPool || h.Cause == nonePassed || h.Cause == tenantless || h.Cause == tenantMissing:
		return Verdict{Kind: Unscoped}
	case len(h.wired) > 0:
		return j.wired(h)
	case h.Root == Param && !h.inRequest():
		return Verdict{Kind: ByCaller, Decider: h.Object}
	}
	return Verdict{Kind: Unknown, Cause: hookedPool}
}

// wired judges a field by what its package stores there.
func (j Judge) wired(h Handle) Verdict {
	var out Verdict
	for i, o := range h.wired {
		v := j.Verdict(Handle{Object: o, State: o.initial})
		switch {
		case v.Kind == ByCaller: // the package stores what it is given
			return Verdict{Kind: ByCaller, Decider: h.Object}
		case i == 0:
			out = v
		case v.Kind != out.Kind:
			return Verdict{Kind: Unknown, Cause: hookedPool}
		}
	}
	return out
}

// inherited judges a handle that was made on others, by them.
func (j Judge) inherited(h Handle) Verdict {
	out := Verdict{Kind: Unscoped}
	for i, p := range h.Parent {
		v := j.Verdict(Handle{Object: p, State: p.initial})
		switch {
		case v.Kind == Unknown:
			return v
		case i == 0:
			out = v
		case v.Cause == FallsBack && out.Kind == Safe, v.Kind == Safe && out.Cause == FallsBack:
			out = Verdict{Kind: Reported, Cause: FallsBack}
		case h.onPools() && (v.Kind == Unscoped || out.Kind == Unscoped):
			out = Verdict{Kind: Unscoped} // whichever it was, the function chose it
		case v.Kind != out.Kind || v.Decider != out.Decider && !v.Decider.same(out.Decider):
			return Verdict{Kind: Unknown, Cause: "tx-or-pool"}
		}
	}
	return out
}

// onPools reports whether a transaction was begun on one of several pools that the
// function opened or got.
func (o *Object) onPools() bool {
	return !slices.ContainsFunc(o.Parent, func(p *Object) bool { return !p.IsPool() || p.Root == Param && p.Path == "" })
}

// Judge joins the verdicts over the handles that a statement may run on.
func (j Judge) Event(ev *Event) (Verdict, *Handle) {
	if len(ev.Handles) == 0 {
		return Verdict{Kind: Unknown, Cause: "escaped-handle"}, nil
	}
	j.qualified = j.isQualified(ev)
	var verdicts []Verdict
	for _, h := range ev.Handles {
		verdicts = append(verdicts, j.Verdict(h))
	}
	// A handle that a context may carry, or a caller may pass, with a pool to
	// fall back on: whether the pool is ever used is not decided here.
	for i, v := range verdicts {
		if v.Kind == Unknown {
			return v, &ev.Handles[i]
		}
	}
	if ev.conditional(verdicts) {
		return Verdict{Kind: Unknown, Cause: "conditional-context"}, &ev.Handles[0]
	}
	for _, kind := range []VerdictKind{Unscoped, Dropped} {
		for i, v := range verdicts {
			if v.Kind != kind || kind == Unscoped && j.standsIn(ev.Handles[i], ev.Handles, verdicts) {
				continue
			}
			for _, other := range verdicts {
				if other.Kind == ByCaller {
					return Verdict{Kind: Unknown, Cause: "tx-or-pool"}, &ev.Handles[i]
				}
			}
			if j.mayNotCarry(ev.Handles[i], v, verdicts) {
				return Verdict{Kind: Unknown, Cause: "context-carrier"}, &ev.Handles[i]
			}
			if ev.Region != nil && ev.Region.Broken != "" && kind == Unscoped {
				v = Verdict{Kind: Reported, Cause: ev.Region.Broken}
			}
			return v, &ev.Handles[i]
		}
	}
	for _, kind := range []VerdictKind{ByCaller, Reported} {
		for i, v := range verdicts {
			if v.Kind == kind {
				return v, &ev.Handles[i]
			}
		}
	}
	return verdicts[0], &ev.Handles[0]
}

// standsIn reports whether a handle is used only where contexts don't carry another one of
// an event's, which is as unscoped: the finding is about that.
func (j Judge) standsIn(h Handle, handles []Handle, verdicts []Verdict) bool {
	for i, other := range handles {
		if verdicts[i].Kind == Unscoped && slices.ContainsFunc(h.row(), other.same) && j.injected(other.Object) == InjectsBare {
			return true
		}
	}
	return false
}

// mayNotCarry reports whether a handle is what a context carries without the tenant's, and
// another one of an event's is not as unscoped: whether the contexts that get there carry
// any, or the other one is always used, is not decided.
func (j Judge) mayNotCarry(h Handle, v Verdict, verdicts []Verdict) bool {
	return v.Kind == Unscoped && h.isCarried() && j.injected(h.Object) == InjectsBare &&
		slices.ContainsFunc(verdicts, func(o Verdict) bool { return o.Kind != Unscoped })
}

// conditional reports whether one call returns the handle scoped on some of
// its paths and not on others: which, its own arguments decide.
func (ev *Event) conditional(verdicts []Verdict) bool {
	for i, v := range verdicts {
		for j, u := range verdicts {
			if v.Kind == Safe && u.Kind == Unscoped && ev.Handles[i].Root == Created && ev.Handles[i].Value == ev.Handles[j].Value {
				return true
			}
		}
	}
	return false
}
