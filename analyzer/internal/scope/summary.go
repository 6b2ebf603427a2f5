package scope

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tenantvet/tenantvet/analyzer/internal/dbapi"
	"github.com/tenantvet/tenantvet/analyzer/internal/sqltext"
)

// A Summary is what callers must know about a function. It is a fact: plain,
// small, sorted, with everything its callees do folded in.
type Summary struct {
	Needs []Need
	// Reads are statements on tenant relations that need nothing of their handle
	// but a login that the policies bind.
	Reads     []Need
	Sets      []Effect
	Resets    []Effect
	Sends     []SendOver
	Results   []Carrier
	Callbacks []Callback
	Hooks     []Hooking
	Stores    []Stored
	Invokes   []Invoke
	Behind    []Behind
	Keeps     []Keep
	// Touch is a statement on a tenant relation for which the function, or what it
	// calls, sets the tenant's context on a handle of its own; nil without one.
	Touch *Touch
}

// AFact marks Summary as a fact of a function.
func (*Summary) AFact() {}

// A Place is a handle in terms of a function's caller: a parameter, receiver
// first, and the fields that lead from it to the handle.
type Place struct {
	Param int
	Path  string
}

// isValue reports whether a place is not a handle but a plain value that a
// context carries: the tenant that the function sets on a handle of its own.
func (p Place) isValue() bool { return isMarked(p.Path[strings.LastIndexByte(p.Path, '.')+1:]) }

func (p Place) String() string {
	if p.Param == ofUse {
		return "use" + p.Path
	}
	return fmt.Sprintf("p%d%s", p.Param, p.Path)
}

// A Need is a handle that must arrive scoped.
type Need struct {
	Place
	// The first statement that needs it.
	Wants
	Posn string // file:line:column
	// Qualified: the statement names the relation's schema.
	Qualified bool
	// Chain are the calls between the function and the statement, outermost first.
	Chain []Step
	// Else is used where Place, which a context carries, is nothing; nil if
	// nothing is.
	Else *Else
	// Besides are what contexts must lack for the handle to be used.
	Besides []Place
	// Context is the parameter, counted from 1, that the statement's context comes
	// from; 0 if it is another one, such as a request's, or not known.
	Context int
	// MustTx: the handle must be a transaction, because the function sets
	// transaction-local context on it.
	MustTx bool
	// Put is the key under which the function puts the handle into a context,
	// if that is why it must arrive scoped.
	Put string
	// Privileged: the statement stands in a package that may work for all tenants.
	Privileged bool
}

// Wants is what a statement works on that needs the tenant's context.
type Wants struct {
	Relation  string
	Operation string
	// Shared: without context the policies let the statement reach the relation's rows
	// that are everybody's, and they may be all that it wants.
	Shared bool
}

// An Else is the handle that a function falls back on: a pool, or a place.
type Else struct {
	Pool bool
	At   Place
}

// A Step is one step of a path that proves a finding.
type Step struct {
	Posn    string
	Message string
}

// An Effect is a setting that a function surely leaves behind on a handle
// when it returns without error.
type Effect struct {
	Place
	Setting string
	// Session: it outlives the transaction.
	Session bool
	// Level is Set, Unchecked (the function drops the statement's error) or
	// Conditional.
	Level  Level
	Broken string // the rule that reported why it has no effect
	// If: it does so only where a context carries something here, or this parameter
	// is zero, or isn't.
	If *Place
}

// A SendOver is a string parameter that the function sends as SQL, or a text
// with parameters in it that says too little without them.
type SendOver struct {
	Text, Args int // parameters, receiver first; Args is -1 without, Text with Texts
	Texts      []sqltext.Pattern
	Over       []Carrier
}

// A Carrier is a handle that leaves a function as (part of) a result or as a
// callback's argument.
type Carrier struct {
	Slot int    // which result or argument
	Path string // fields that lead from it to the handle
	// From is the parameter that it is; Param is -1 when it is made inside.
	From Place
	// Begun: it is a transaction begun on From.
	Begun bool
	// Kind, Settings and Broken describe a handle made inside.
	Kind     dbapi.Kind
	Settings []InEffect
	Broken   string
	Cause    string // not known: why
	Pooled   bool
	// Unless is what a context carries: the handle is used where that is nothing.
	Unless *Place
	// Besides are what contexts must lack as well for it to be used.
	Besides []Place
	// Hooks are the parameters that become hooks of the pool.
	Hooks []int
	// Login is who it is to the server, and Logins the parameters that decide that.
	Login  *Login
	Logins []int
	// On are the caller's handles that it was made on.
	On []Place
	// Registry is what it was looked up in.
	Registry *Registration
	// Falls is where it is returned, if it is the pool in case that nothing is looked up.
	Falls string
}

// InEffect is a setting that is in effect on a handle.
type InEffect struct {
	Setting string
	Level   Level
	// If: it is so only where a context carries something here, or this parameter is
	// zero, or isn't.
	If *Place
}

func (s InEffect) String() string { return s.Level.mark() + s.Setting + provided(s.If) }

func provided(at *Place) string {
	if at == nil {
		return ""
	}
	return " if " + at.String()
}

// mark prints a level in facts.
func (l Level) mark() string {
	switch l {
	case Conditional:
		return "maybe "
	case Unchecked:
		return "unchecked "
	}
	return ""
}

// A Callback is a function parameter that the function calls.
type Callback struct {
	Param int
	Args  []Carrier
	// Behind are the types of arguments that are interfaces, by slot.
	Behind []Behind
	// Broken names the rule that reported why the callback can't reach the
	// handle on which the tenant's context is set.
	Broken string
}

// A Touch is a statement on a tenant relation.
type Touch struct {
	Wants
	Posn string // file:line:column
}

// Empty reports whether there is nothing to tell.
func (s *Summary) Empty() bool {
	return len(s.Needs)+len(s.Reads)+len(s.Sets)+len(s.Resets)+len(s.Sends)+len(s.Results)+len(s.Callbacks)+len(s.Hooks)+len(s.Stores)+len(s.Invokes)+len(s.Behind)+len(s.Keeps) == 0 && s.Touch == nil
}

// OnlyValues reports whether there is nothing to tell but which of a context's
// values a function returns.
func (s *Summary) OnlyValues() bool {
	bare := *s
	bare.Results = nil
	return bare.Empty() && !slices.ContainsFunc(s.Results, func(c Carrier) bool { return c.From.Param < 0 || !c.From.isValue() })
}

// String prints the fact for tests.
func (s *Summary) String() string {
	var parts []string
	for _, n := range s.Needs {
		if n.MustTx {
			parts = append(parts, "needs tx "+n.Place.String())
			continue
		}
		if n.Put != "" {
			parts = append(parts, "puts "+n.Place.String()+under(n.Put))
			continue
		}
		what := n.Place.String()
		switch {
		case n.Else == nil:
		case n.Else.Pool:
			what += " else the pool"
		default:
			what += " else " + n.Else.At.String()
		}
		parts = append(parts, fmt.Sprintf("needs %s%s for %s", what, lacking(n.Besides), n.Relation))
	}
	for _, n := range s.Reads {
		parts = append(parts, fmt.Sprintf("reads %s over %s", n.Relation, n.Place))
	}
	for _, e := range s.Sets {
		parts = append(parts, fmt.Sprintf("%ssets %s on %s%s", e.Level.mark(), e.Setting, e.Place, provided(e.If)))
	}
	for _, e := range s.Resets {
		parts = append(parts, fmt.Sprintf("resets %s on %s", e.Setting, e.Place))
	}
	for _, o := range s.Sends {
		parts = append(parts, fmt.Sprintf("sends %s over %s", o.text(), carriers(o.Over)))
	}
	if len(s.Results) > 0 {
		parts = append(parts, "returns "+carriers(s.Results))
	}
	for _, c := range s.Callbacks {
		with := carriers(c.Args)
		if c.Broken != "" {
			with = "nothing"
		}
		parts = append(parts, fmt.Sprintf("calls p%d with %s", c.Param, with))
		for _, b := range c.Behind {
			parts = append(parts, b.String())
		}
	}
	for _, h := range s.Hooks {
		what := "{" + inEffect(h.Settings) + "}"
		if h.From >= 0 {
			what = fmt.Sprintf("p%d", h.From)
		}
		parts = append(parts, fmt.Sprintf("hooks %s on %s", what, h.Place))
	}
	for _, st := range s.Stores {
		parts = append(parts, fmt.Sprintf("stores %s in %s", st.From, st.In))
	}
	for _, i := range s.Invokes {
		parts = append(parts, i.String())
	}
	for _, b := range s.Behind {
		parts = append(parts, b.String())
	}
	for _, k := range s.Keeps {
		parts = append(parts, fmt.Sprintf("keeps p%d's database", k.Param))
	}
	if s.Touch != nil {
		parts = append(parts, "scopes "+s.Touch.Relation+" itself")
	}
	return strings.Join(parts, "; ")
}

func under(key string) string {
	if IsRegistry(key) {
		return " into " + key
	}
	return " under " + key
}

// text prints what is sent.
func (o SendOver) text() string {
	if o.Text >= 0 {
		return fmt.Sprintf("p%d", o.Text)
	}
	var ways []string
	for _, p := range o.Texts {
		ways = append(ways, p.String())
	}
	return strings.Join(ways, " | ")
}

func (c Carrier) place() string { return fmt.Sprintf("%d%s", c.Slot, c.Path) }

func carriers(cs []Carrier) string {
	var parts []string
	for _, c := range cs {
		at := c.place() + "="
		switch {
		case c.From.Param >= 0:
			at += c.From.String()
			if c.Begun {
				at += ".Begin()"
			}
		case c.Cause == nothing:
			at += "nil"
		case c.Cause != "":
			at += "?" + c.Cause
			if len(c.Settings) > 0 {
				at += "{" + inEffect(c.Settings) + "}"
			}
		default:
			at += c.Kind.String()
			if len(c.Settings) > 0 {
				at += "{" + inEffect(c.Settings) + "}"
			}
		}
		if c.Login != nil {
			at += " as " + c.Login.String()
		}
		for _, p := range c.On {
			at += " on " + p.String()
		}
		if c.Registry != nil {
			at += " from " + c.Registry.Key
		}
		for _, p := range c.Logins {
			at += fmt.Sprintf(" opened with p%d", p)
		}
		for _, h := range c.Hooks {
			at += fmt.Sprintf(" hooked by p%d", h)
		}
		if c.Unless != nil {
			at += " unless " + c.Unless.String()
		}
		at += lacking(c.Besides)
		parts = append(parts, at)
	}
	return strings.Join(parts, " ")
}

func inEffect(settings []InEffect) string {
	var parts []string
	for _, s := range settings {
		parts = append(parts, s.String())
	}
	return strings.Join(parts, ",")
}
