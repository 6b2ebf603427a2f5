package dbapi

import (
	"go/types"
	"strings"

	"github.com/tenantvet/tenantvet/analyzer/internal/fullname"
)

// Kind is what a handle type is.
type Kind uint8

const (
	NoHandle Kind = iota
	Pool          // every statement may run on another connection
	Conn          // one connection of a pool, which goes back
	Session       // one connection that belongs to no pool
	Tx
	Batch
	Stmt
	Querier // an interface that sends SQL: decided by what is behind it
)

var kindNames = [...]string{"", "pool", "conn", "session", "tx", "batch", "stmt", "querier"}

func (k Kind) String() string { return kindNames[k] }

// Effect is what a call does.
type Effect uint8

const (
	None Effect = iota
	Send
	SendBatch
	Queue
	Copy
	Begin
	BeginFunc
	Acquire
	AcquireFunc
	Hijack
	Open
	Prepare
	Rebind
	ExecStmt
	Same
	Raw
	Commit
	Rollback
	Release
	SendBuilt
	Derive
	Untold
	Proceed
	Establish
)

var effectNames = map[string]Effect{
	"send": Send, "sendbatch": SendBatch, "queue": Queue, "copy": Copy,
	"begin": Begin, "beginfunc": BeginFunc, "acquire": Acquire, "acquirefunc": AcquireFunc, "hijack": Hijack,
	"open": Open, "prepare": Prepare, "rebind": Rebind, "exec": ExecStmt, "same": Same,
	"raw": Raw, "commit": Commit, "rollback": Rollback, "release": Release,
	"sendbuilt": SendBuilt, "derive": Derive, "untold": Untold, "proceed": Proceed,
}

// A Method is one function of the catalogue. Argument numbers leave the
// receiver out and are -1 where the effect has no such argument.
type Method struct {
	Effect                                            Effect
	Text, Name, Args, Batch, Table, DB, Fn, Stmt, DSN int
	Handle                                            int  // the callback's parameter that is the handle
	Inline                                            bool // the library writes the bind arguments into the text
	Question                                          bool // placeholders are written "?"
	Unread                                            bool // the text is not the program's
	Scoped                                            bool // the handle that it makes carries the tenant's context
	Makes                                             Kind // what result 0 is, where its type doesn't tell
}

func newMethod(effect Effect) Method {
	return Method{Effect: effect, Text: -1, Name: -1, Args: -1, Batch: -1, Table: -1, DB: -1, Fn: -1, Stmt: -1, DSN: -1}
}

// A Catalogue is the parsed data.
type Catalogue struct {
	methods  map[string]Method
	types    map[string]Kind
	chains   map[string]bool
	hooks    map[string]bool // configurations of pools
	quiet    map[string]bool // functions that send nothing
	results  map[string]resultKind
	scoped   map[string]bool // types that users declare to carry the tenant's context
	packages []string
	owners   map[string]bool // import paths of what is in methods and quiet
}

// Packages lists the import paths of the catalogue, sorted.
func (c *Catalogue) Packages() []string { return c.packages }

// Method looks a function up.
func (c *Catalogue) Method(fn *types.Func) (Method, bool) {
	m, ok := Method{}, false
	if c.owns(fn) {
		m, ok = c.methods[keyOf(fn)]
	}
	if !ok && c.links(fn) {
		return newMethod(Derive), true
	}
	return m, ok
}

// Quiet reports whether a function is known to send nothing.
func (c *Catalogue) Quiet(fn *types.Func) bool { return c.owns(fn) && c.quiet[keyOf(fn)] }

// owns reports whether the catalogue has functions of a function's package: most
// calls of a program go elsewhere, and the name of a function takes time to write.
func (c *Catalogue) owns(fn *types.Func) bool { return fn.Pkg() != nil && c.owners[fn.Pkg().Path()] }

// keyOf is the name of a function in the catalogue: generic ones have no type
// parameters there.
func keyOf(fn *types.Func) string {
	name := fn.Origin().FullName()
	if i := strings.IndexByte(name, '['); i >= 0 {
		name = name[:i] + name[strings.LastIndexByte(name, ']')+1:]
	}
	return name
}

// links reports whether a method is a link of a builder's chain: what it
// returns is the receiver with more of the statement.
func (c *Catalogue) links(fn *types.Func) bool {
	sig := fn.Signature()
	return sig.Recv() != nil && sig.Results().Len() > 0 && c.IsChain(sig.Recv().Type()) && c.IsChain(sig.Results().At(0).Type())
}

// IsChain reports whether the values of a type are handles that carry a
// statement in the making.
func (c *Catalogue) IsChain(t types.Type) bool { return c.chains[fullname.OfType(t)] }

// HasHooks reports whether a type is the configuration of a pool, which says
// what runs when a connection is taken.
func (c *Catalogue) HasHooks(t types.Type) bool {
	if _, isPointer := types.Unalias(t).(*types.Pointer); !isPointer {
		t = types.NewPointer(t)
	}
	return c.hooks[fullname.OfType(t)]
}

// IsPart reports whether an embedded field of a library's handle is that handle
// itself: what several of its handles have in common.
func (c *Catalogue) IsPart(field *types.Var) bool {
	k, listed := c.types[fullname.OfType(field.Type())]
	return listed && k == Querier && field.Embedded() && field.Pkg() != nil && field.Pkg().Path() == packageOf(fullname.OfType(field.Type()))
}

// KindOf returns what kind of handle the values of a type are. Named types of
// the catalogue are known; other interfaces are judged by their methods.
func (c *Catalogue) KindOf(t types.Type) Kind {
	if t == nil {
		return NoHandle
	}
	if k, ok := c.types[fullname.OfType(t)]; ok {
		return k
	}
	if iface, ok := t.Underlying().(*types.Interface); ok {
		return c.interfaceKind(iface)
	}
	return NoHandle
}
