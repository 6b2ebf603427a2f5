package scope

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/dbapi"
)

// Root says where an object comes from.
type Root uint8

const (
	// Param: the caller decides; Index is the parameter, receiver first.
	Param Root = iota
	// Created: made in this function, by Value.
	Created
	// Global: a package variable.
	Global
	// Carried: taken from a context.Context.
	Carried
	// Elsewhere: not followed; Cause says why.
	Elsewhere
)

// An Object is a handle, or a value that holds handles, by where it comes from.
// Objects are interned: two values that must be the same handle share one.
type Object struct {
	Root  Root
	Index int       // Param: which
	Value ssa.Value // Created, Global: by what; result Index of a call
	Path  string    // fields that lead from the root to the handle, as in ".queries.db"
	Type  types.Type
	Kind  dbapi.Kind
	Cause string // Elsewhere
	// Parent is what a transaction was begun on, a connection acquired from.
	Parent []*Object
	// Wiring is the call that put a pool behind a wrapper, where that is known.
	Wiring ssa.CallInstruction

	// empty: a context that carries nothing; base is what a context was derived from.
	empty bool
	base  []*Object
	// unless are what contexts carry under a key: the object is used where they
	// carry nothing. plain is the object without that.
	unless []*Object
	plain  *Object
	// besides are what contexts must lack as well; see besides.go.
	besides []*Object
	// value: a plain value that a context carries, such as the tenant.
	value bool
	// ambient: what is carried by the context with which a wrapper is used.
	ambient bool

	// on are the handles that a called function made it on.
	on []*Object
	// registry is what it was looked up in, nil for handles that come from elsewhere.
	registry *Registration
	// falls: see Carrier.
	falls string
	// login is who the handle is to the server, nil if nothing is known; loginParams
	// are the function's parameters that decide it.
	login       *Login
	loginParams []int
	// hookParams are the function's parameters that become hooks of the pool.
	hookParams []int
	looked     bool

	// Closed: the function that opened the pool closes it as well, so that its
	// connections have no other borrower.
	Closed bool

	initial State
	// fields are the known contents of a value that a called function built.
	fields map[string][]*Object
	// later is what other functions store in its fields afterwards.
	later map[string][]*Object
	// behind names the types that are behind interfaces in it, by the path there.
	behind map[string]string
	// request: it is the context of a request, or in one, of which a caller tells.
	request bool
	// wired are the objects that this package stores in the field that Path ends with.
	wired []*Object
	frame *frame // of Created objects
	// text of a prepared statement.
	prepared ssa.CallInstruction
}

func (o *Object) created() bool { return o.Root == Created }

// born reports whether the object begins with a call that gives it its state,
// so that a path without state is one without the object. A batch is there
// before anything is queued in it.
func (o *Object) born() bool {
	alloc, ok := o.Value.(*ssa.Alloc)
	return o.created() && !(ok && o.frame != nil && o.frame.kindOf(alloc.Type()) == dbapi.Batch)
}

// IsPool reports whether statements over the object surely go to a pool: by
// its type, or because the package stores nothing else where it comes from.
func (o *Object) IsPool() bool {
	pool, known := o.poolBehind(map[*Object]bool{})
	return pool && known
}

// poolBehind follows what is stored where an object comes from. A field that
// gets its own value back (s.db = s.db.Debug()) says nothing about it: known is
// false for an object of which nothing else is seen.
func (o *Object) poolBehind(seen map[*Object]bool) (pool, known bool) {
	if o.Kind == dbapi.Pool {
		return true, true
	}
	if seen[o] {
		return true, false
	}
	if len(o.wired) == 0 {
		return false, true
	}
	seen[o] = true
	for _, w := range o.wired {
		p, k := w.poolBehind(seen)
		if !p {
			return false, true
		}
		known = known || k
	}
	return true, known
}

// Nested reports whether the object is a transaction inside another.
func (o *Object) nestedIn() *Object {
	if o.Kind == dbapi.Tx && len(o.Parent) == 1 && o.Parent[0].Kind == dbapi.Tx {
		return o.Parent[0]
	}
	return nil
}

// decider returns the object that decides the state in which o starts: for a
// transaction begun on the caller's connection, or on one that a context
// carries, that connection.
func (o *Object) decider() *Object {
	if o.Root != Created || len(o.Parent) == 0 {
		return o
	}
	for _, p := range o.Parent {
		if p.IsPool() {
			continue
		}
		if d := p.decider(); d != p || d.Root == Param || d.Root == Carried || d.Root == Elsewhere {
			return d
		}
	}
	return o
}

// Pooled reports whether a connection under the object goes back to a pool.
func (o *Object) Pooled() bool {
	switch o.Kind {
	case dbapi.Pool, dbapi.Conn:
		return true
	case dbapi.Tx:
		for _, p := range o.Parent {
			if p.Kind == dbapi.Session && !p.Pooled() {
				return false
			}
		}
		return true
	case dbapi.Session:
		for _, p := range o.Parent {
			if p.Pooled() {
				return true
			}
		}
	}
	return false
}

// outlives reports whether the session of a handle goes on when the function is
// done with it: that of a connection which the program opened for itself ends, and
// of one that is given, who gave it decides.
func (o *Object) outlives() bool {
	return o.Kind != dbapi.Session || o.Pooled() || o.Root == Param
}

// Noun names the object's kind for messages.
func (o *Object) Noun() string {
	switch {
	case o.Cause == fallbackPool:
		return "the pool (this context carries no handle)"
	case o.Cause == nonePassed:
		return "the pool (no transaction is passed)"
	case o.Cause == FallsBack:
		return "the pool (no transaction is registered)"
	case o.Cause == tenantless:
		return "a handle without tenant (this context carries none)"
	case o.Cause == tenantMissing:
		return "a handle without tenant (none is passed)"
	case o.IsPool():
		return "the pool"
	case o.Kind == dbapi.Conn, o.Kind == dbapi.Session:
		return "a bare connection"
	case o.Kind == dbapi.Tx:
		return "the transaction"
	}
	return "the handle"
}

// An objectKey is what makes an object the same as another one.
type objectKey struct {
	root              Root
	index, value      int
	path, cause, salt string
}

// An interner makes objects unique.
type interner struct {
	objects map[objectKey]*Object
	ids     map[ssa.Value]int
	numbers map[*Object]int
}

func newInterner() *interner {
	return &interner{objects: map[objectKey]*Object{}, ids: map[ssa.Value]int{}, numbers: map[*Object]int{}}
}

// number numbers objects, for keys of objects that are made of them.
func (in *interner) number(o *Object) int {
	n, ok := in.numbers[o]
	if !ok {
		n = len(in.numbers) + 1
		in.numbers[o] = n
	}
	return n
}

func (in *interner) id(v ssa.Value) int {
	n, ok := in.ids[v]
	if !ok {
		n = len(in.ids) + 1
		in.ids[v] = n
	}
	return n
}

// intern returns the object for a key, made by build the first time.
func (in *interner) intern(o Object, salt string) *Object {
	v := 0
	if o.Value != nil {
		v = in.id(o.Value)
	}
	key := objectKey{o.Root, o.Index, v, o.Path, o.Cause, salt}
	if old, ok := in.objects[key]; ok {
		return old
	}
	obj := &o
	in.objects[key] = obj
	return obj
}

// IsTx reports whether the object is a transaction.
func (o *Object) IsTx() bool { return o.Kind == dbapi.Tx }
