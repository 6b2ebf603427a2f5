package dbapi

import (
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/tenantvet/tenantvet/analyzer/internal/dbapi/catalogue"
)

// Default returns the built-in catalogue.
var Default = sync.OnceValue(func() *Catalogue {
	c, err := builtin()
	if err != nil {
		panic(err) // a defect of the build: TestCatalogue parses it
	}
	return c
})

func builtin() (*Catalogue, error) {
	c := newCatalogue()
	files, err := fs.ReadDir(catalogue.Files(), ".")
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		data, err := fs.ReadFile(catalogue.Files(), f.Name())
		if err != nil {
			return nil, err
		}
		if err := c.parse(f.Name(), string(data)); err != nil {
			return nil, err
		}
	}
	c.listPackages()
	return c, nil
}

func newCatalogue() *Catalogue {
	return &Catalogue{methods: map[string]Method{}, types: map[string]Kind{}, chains: map[string]bool{}, hooks: map[string]bool{},
		quiet: map[string]bool{}, results: map[string]resultKind{}}
}

func (c *Catalogue) listPackages() {
	c.owners = map[string]bool{}
	seen := map[string]bool{}
	for name, m := range c.methods {
		c.owners[packageOf(name)] = true
		if m.Effect != Proceed {
			seen[packageOf(name)] = true
		}
	}
	for name := range c.quiet {
		c.owners[packageOf(name)] = true
	}
	for name := range c.types {
		seen[packageOf(name)] = true
	}
	delete(seen, catalogue.DriverPackage)
	c.packages = slices.Sorted(maps.Keys(seen))
}

// parse adds a file.
func (c *Catalogue) parse(file, text string) error {
	pkg := ""
	for i, line := range strings.Split(text, "\n") {
		f := strings.Fields(line)
		if len(f) == 0 || strings.HasPrefix(f[0], "#") {
			continue
		}
		var err error
		switch f[0] {
		case "package":
			if len(f) != 2 {
				err = fmt.Errorf("want: package <import path>")
			} else {
				pkg = f[1]
			}
		case "type":
			err = c.addType(pkg, f[1:])
		case "result":
			err = c.addResult(pkg, f[1:])
		case "quiet":
			err = c.addQuiet(pkg, f[1:])
		default:
			err = c.addFunctions(pkg, f)
		}
		if err != nil {
			return fmt.Errorf("%s:%d: %w", file, i+1, err)
		}
	}
	return nil
}

func (c *Catalogue) addType(pkg string, f []string) error {
	if len(f) == 3 && f[2] == "chain" {
		f = f[:2]
		defer func() { c.chains[qualified(pkg, f[0])] = true }()
	}
	if len(f) != 2 {
		return fmt.Errorf("want: type <name> <kind> [chain]")
	}
	name := qualified(pkg, f[0])
	if _, dup := c.types[name]; dup || c.hooks[name] {
		return fmt.Errorf("type %s is listed twice", name)
	}
	switch k := slices.Index(kindNames[:], f[1]); {
	case f[1] == "hooks":
		c.hooks[name] = true
	case f[1] == "none":
		c.types[name] = NoHandle
	case k > 0:
		c.types[name] = Kind(k)
	default:
		return fmt.Errorf("unknown kind %q", f[1])
	}
	return nil
}

func (c *Catalogue) addResult(pkg string, f []string) error {
	if len(f) != 2 {
		return fmt.Errorf("want: result <type> <kind>")
	}
	switch k := resultKind(f[1]); k {
	case rows, row, tag, batchResults:
		c.results[qualified(pkg, f[0])] = k
		return nil
	}
	return fmt.Errorf("unknown kind of result %q", f[1])
}

func (c *Catalogue) addQuiet(pkg string, f []string) error {
	if len(f) != 1 {
		return fmt.Errorf("want: quiet <function>")
	}
	for _, name := range functions(pkg, f[0]) {
		if err := c.once(name); err != nil {
			return err
		}
		c.quiet[name] = true
	}
	return nil
}

func (c *Catalogue) addFunctions(pkg string, f []string) error {
	if len(f) < 2 {
		return fmt.Errorf("want: <function> <effect> [key=value ...]")
	}
	m, err := parseMethod(f[1:])
	if err != nil {
		return err
	}
	for _, name := range functions(pkg, f[0]) {
		if err := c.once(name); err != nil {
			return err
		}
		c.methods[name] = m
	}
	return nil
}

// once reports a name that is listed already.
func (c *Catalogue) once(name string) error {
	if _, dup := c.methods[name]; dup || c.quiet[name] {
		return fmt.Errorf("%s is listed twice", name)
	}
	return nil
}

func parseMethod(f []string) (Method, error) {
	effect, ok := effectNames[f[0]]
	if !ok {
		return Method{}, fmt.Errorf("unknown effect %q", f[0])
	}
	m := newMethod(effect)
	keys := map[string]*int{"text": &m.Text, "name": &m.Name, "args": &m.Args, "batch": &m.Batch, "table": &m.Table,
		"db": &m.DB, "fn": &m.Fn, "stmt": &m.Stmt, "dsn": &m.DSN, "handle": &m.Handle}
	for _, kv := range f[1:] {
		switch kv {
		case "inline":
			m.Inline = true
			continue
		case "question":
			m.Question = true
			continue
		case "text=none":
			m.Unread = true
			continue
		}
		key, val, _ := strings.Cut(kv, "=")
		n, err := strconv.Atoi(val)
		if keys[key] == nil || err != nil || n < 0 {
			return Method{}, fmt.Errorf("bad option %q", kv)
		}
		*keys[key] = n
	}
	return m, nil
}

// functions lists the full names of "F,G" or "(*T).M,N".
func functions(pkg, list string) []string {
	recv, names, isMethod := strings.Cut(list, ").")
	if !isMethod {
		names = list
	} else if rest, ok := strings.CutPrefix(recv, "("); ok {
		recv = "(" + qualified(pkg, rest) + ")."
	}
	var out []string
	for _, name := range strings.Split(names, ",") {
		if isMethod {
			out = append(out, recv+name)
		} else {
			out = append(out, qualified(pkg, name))
		}
	}
	return out
}

// qualified puts the package's path in front of a name.
func qualified(pkg, name string) string {
	if pkg == "" {
		return name
	}
	if t, ok := strings.CutPrefix(name, "*"); ok {
		return "*" + pkg + "." + t
	}
	return pkg + "." + name
}

// packageOf returns the import path in a FullName or type name.
func packageOf(name string) string {
	name = strings.TrimLeft(name, "(*")
	slash := strings.LastIndex(name, "/") + 1
	dot := strings.Index(name[slash:], ".")
	return name[:slash+dot]
}
