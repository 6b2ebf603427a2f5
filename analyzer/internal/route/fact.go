package route

import (
	"cmp"
	"fmt"
	"go/types"
	"slices"
	"strings"

	"github.com/tenantvet/tenantvet/analyzer/internal/interceptor"
)

// A Summary is what callers must know about a function: what it needs of the
// contexts that it is given, what it puts into contexts, and which routes it adds.
type Summary struct {
	Needs []Need
	// Handler is what handlers that the function returns need of their requests.
	Handler []Need
	// Asks are the keys under which it looks for something itself.
	Asks   []string
	Effect Effect
	Items  []Item
}

// AFact marks Summary as a fact of a function.
func (*Summary) AFact() {}

// A Need is something that a context has to carry, since the tenant's context
// depends on it.
type Need struct {
	Param int // the context or request, receiver first
	Key   string
	// What needs it: a statement, or a helper that sets the tenant.
	Relation, Operation string
	Posn                string
	// Falls: without it, the statement runs all the same. Open: it is about
	// rows that no value picks.
	Falls, Open bool
	// Taken: what the context carries is the tenant that is set.
	Taken bool
	// Everyone: the statement is on every tenant's rows, whatever contexts carry.
	// There is no key then, nor a parameter: who may ask decides whether it is right.
	Everyone bool
}

// An Effect is what may happen to contexts while a function runs, or what it
// returns.
type Effect struct {
	Puts []Put
	// Skips are the methods of services that interceptors let by without that.
	Skips []Skip
	// Takes are the keys under which it looks into contexts.
	Takes []string
	// Unknown: it calls what is not known and may put something there.
	Unknown bool
}

// A Put is a value that goes into a context.
type Put struct {
	Key      string
	KeyParam int // completes the key; -1 if none does
	// Kind is that of the calls whose interceptors put it there, "" for all.
	Kind interceptor.Kind
}

// A Skip is a method, or what its name begins with, that goes on without what others
// get under a key.
type Skip struct {
	Key, Method string // as in "/orders.v1.Orders/List", "/grpc.health.*"
	Posn        string
}

// A Cover is what runs before a route's handler, as far as contexts are concerned.
type Cover struct {
	Layers []Layer
	// Params are parameters of the function: middleware of its caller.
	Params  []int
	Unknown bool
	// Wraps names all that may run before, whatever it does: it may let some
	// requests through and refuse others.
	Wraps []string

	through []passage
}

// A passage is a function of the program that surely runs, before calls of a kind.
type passage struct {
	fn   *types.Func
	kind interceptor.Kind
}

// A Layer is a key that some middleware puts into the context.
type Layer struct {
	Key, By, Posn string
	// Takes are the keys under which the middleware looks for something.
	Takes []string
	// Kind is that of the calls that it runs before, "" for all.
	Kind interceptor.Kind
	// Skips are the methods that it lets by.
	Skips []Skip
}

// A Place is a router in terms of a function's caller: a parameter, receiver
// first, or a result, and the fields that lead from it to the router.
type Place struct {
	Result bool
	Index  int
	Path   string
}

// An Item is something that a function does with a router of its caller: it adds
// a route, or middleware.
type Item struct {
	At    Place
	Route bool
	When  string
	// URL is the path below the router's own; Known is false if some of it isn't
	// known.
	URL   string
	Known bool
	Cover Cover
	// Handler names a route's handler, Params are parameters that are part of it.
	Handler string
	Needs   []Need
	Asks    []string
	Params  []int
	Posn    string
	// Kind and Method are those of a service's method, "" for other routes.
	Kind   interceptor.Kind
	Method string
}

func (s *Summary) empty() bool {
	return len(s.Needs)+len(s.Handler)+len(s.Asks)+len(s.Items) == 0 && s.Effect.empty()
}

func (e Effect) empty() bool { return len(e.Puts)+len(e.Takes) == 0 && !e.Unknown }

// String prints the fact for tests.
func (s *Summary) String() string {
	var parts []string
	for _, n := range s.Needs {
		if n.Everyone {
			parts = append(parts, fmt.Sprintf("works on everyone's %s", n.Relation))
			continue
		}
		parts = append(parts, fmt.Sprintf("needs p%d %s", n.Param, n.Key))
	}
	for _, key := range s.Asks {
		parts = append(parts, "asks for "+key)
	}
	for _, n := range s.Handler {
		if n.Everyone {
			parts = append(parts, "its handler works on everyone's "+n.Relation)
			continue
		}
		parts = append(parts, "its handler needs "+n.Key)
	}
	if text := s.Effect.String(); text != "" {
		parts = append(parts, text)
	}
	for _, i := range s.Items {
		parts = append(parts, i.String())
	}
	return strings.Join(parts, "; ")
}

func (e Effect) String() string {
	var parts []string
	for _, p := range e.Puts {
		what := "puts " + p.Key
		if p.Kind != "" {
			what += " for " + string(p.Kind) + " calls"
		}
		parts = append(parts, what)
	}
	for _, s := range e.Skips {
		parts = append(parts, "lets "+s.Method+" by without "+s.Key)
	}
	for _, key := range e.Takes {
		parts = append(parts, "takes "+key)
	}
	if e.Unknown {
		parts = append(parts, "calls what is not known")
	}
	return strings.Join(parts, "; ")
}

func (i Item) String() string {
	at := fmt.Sprintf("p%d%s", i.At.Index, i.At.Path)
	if i.At.Result {
		at = fmt.Sprintf("result %d%s", i.At.Index, i.At.Path)
	}
	what := "uses"
	if i.Route {
		what = "mounts " + i.Handler
		for _, n := range i.Needs {
			if n.Everyone {
				what += " which works on everyone's " + n.Relation
				continue
			}
			what += " which needs " + n.Key
		}
		what += " behind"
	}
	return fmt.Sprintf("%s %s on %s", what, i.Cover, at)
}

func (c Cover) String() string {
	var parts []string
	for _, l := range c.Layers {
		by := l.By
		if l.Kind != "" {
			by += ":" + string(l.Kind)
		}
		parts = append(parts, by)
	}
	for _, p := range c.Params {
		parts = append(parts, fmt.Sprintf("p%d", p))
	}
	if c.Unknown {
		parts = append(parts, "?")
	}
	return "{" + strings.Join(parts, " ") + "}"
}

// plus joins what runs before a handler.
func (c Cover) plus(more ...Cover) Cover {
	out := Cover{Layers: slices.Clone(c.Layers), Params: slices.Clone(c.Params), Unknown: c.Unknown, Wraps: slices.Clone(c.Wraps), through: c.through}
	for _, m := range more {
		for _, l := range m.Layers {
			i := slices.IndexFunc(out.Layers, func(have Layer) bool { return have.Key == l.Key && have.Kind == l.Kind })
			if i < 0 {
				out.Layers = append(out.Layers, l)
				continue
			}
			// What one of them lets by, the other one may not.
			out.Layers[i].Skips = both(out.Layers[i].Skips, l.Skips)
		}
		for _, p := range m.Params {
			if !slices.Contains(out.Params, p) {
				out.Params = append(out.Params, p)
			}
		}
		for _, w := range m.Wraps {
			if !slices.Contains(out.Wraps, w) {
				out.Wraps = append(out.Wraps, w)
			}
		}
		out.Unknown = out.Unknown || m.Unknown
		out.through = slices.Concat(out.through, m.through)
	}
	return out
}

// perhaps is what may run before a handler, or not.
func (c Cover) perhaps() Cover {
	c.through = nil
	return c
}

// at says where layers are put before handlers, as far as that isn't said yet.
func (c Cover) at(posn string) Cover {
	out := Cover{Layers: slices.Clone(c.Layers), Params: c.Params, Unknown: c.Unknown, Wraps: c.Wraps, through: c.through}
	for i := range out.Layers {
		if out.Layers[i].Posn == "" {
			out.Layers[i].Posn = posn
		}
	}
	return out
}

// only is what comes before calls of a kind.
func (c Cover) only(kind interceptor.Kind) Cover {
	out := Cover{Params: c.Params, Unknown: c.Unknown, Wraps: c.Wraps}
	for _, l := range c.Layers {
		if l.Kind == "" || l.Kind == kind {
			l.Kind = kind
			out.Layers = append(out.Layers, l)
		}
	}
	for _, p := range c.through {
		if p.kind == "" || p.kind == kind {
			out.through = append(out.through, passage{p.fn, kind})
		}
	}
	return out
}

// layer finds who puts something under a key.
func (c Cover) layer(key string) (Layer, bool) {
	for _, l := range c.Layers {
		if l.Key == key {
			return l, true
		}
	}
	return Layer{}, false
}

// decided reports whether all that runs before the handler is known.
func (c Cover) decided() bool { return !c.Unknown && len(c.Params) == 0 }

// maxEntries bounds each list of a fact, so that facts stay small. Beyond it,
// what a function does to contexts counts as not known.
const maxEntries = 24

func (e *Effect) tidy() {
	slices.SortFunc(e.Puts, func(a, b Put) int {
		return cmp.Or(cmp.Compare(a.Key, b.Key), cmp.Compare(a.KeyParam, b.KeyParam), cmp.Compare(a.Kind, b.Kind))
	})
	e.Puts = slices.Compact(e.Puts)
	slices.Sort(e.Takes)
	e.Takes = slices.Compact(e.Takes)
	if len(e.Puts) > maxEntries {
		e.Puts, e.Unknown = e.Puts[:maxEntries], true
	}
	e.Takes = e.Takes[:min(len(e.Takes), maxEntries)]
}

// tidyNeeds keeps one need of a parameter and a key: the one that says most.
func tidyNeeds(needs []Need) []Need {
	slices.SortStableFunc(needs, func(a, b Need) int {
		return cmp.Or(cmp.Compare(a.Param, b.Param), cmp.Compare(a.Key, b.Key), compareBool(b.Open, a.Open), compareBool(b.Falls, a.Falls), cmp.Compare(a.Posn, b.Posn))
	})
	var out []Need
	for _, n := range needs {
		if last := len(out) - 1; last >= 0 && out[last].Param == n.Param && out[last].Key == n.Key {
			out[last].Taken = out[last].Taken || n.Taken
		} else {
			out = append(out, n)
		}
	}
	return slices.Clip(out[:min(len(out), maxEntries)])
}

// says reports whether a need says all that another one does.
func (n Need) says(other Need) bool {
	return n.Param == other.Param && n.Key == other.Key && (n.Open || !other.Open) && (n.Falls || !other.Falls) && (n.Taken || !other.Taken)
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}
