package job

import (
	_ "embed"
	"fmt"
	"strings"
	"sync"
)

//go:embed workers.txt
var workersText string

// A catalogue is what is known about the queues.
type catalogue struct {
	methods map[string]string // by the package, and the method: the interface
	funcs   map[string]bool   // by package and name
}

var queues = sync.OnceValue(func() *catalogue {
	c, err := parse(workersText)
	if err != nil {
		panic(err) // a test reads it
	}
	return c
})

func parse(text string) (*catalogue, error) {
	c := &catalogue{methods: map[string]string{}, funcs: map[string]bool{}}
	for i, line := range strings.Split(text, "\n") {
		f := strings.Fields(line)
		switch {
		case len(f) == 0 || strings.HasPrefix(f[0], "#"):
		case len(f) == 3 && f[0] == "method" && packageOf(f[1]) != "":
			c.methods[packageOf(f[1])+" "+f[2]] = f[1]
		case len(f) == 2 && f[0] == "func" && packageOf(f[1]) != "":
			c.funcs[f[1]] = true
		default:
			return nil, fmt.Errorf("workers.txt:%d: want: method <interface> <name>, or func <function>", i+1)
		}
	}
	return c, nil
}

// packageOf is the import path in the name of a type or function, "" without one.
func packageOf(name string) string {
	i := strings.LastIndexByte(name, '/')
	dot := strings.IndexByte(name[i+1:], '.')
	if dot <= 0 {
		return ""
	}
	return name[:i+1+dot]
}
