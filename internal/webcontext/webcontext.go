// Package webcontext knows how the contexts of web frameworks carry values: what
// context.Context does with WithValue and Value, each of them does with methods
// of its own, and changes the context that it has.
package webcontext

import (
	"go/types"
	"slices"
	"strings"
	"sync"
)

// A Method puts a value into a framework's context under a key, or takes one out.
// Arguments count from 0 without the receiver.
type Method struct {
	Package string // import path
	Type    string // the context's type in it; "*Context" for a pointer to one
	Name    string
	Key     int
	// Value is the argument that it puts there, -1 if it only takes one out.
	Value int
	// Takes: it returns what is there. With a Value as well, the value is variadic,
	// and puts something there where it is given.
	Takes bool
}

// Methods lists the methods of all frameworks.
func Methods() []Method {
	gin := func(name string) Method {
		return Method{Package: "github.com/gin-gonic/gin", Type: "*Context", Name: name, Value: -1, Takes: true}
	}
	echo := func(name string) Method {
		return Method{Package: "github.com/labstack/echo/v4", Type: "Context", Name: name, Value: -1, Takes: true}
	}
	fiber := func(name string) Method {
		return Method{Package: "github.com/gofiber/fiber/v2", Type: "*Ctx", Name: name, Value: -1, Takes: true}
	}
	return []Method{
		gin("Set").puts(1), gin("Get"), gin("MustGet"), gin("Value"),
		gin("GetString"), gin("GetInt"), gin("GetInt64"), gin("GetUint"), gin("GetUint64"),
		echo("Set").puts(1), echo("Get"),
		fiber("Locals").putsToo(1),
	}
}

// puts is a method that puts an argument into the context.
func (m Method) puts(arg int) Method {
	m.Value, m.Takes = arg, false
	return m
}

// putsToo is a method that does both.
func (m Method) putsToo(arg int) Method {
	m.Value = arg
	return m
}

// FullName is the method's name as types.Func has it.
func (m Method) FullName() string {
	name, pointer := strings.CutPrefix(m.Type, "*")
	if name = m.Package + "." + name; pointer {
		name = "*" + name
	}
	return "(" + name + ")." + m.Name
}

// Puts lists the methods that put values into contexts.
var Puts = sync.OnceValue(func() []Method {
	return slices.DeleteFunc(Methods(), func(m Method) bool { return m.Value < 0 })
})

var byPackage = sync.OnceValue(func() map[string]map[string]Method {
	out := map[string]map[string]Method{}
	for _, m := range Methods() {
		if out[m.Package] == nil {
			out[m.Package] = map[string]Method{}
		}
		out[m.Package][m.FullName()] = m
	}
	return out
})

// Of looks a function up; it may be nil.
func Of(fn *types.Func) (Method, bool) {
	if fn == nil || fn.Pkg() == nil {
		return Method{}, false
	}
	methods := byPackage()[fn.Pkg().Path()]
	if methods == nil {
		return Method{}, false
	}
	m, ok := methods[fn.FullName()]
	return m, ok
}

// IsContext reports whether a type is a framework's context.
func IsContext(t types.Type) bool {
	star := ""
	t = types.Unalias(t)
	if p, ok := t.(*types.Pointer); ok {
		star, t = "*", types.Unalias(p.Elem())
	}
	n, ok := t.(*types.Named)
	if !ok || n.Obj().Pkg() == nil {
		return false
	}
	for _, m := range byPackage()[n.Obj().Pkg().Path()] {
		if m.Type == star+n.Obj().Name() {
			return true
		}
	}
	return false
}
