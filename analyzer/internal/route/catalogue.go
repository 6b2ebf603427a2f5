package route

import (
	_ "embed"
	"fmt"
	"go/types"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/tenantvet/tenantvet/analyzer/internal/fullname"
	"github.com/tenantvet/tenantvet/analyzer/internal/interceptor"
)

//go:embed catalogue.txt
var catalogueText string

// A role is what a function of a library does with a router or a request.
type role string

const (
	noRole  role = ""
	makes   role = "new"
	uses    role = "use"
	groups  role = "group"
	handles role = "handle"
	mounts  role = "mount"
	same    role = "same"
	context role = "context"
	option  role = "option"
)

// When a router's middleware runs before a route.
type when string

const (
	after  when = ""       // if the route comes after it
	always when = "always" // whenever it comes
	byPath when = "path"   // if it comes after it, under the same path
)

// none stands for an argument that an entry doesn't have.
const none = -1

// An entry is one function of the catalogue.
type entry struct {
	role                             role
	when                             when
	path, mws, calls, handler, chain int
	// opts are options that have interceptors; kind is that of the calls that the
	// interceptors run before, "" for all.
	opts int
	kind interceptor.Kind
}

// A catalogue is the parsed data.
type catalogue struct {
	funcs    map[string]entry
	types    map[string]bool // routers
	fields   map[string]bool // requests within contexts
	packages []string
}

var apis = sync.OnceValue(func() *catalogue {
	c, err := parse(catalogueText)
	if err != nil {
		panic(err) // a defect of the build: TestCatalogue parses it
	}
	return c
})

func parse(text string) (*catalogue, error) {
	c := &catalogue{funcs: map[string]entry{}, types: map[string]bool{}, fields: map[string]bool{}}
	for i, line := range strings.Split(text, "\n") {
		f := strings.Fields(line)
		if len(f) == 0 || strings.HasPrefix(f[0], "#") {
			continue
		}
		if err := c.add(f); err != nil {
			return nil, fmt.Errorf("catalogue.txt:%d: %w", i+1, err)
		}
	}
	slices.Sort(c.packages)
	c.packages = slices.Compact(c.packages)
	return c, nil
}

func (c *catalogue) add(f []string) error {
	if len(f) < 2 {
		return fmt.Errorf("want: <function> <role> [key=value ...]")
	}
	switch f[0] {
	case "type":
		c.types[f[1]] = true
		c.packages = append(c.packages, packageOf(f[1]))
		return nil
	case "field":
		c.fields[f[1]] = true
		return nil
	}
	e := entry{role: role(f[1]), path: none, mws: none, calls: none, handler: none, chain: none, opts: none}
	switch e.role {
	case makes, uses, groups, handles, mounts, same, context, option:
	default:
		return fmt.Errorf("unknown role %q", f[1])
	}
	for _, kv := range f[2:] {
		key, val, _ := strings.Cut(kv, "=")
		if key == "when" && (when(val) == always || when(val) == byPath) {
			e.when = when(val)
			continue
		}
		if k := interceptor.Kind(val); key == "kind" && (k == interceptor.Unary || k == interceptor.Stream) {
			e.kind = k
			continue
		}
		args := map[string]*int{"path": &e.path, "mws": &e.mws, "calls": &e.calls, "handler": &e.handler, "chain": &e.chain, "opts": &e.opts}
		n, err := strconv.Atoi(val)
		if err != nil || n < 0 || args[key] == nil {
			return fmt.Errorf("bad option %q", kv)
		}
		*args[key] = n
	}
	switch {
	case e.role == uses && e.mws == none, e.role == mounts && e.handler == none, e.role == option && (e.mws == none) == (e.opts == none),
		e.role == handles && (e.handler == none) == (e.chain == none):
		return fmt.Errorf("%s: an argument is missing", f[0])
	}
	for _, name := range expand(f[0]) {
		if _, dup := c.funcs[name]; dup {
			return fmt.Errorf("%s is listed twice", name)
		}
		c.funcs[name] = e
		if e.role == option {
			c.packages = append(c.packages, packageOf(name))
		}
	}
	return nil
}

// expand writes names in braces out.
func expand(name string) []string {
	head, rest, ok := strings.Cut(name, "{")
	list, tail, closed := strings.Cut(rest, "}")
	if !ok || !closed {
		return []string{name}
	}
	var out []string
	for part := range strings.SplitSeq(list, ",") {
		out = append(out, head+part+tail)
	}
	return out
}

// packageOf returns the import path in the name of a type.
func packageOf(name string) string {
	name = strings.TrimLeft(name, "*")
	slash := strings.LastIndex(name, "/") + 1
	dot := strings.Index(name[slash:], ".")
	if dot < 0 {
		return name
	}
	return name[:slash+dot]
}

// entry looks a function up; it may be nil.
func (c *catalogue) entry(fn *types.Func) entry {
	if fn == nil {
		return entry{}
	}
	return c.funcs[fn.Origin().FullName()]
}

// isRouter reports whether the values of a type are routers.
func (c *catalogue) isRouter(t types.Type) bool {
	return c.types[fullname.OfType(t)]
}

// isPart reports whether a type is that of what a library's router is made of.
func (c *catalogue) isPart(t types.Type) bool {
	name := fullname.OfType(t)
	return c.types[name] || c.types["*"+name]
}
