package request

import (
	_ "embed"
	"fmt"
	"go/types"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/tenantvet/tenantvet/analyzer/internal/fullname"
	"github.com/tenantvet/tenantvet/internal/webcontext"
)

//go:embed catalogue.txt
var catalogueText string

// A role is what a function of a library does to values.
type role uint8

const (
	noRole role = iota
	source
	pass
	verified
	unverified
	insecure
	equal
	secret
	password
	put
	get
	config
	next
)

var roleNames = map[string]role{
	"source": source, "pass": pass, "verified": verified, "unverified": unverified, "insecure": insecure,
	"equal": equal, "secret": secret, "password": password, "config": config, "next": next,
}

// Arguments that are none of the numbered ones.
const (
	none     = -2
	receiver = -1
)

// An entry is one function of the catalogue. Arguments are none, receiver, or
// count from 0 without it.
type entry struct {
	role             role
	kind             string
	name, out        int
	key, value       int
	option, keyfunc  int
	from             []int
	fromAllArguments bool
}

// kinds are the words for where a value stands in a request.
var kinds = map[string]string{
	"header": "header", "query": "query parameter", "path": "path parameter", "form": "form value", "cookie": "cookie",
	"body": "body", "metadata": "metadata", "url": "query parameter",
}

// A catalogue is the parsed data.
type catalogue struct {
	funcs    map[string]entry
	fields   map[string]string // struct.field -> kind
	requests map[string]bool   // types that stand for the request
	packages []string
	owners   map[string]bool // import paths of what is in funcs
}

// apis returns the built-in catalogue.
var apis = sync.OnceValue(func() *catalogue {
	c, err := parse(catalogueText)
	if err != nil {
		panic(err) // a defect of the build: TestCatalogue parses it
	}
	return c
})

// Imports lists the import paths of the libraries that read requests: a package
// of the program that imports one of them may take a tenant from there.
func Imports() []string { return apis().packages }

func parse(text string) (*catalogue, error) {
	c := &catalogue{funcs: map[string]entry{}, fields: map[string]string{}, requests: map[string]bool{}}
	c.contexts()
	sources := map[string]bool{}
	for i, line := range strings.Split(text, "\n") {
		f := strings.Fields(line)
		if len(f) == 0 || strings.HasPrefix(f[0], "#") {
			continue
		}
		pkg, err := c.add(f)
		if err != nil {
			return nil, fmt.Errorf("catalogue.txt:%d: %w", i+1, err)
		}
		if pkg != "" {
			sources[pkg] = true
		}
	}
	for pkg := range sources {
		c.packages = append(c.packages, pkg)
	}
	slices.Sort(c.packages)
	c.owners = map[string]bool{}
	for name := range c.funcs {
		c.owners[packageOf(name)] = true
	}
	return c, nil
}

// contexts adds the methods of the contexts that carry values.
func (c *catalogue) contexts() {
	for _, m := range webcontext.Methods() {
		e := entry{role: put, name: none, out: none, key: m.Key, value: none, option: none, keyfunc: none}
		if m.Takes {
			e.role = get
		}
		if m.Value >= 0 {
			e.value = m.Value
		}
		c.funcs[m.FullName()] = e
	}
}

// add reads a line. It returns the package if requests are read from it.
func (c *catalogue) add(f []string) (pkg string, err error) {
	switch f[0] {
	case "type":
		if len(f) != 3 || f[2] != "request" {
			return "", fmt.Errorf("want: type <name> request")
		}
		c.requests[f[1]] = true
		return packageOf(f[1]), nil
	case "field":
		if len(f) != 3 {
			return "", fmt.Errorf("want: field <struct>.<field> kind=<k>")
		}
		kind, ok := strings.CutPrefix(f[2], "kind=")
		if !ok || kinds[kind] == "" {
			return "", fmt.Errorf("bad option %q", f[2])
		}
		c.fields[f[1]] = kind
		return packageOf(f[1]), nil
	}
	if len(f) < 2 {
		return "", fmt.Errorf("want: <function> <role> [key=value ...]")
	}
	r, ok := roleNames[f[1]]
	if !ok {
		return "", fmt.Errorf("unknown role %q", f[1])
	}
	if _, dup := c.funcs[f[0]]; dup {
		return "", fmt.Errorf("%s is listed twice", f[0])
	}
	e := entry{role: r, name: none, out: none, key: none, value: none, option: none, keyfunc: none}
	for _, kv := range f[2:] {
		if err := e.set(kv); err != nil {
			return "", err
		}
	}
	e.fromAllArguments = r == pass && len(e.from) == 0
	if r == unverified {
		e.from = []int{0}
	}
	c.funcs[f[0]] = e
	if r == source && e.kind == "" {
		return "", fmt.Errorf("a source has a kind")
	}
	if r == source || r == unverified {
		return packageOf(f[0]), nil
	}
	return "", nil
}

// set reads one key=value.
func (e *entry) set(kv string) error {
	key, val, _ := strings.Cut(kv, "=")
	if key == "kind" && kinds[val] != "" {
		e.kind = val
		return nil
	}
	numbers := map[string]*int{"name": &e.name, "out": &e.out, "option": &e.option, "keyfunc": &e.keyfunc}
	for part := range strings.SplitSeq(val, ",") {
		n, err := strconv.Atoi(part)
		if part == "recv" {
			n, err = receiver, nil
		}
		switch {
		case err != nil:
			return fmt.Errorf("bad option %q", kv)
		case key == "from":
			e.from = append(e.from, n)
		case numbers[key] != nil && part == val:
			*numbers[key] = n
		default:
			return fmt.Errorf("bad option %q", kv)
		}
	}
	return nil
}

// packageOf returns the import path in a FullName, type or field name.
func packageOf(name string) string {
	name = strings.TrimLeft(name, "(*")
	slash := strings.LastIndex(name, "/") + 1
	dot := strings.Index(name[slash:], ".")
	return name[:slash+dot]
}

// entry looks a function up.
func (c *catalogue) entry(fn *types.Func) entry {
	if fn == nil || fn.Pkg() == nil || !c.owners[fn.Pkg().Path()] {
		return entry{} // most calls go elsewhere, and names take time to write
	}
	return c.funcs[fullName(fn.Origin())]
}

// fullName names a function as the catalogue does: what a type's author calls
// its parameters is no part of the name.
func fullName(fn *types.Func) string {
	name := fn.FullName()
	if i := strings.IndexByte(name, '['); i >= 0 {
		if j := strings.IndexByte(name[i:], ']'); j >= 0 {
			return name[:i] + name[i+j+1:]
		}
	}
	return name
}

// isRequest reports whether the values of a type are the request.
func (c *catalogue) isRequest(t types.Type) bool { return c.requests[fullname.OfType(t)] }

// fieldKind returns where a field of a struct stands in a request, "" if it is
// none of one.
func (c *catalogue) fieldKind(of types.Type, field *types.Var) string {
	name := strings.TrimPrefix(fullname.OfType(of), "*")
	if name == "" {
		return ""
	}
	return c.fields[name+"."+field.Name()]
}
