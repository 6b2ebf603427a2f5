package config

import (
	"regexp"
	"strconv"
	"strings"
	"sync"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

// An API says what a function or type does with database handles that the tool
// can't see for itself: one of a library that it doesn't know, or of a wrapper.
// It names a type with its kind, or a function with exactly one of Sends,
// Returns, Calls and Scopes.
type API struct {
	Type string // as in "*example.com/db.Client"
	Func string // as types.Func.FullName writes it: "(*example.com/db.Client).Select"
	Kind string // of Type, one of kindsOfTypes

	// Handle is what the function works on: the receiver, or an argument.
	Handle  Operand
	Sends   *Sends
	Returns string // what result 0 is, one of kindsOfResults
	Calls   *Calls
	Scopes  bool // it sets the tenant's context on Handle

	Position Position // of the name
}

// An Operand is an argument, counted from 0 without the receiver, or Receiver.
type Operand int

// Receiver is the operand that no argument is.
const Receiver Operand = -1

// Sends: the function sends the statement in argument Text, with the values in
// argument Args, -1 if it takes none.
type Sends struct{ Text, Args int }

// Calls: the function calls its argument Func with a handle as parameter Handle.
type Calls struct {
	Func, Handle int
	Kind         string // one of kindsOfCallbacks
}

// Scoped is the kind of handles that carry the tenant's context, Same that of a
// result that is the handle itself.
const (
	Scoped = "scoped"
	Same   = "handle"
)

var (
	kindsOfTypes     = []string{"pool", "conn", "session", "tx", Same, Scoped}
	kindsOfResults   = []string{"pool", "conn", "session", "tx", Same, Scoped}
	kindsOfCallbacks = []string{"conn", "tx", Scoped}
)

// Package returns the import path in the name.
func (a API) Package() string {
	name := strings.TrimLeft(a.Type+a.Func, "(*")
	slash := strings.LastIndex(name, "/") + 1
	dot := strings.Index(name[slash:], ".")
	return name[:slash+dot]
}

const (
	pathPattern = `[A-Za-z0-9._~/-]+`
	namePattern = `[\pL_][\pL\pN_]*`
)

// The patterns are compiled once a configuration uses them: the go command
// starts the tool hundreds of times, and the classes of letters are large.
var (
	typeName = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^\*?` + pathPattern + `\.` + namePattern + `$`)
	})
	funcName = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^(\(\*?` + pathPattern + `\.` + namePattern + `\)|` + pathPattern + `)\.` + namePattern + `$`)
	})
)

func (r *reader) apis(n ast.Node) []API {
	seq, ok := n.(*ast.SequenceNode)
	if !ok {
		r.fail(n.GetToken(), "apis must be a list of mappings, not %s", kind(n))
		return nil
	}
	var out []API
	for _, v := range seq.Values {
		out = append(out, r.api(v))
	}
	return out
}

func (r *reader) api(n ast.Node) API {
	a := API{Handle: Receiver}
	var name *token.Token
	handled, failed := false, len(r.errs)
	r.mapping(n, "an entry of apis", map[string]func(ast.Node){
		"type": func(n ast.Node) {
			name, a.Type = n.GetToken(), r.symbol(n, "type", typeName(), "*example.com/db.Client")
		},
		"func": func(n ast.Node) {
			name, a.Func = n.GetToken(), r.symbol(n, "func", funcName(), "(*example.com/db.Client).Select or example.com/db.Select")
		},
		"kind":    func(n ast.Node) { a.Kind = r.oneOf(n, "kind", kindsOfTypes) },
		"handle":  func(n ast.Node) { handled = true; a.Handle = r.operand(n, "handle") },
		"returns": func(n ast.Node) { a.Returns = r.oneOf(n, "returns", kindsOfResults) },
		"scopes":  func(n ast.Node) { a.Scopes, a.Handle = true, r.operand(n, "scopes") },
		"sends": func(n ast.Node) {
			s, failed := Sends{Text: -1, Args: -1}, len(r.errs)
			r.mapping(n, "sends", map[string]func(ast.Node){
				"text": func(n ast.Node) { s.Text = r.number(n, "sends.text") },
				"args": func(n ast.Node) { s.Args = r.number(n, "sends.args") },
			})
			if s.Text < 0 && len(r.errs) == failed {
				r.fail(n.GetToken(), "sends needs text: the number of the argument that is the statement")
			}
			a.Sends = &s
		},
		"calls": func(n ast.Node) {
			c, failed := Calls{Func: -1}, len(r.errs)
			r.mapping(n, "calls", map[string]func(ast.Node){
				"func":   func(n ast.Node) { c.Func = r.number(n, "calls.func") },
				"handle": func(n ast.Node) { c.Handle = r.number(n, "calls.handle") },
				"kind":   func(n ast.Node) { c.Kind = r.oneOf(n, "calls.kind", kindsOfCallbacks) },
			})
			if (c.Func < 0 || c.Kind == "") && len(r.errs) == failed {
				r.fail(n.GetToken(), "calls needs func, the number of the argument that is called, and kind, what it is called with")
			}
			a.Calls = &c
		},
	})
	if len(r.errs) > failed {
		return a
	}
	if name == nil {
		r.fail(n.GetToken(), "an entry of apis needs func or type, the name that it is about")
		return a
	}
	a.Position = Position{name.Position.Line, name.Position.Column}
	if wrong := a.wrong(handled); wrong != "" {
		r.fail(name, "%s", wrong)
	}
	return a
}

// wrong says which parts of an entry don't go together.
func (a API) wrong(handled bool) string {
	effects := 0
	for _, has := range []bool{a.Sends != nil, a.Returns != "", a.Calls != nil, a.Scopes} {
		if has {
			effects++
		}
	}
	isMethod := strings.HasPrefix(a.Func, "(")
	switch {
	case a.Type != "" && a.Func != "":
		return "an entry of apis has func or type, not both"
	case a.Type != "" && (effects > 0 || handled || a.Kind == ""):
		return "a type has a kind and nothing else"
	case a.Type != "":
		return ""
	case a.Kind != "":
		return "kind is for types; what a function returns is returns"
	case effects != 1:
		return "a function has exactly one of sends, returns, calls and scopes"
	case a.Scopes && handled:
		return "scopes names the handle already"
	case !isMethod && a.Handle == Receiver && (a.Sends != nil || a.Scopes || a.Returns == Same):
		return "a function has no receiver: name the argument that is the handle"
	}
	return ""
}

func (r *reader) symbol(n ast.Node, what string, pattern *regexp.Regexp, example string) string {
	s, ok := text(n)
	if !ok || !pattern.MatchString(s) {
		r.fail(n.GetToken(), "%s must be a name with its package, as in %s", what, example)
		return ""
	}
	return s
}

func (r *reader) number(n ast.Node, what string) int {
	if i, ok := n.(*ast.IntegerNode); ok {
		if v, err := strconv.Atoi(i.Token.Value); err == nil && 0 <= v && v < 100 {
			return v
		}
	}
	r.fail(n.GetToken(), "%s must be the number of an argument, counted from 0, not %s", what, kind(n))
	return -1
}

func (r *reader) operand(n ast.Node, what string) Operand {
	if s, ok := text(n); ok && s == "receiver" {
		return Receiver
	}
	if _, ok := n.(*ast.IntegerNode); ok {
		return Operand(r.number(n, what))
	}
	r.fail(n.GetToken(), "%s must be receiver or the number of an argument, not %s", what, kind(n))
	return Receiver
}
