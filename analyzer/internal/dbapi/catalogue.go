// Package dbapi knows which functions of the database libraries send SQL, over
// what, and which values are handles. The knowledge is data (catalogue.txt),
// keyed by types.Func.FullName.
package dbapi

import (
	_ "embed"
	"fmt"
	"go/types"
	"slices"
	"strconv"
	"strings"
	"sync"
)

//go:embed catalogue.txt
var catalogueText string

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
	Proceed
)

var effectNames = map[string]Effect{
	"send": Send, "sendbatch": SendBatch, "queue": Queue, "copy": Copy,
	"begin": Begin, "beginfunc": BeginFunc, "acquire": Acquire, "acquirefunc": AcquireFunc,
	"open": Open, "prepare": Prepare, "rebind": Rebind, "exec": ExecStmt, "same": Same,
	"raw": Raw, "commit": Commit, "rollback": Rollback, "release": Release,
	"sendbuilt": SendBuilt, "derive": Derive, "proceed": Proceed,
}

// A Method is one function of the catalogue. Argument numbers leave the
// receiver out and are -1 where the effect has no such argument.
type Method struct {
	Effect                                      Effect
	Text, Args, Batch, Table, DB, Fn, Stmt, DSN int
	Handle                                      int  // the callback's parameter that is the handle
	Inline                                      bool // the library writes the bind arguments into the text
	Question                                    bool // placeholders are written "?"
}

func newMethod(effect Effect) Method {
	return Method{Effect: effect, Text: -1, Args: -1, Batch: -1, Table: -1, DB: -1, Fn: -1, Stmt: -1, DSN: -1}
}

// A Catalogue is the parsed data.
type Catalogue struct {
	methods  map[string]Method
	types    map[string]Kind
	chains   map[string]bool
	packages []string
}

// Default returns the built-in catalogue.
var Default = sync.OnceValue(func() *Catalogue {
	c, err := parse(catalogueText)
	if err != nil {
		panic(err) // a defect of the build: TestCatalogue parses it
	}
	return c
})

func parse(text string) (*Catalogue, error) {
	c := &Catalogue{methods: map[string]Method{}, types: map[string]Kind{}, chains: map[string]bool{}}
	for i, line := range strings.Split(text, "\n") {
		f := strings.Fields(line)
		if len(f) == 0 || strings.HasPrefix(f[0], "#") {
			continue
		}
		if err := c.add(f); err != nil {
			return nil, fmt.Errorf("catalogue.txt:%d: %w", i+1, err)
		}
	}
	for name := range c.types {
		c.packages = append(c.packages, packageOf(name))
	}
	for name, m := range c.methods {
		if m.Effect == Proceed {
			continue // no database library
		}
		c.packages = append(c.packages, packageOf(name))
	}
	slices.Sort(c.packages)
	c.packages = slices.Compact(c.packages)
	return c, nil
}

func (c *Catalogue) add(f []string) error {
	if f[0] == "type" {
		if len(f) == 4 && f[3] == "chain" {
			c.chains[f[1]] = true
			f = f[:3]
		}
		if len(f) != 3 {
			return fmt.Errorf("want: type <name> <kind> [chain]")
		}
		k := slices.Index(kindNames[:], f[2])
		if k <= 0 {
			return fmt.Errorf("unknown kind %q", f[2])
		}
		c.types[f[1]] = Kind(k)
		return nil
	}
	if len(f) < 2 {
		return fmt.Errorf("want: <function> <effect> [key=value ...]")
	}
	effect, ok := effectNames[f[1]]
	if !ok {
		return fmt.Errorf("unknown effect %q", f[1])
	}
	if _, dup := c.methods[f[0]]; dup {
		return fmt.Errorf("%s is listed twice", f[0])
	}
	m := newMethod(effect)
	keys := map[string]*int{"text": &m.Text, "args": &m.Args, "batch": &m.Batch, "table": &m.Table,
		"db": &m.DB, "fn": &m.Fn, "stmt": &m.Stmt, "dsn": &m.DSN, "handle": &m.Handle}
	for _, kv := range f[2:] {
		switch kv {
		case "inline":
			m.Inline = true
			continue
		case "question":
			m.Question = true
			continue
		}
		key, val, _ := strings.Cut(kv, "=")
		n, err := strconv.Atoi(val)
		if keys[key] == nil || err != nil {
			return fmt.Errorf("bad option %q", kv)
		}
		*keys[key] = n
	}
	c.methods[f[0]] = m
	return nil
}

// packageOf returns the import path in a FullName or type name.
func packageOf(name string) string {
	name = strings.TrimLeft(name, "(*")
	slash := strings.LastIndex(name, "/") + 1
	dot := strings.Index(name[slash:], ".")
	return name[:slash+dot]
}

// Packages lists the import paths of the catalogue, sorted.
func (c *Catalogue) Packages() []string { return c.packages }

// Method looks a function up.
func (c *Catalogue) Method(fn *types.Func) (Method, bool) {
	m, ok := c.methods[fn.Origin().FullName()]
	if !ok && c.links(fn) {
		return newMethod(Derive), true
	}
	return m, ok
}

// links reports whether a method is a link of a builder's chain: what it
// returns is the receiver with more of the statement.
func (c *Catalogue) links(fn *types.Func) bool {
	sig := fn.Signature()
	return sig.Recv() != nil && sig.Results().Len() > 0 && c.IsChain(sig.Recv().Type()) && c.IsChain(sig.Results().At(0).Type())
}

// IsChain reports whether the values of a type are handles that carry a
// statement in the making.
func (c *Catalogue) IsChain(t types.Type) bool { return c.chains[typeName(t)] }

// KindOf returns what kind of handle the values of a type are. Named types of
// the catalogue are known; other interfaces are judged by their methods.
func (c *Catalogue) KindOf(t types.Type) Kind {
	if t == nil {
		return NoHandle
	}
	if k, ok := c.types[typeName(t)]; ok {
		return k
	}
	if iface, ok := t.Underlying().(*types.Interface); ok {
		return interfaceKind(iface)
	}
	return NoHandle
}

// typeName writes a type as the catalogue does.
func typeName(t types.Type) string {
	star := ""
	t = types.Unalias(t)
	if p, ok := t.(*types.Pointer); ok {
		star, t = "*", types.Unalias(p.Elem())
	}
	n, ok := t.(*types.Named)
	if !ok || n.Obj().Pkg() == nil {
		return ""
	}
	return star + n.Obj().Pkg().Path() + "." + n.Obj().Name()
}
