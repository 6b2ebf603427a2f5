package scope

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/sqlcheck"
)

// An Event is something that happens on a handle and that a rule may judge.
type Event struct {
	Call ssa.CallInstruction
	// In is the function that it is in, where Call is nil.
	In *ssa.Function
	// Pos is where it stands: the call, or the wiring.
	Pos     token.Pos
	Handles []Handle
	// Region is the scoped transaction that is open around the event, if any.
	Region *Region

	// What is sent: the alternatives of the text and their facts, index by index.
	Texts      []Text
	Unresolved bool // some alternative is not known
	// TextCause says why a part of the text is not known, "" when all of it is.
	TextCause string
	// Args are the bind arguments, known is false when the program passes a slice.
	Args      []ssa.Value
	ArgsKnown bool
	TextArg   ssa.Value // the argument with the text, nil for derived events
	// Inline: the library writes the arguments into the text. Question:
	// placeholders are written "?".
	Inline, Question bool

	// Need is set instead of Texts where the statement is in a called function,
	// Callee.
	Need   *Need
	Callee *types.Func
	// context is what the statement is sent with, nil where that is not known.
	context []*Object
	// Chosen is where the handle was put behind what the call gets, if that is
	// somewhere else.
	Chosen token.Pos
	// Leak is set instead for a connection that goes back with a session setting.
	Leak *Leak
	// Bypassed is set instead for a call of this function, which hands out a
	// handle on which row-level security does not bind.
	Bypassed *types.Func
	// Hook is set instead for a pool's hook that hands out connections without
	// the tenant's context.
	Hook *OpenHook
	// GoesOn is set instead where middleware goes on without tenant.
	GoesOn *GoesOn
	// Kept is set instead where a tenant's pool is kept for whoever asks next.
	Kept *Keep
	// Put is set instead where a handle is put into a context: the key.
	Put string
	// Over is set instead where the rest of a request runs with a context that carries
	// a handle which is over.
	Over *Over
	// Idle is set instead for a call of code that is to work with the tenant's
	// context and can't reach the handle on which it was set.
	Idle *Idle
	// Contradicts is set instead where an unscoped handle arrives at something
	// that is declared to be scoped.
	Contradicts *Contradiction
	// Unheeded is set instead for a call that sets this tenant setting on a handle
	// which goes on to others, and whose error is dropped.
	Unheeded string
	// Fallback: a callback that other calls run scoped is run on a pool here.
	Fallback bool
	// OverLogin: a called function runs Need's statement, scoped or not, over a
	// handle whose login is known.
	OverLogin bool
	// Wired: the event stands where the handle was chosen, not at a statement.
	Wired bool
	// ByValue: the statement is in a callback that goes to a method of a value, and
	// decided where the value is chosen. Within is the function with such a statement,
	// where it is.
	ByValue bool
	// Invoked is set instead for a method of what a callback is given: what it runs is
	// for whoever calls the callback to say. See askback.go.
	Invoked *invoking
	claimed bool // somebody says what the method gets
	Within  string
	// Queued: the statement is an item of a batch; Batched: an earlier item of
	// that batch sets the context.
	Queued, Batched bool

	frame *frame // where it was emitted
	// later tells whether what is put into a registry gets the tenant's context afterwards.
	later Level
}

// IsStatement reports whether the event is a statement, here or in a called
// function, and not something else that a rule reports about a handle.
func (ev *Event) IsStatement() bool {
	return ev.Leak == nil && ev.Kept == nil && ev.Hook == nil && ev.GoesOn == nil && ev.Over == nil && ev.Bypassed == nil && ev.Idle == nil && ev.Contradicts == nil && ev.Unheeded == "" &&
		!ev.Fallback && !ev.OverLogin && ev.PutUnder() == ""
}

// PutUnder returns the key under which a handle is put into a context, or the registry
// into which it is put, here or in the called function, "" for other events.
func (ev *Event) PutUnder() string {
	if ev.Need != nil {
		return ev.Need.Put
	}
	return ev.Put
}

// A Text is one alternative of what a call sends.
type Text struct {
	Template sqlcheck.Template
	Facts    sqlcheck.Facts
}

// A Handle is an object with its state at the event.
type Handle struct {
	*Object
	State State
	// OpenTx: a transaction that was begun on this connection is open.
	OpenTx bool
}

// A Region is a stretch of the program in which a scoped transaction is open.
type Region struct {
	Object *Object
	// Name is the Go name of the scoped handle, "" when it has none.
	Name string
	// Call is where the region was opened: the helper's call, or nil.
	Call ssa.CallInstruction
	// Broken names the rule that reported why what runs here can't reach the
	// scoped handle, so that each statement is not reported again.
	Broken string
}

// A Leak is session context that goes back to the pool.
type Leak struct {
	Setting string
	// Schema says for whom search_path names a schema, if it is that.
	Schema SchemaChoice
	// Texts are those of the call that set it, where that is the event's.
	Texts []Text
	// DroppedReset: it is reset, but the error of that is dropped; SetBy set it,
	// where that is known.
	DroppedReset bool
	SetBy        ssa.CallInstruction
}
