package job

import (
	_ "embed"
	"fmt"
	"strconv"
	"strings"
	"sync"
)

//go:embed workers.txt
var workersText string

// A catalogue is what is known about the queues.
type catalogue struct {
	methods    map[string]string // by the package, and the method: the interface
	funcs      map[string]int    // the argument that is run with a job
	bytes      map[string]bool   // methods of jobs
	activities map[string]int    // the argument that is run with a payload
	workflows  map[string]int    // the same, of what runs activities
	contexts   map[string]bool   // types that workflows get for a context
}

var queues = sync.OnceValue(func() *catalogue {
	c, err := parse(workersText)
	if err != nil {
		panic(err) // a test reads it
	}
	return c
})

func parse(text string) (*catalogue, error) {
	c := &catalogue{methods: map[string]string{}, funcs: map[string]int{}, bytes: map[string]bool{}, activities: map[string]int{}, workflows: map[string]int{}, contexts: map[string]bool{}}
	for i, line := range strings.Split(text, "\n") {
		f := strings.Fields(line)
		if len(f) == 0 || strings.HasPrefix(f[0], "#") {
			continue
		}
		if !c.add(f) {
			return nil, fmt.Errorf("workers.txt:%d: want: method <interface> <name>, func, activity or workflow <function> <argument>, bytes <method>, or context <type>", i+1)
		}
	}
	return c, nil
}

func (c *catalogue) add(f []string) bool {
	if len(f) < 2 || packageOf(f[1]) == "" {
		return false
	}
	switch {
	case f[0] == "bytes":
		c.bytes[f[1]] = true
		return len(f) == 2
	case f[0] == "context":
		c.contexts[f[1]] = true
		return len(f) == 2
	case len(f) != 3:
		return false
	case f[0] == "method":
		c.methods[packageOf(f[1])+" "+f[2]] = f[1]
		return true
	}
	arg, err := strconv.Atoi(f[2])
	if err != nil || arg < 0 {
		return false
	}
	switch f[0] {
	case "func":
		c.funcs[f[1]] = arg
	case "activity":
		c.activities[f[1]] = arg
	case "workflow":
		c.workflows[f[1]] = arg
	default:
		return false
	}
	return true
}

// packages are those of the queues.
func (c *catalogue) packages() []string {
	var out []string
	for method := range c.methods {
		pkg, _, _ := strings.Cut(method, " ")
		out = append(out, pkg)
	}
	for _, named := range []map[string]int{c.funcs, c.activities, c.workflows} {
		for name := range named {
			out = append(out, packageOf(name))
		}
	}
	return out
}

// packageOf is the import path in the name of a type or function, "" without one.
func packageOf(name string) string {
	name = strings.TrimLeft(name, "(*")
	i := strings.LastIndexByte(name, '/')
	dot := strings.IndexByte(name[i+1:], '.')
	if dot <= 0 {
		return ""
	}
	return name[:i+1+dot]
}
