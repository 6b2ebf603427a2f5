package schema

import "fmt"

// An Event is one statement that changed an object.
type Event struct {
	What string // "created", "rls enabled", "policy tenant_isolation altered", ..: for reading
	Kind EventKind
	Name string // of the policy, column, role, .. of the object that it is about, "" for the object itself
	// Before is the policy as it was before PolicyAltered and PolicyDropped.
	Before *Policy
	Order  int // statements are numbered through all files from 1; one may make several events
	At     Position
}

// EventKind says what a statement did to an object.
type EventKind string

// Kinds of events. Those of an object that is dropped and made anew go on in the
// History of the new one.
const (
	Created        EventKind = "created"
	Replaced       EventKind = "replaced" // CREATE OR REPLACE
	Altered        EventKind = "altered"  // anything that has no kind of its own
	Renamed        EventKind = "renamed"
	Moved          EventKind = "moved" // to another schema
	Dropped        EventKind = "dropped"
	OwnerChanged   EventKind = "owner changed"
	GrantedTo      EventKind = "granted" // Name is the role
	RevokedFrom    EventKind = "revoked" // Name is the role
	RLSEnabled     EventKind = "rls enabled"
	RLSDisabled    EventKind = "rls disabled"
	RLSForced      EventKind = "rls forced"
	RLSUnforced    EventKind = "rls no longer forced"
	PolicyCreated  EventKind = "policy created"
	PolicyAltered  EventKind = "policy altered"
	PolicyRenamed  EventKind = "policy renamed"
	PolicyDropped  EventKind = "policy dropped"
	ColumnRenamed  EventKind = "column renamed"
	ColumnDropped  EventKind = "column dropped"
	OptionSet      EventKind = "option set"  // Name is security_invoker, security_barrier, leakproof, ..
	OptionLost     EventKind = "option lost" // also by CREATE OR REPLACE without it
	Attached       EventKind = "attached"    // as a partition
	Detached       EventKind = "detached"
	TriggerCreated EventKind = "trigger created"
	TriggerDropped EventKind = "trigger dropped"
	Published      EventKind = "published"    // Name is the publication
	NullAllowed    EventKind = "null allowed" // Name is the column, which was NOT NULL before
)

// record makes an event of the statement at hand. Those of code that a statement
// runs have its number.
func (r *replay) record(kind EventKind, name, format string, args ...any) Event {
	return Event{What: fmt.Sprintf(format, args...), Kind: kind, Name: name, Order: r.order, At: r.at}
}

// event adds to a table's history.
func (r *replay) event(t *table, kind EventKind, name, format string, args ...any) {
	t.History = append(t.History, r.record(kind, name, format, args...))
}

// policyEvent adds what became of a policy, with what it was.
func (r *replay) policyEvent(t *table, kind EventKind, before *Policy, format string, args ...any) {
	e := r.record(kind, before.Name, format, args...)
	before.texts()
	was := *before
	was.Calls = r.policyCalls(before)
	e.Before = &was
	t.History = append(t.History, e)
}
