package route

import (
	"go/token"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/interceptor"
)

// A router is one value of a library, as far as its routes are followed.
type router struct {
	at value
	// up is the router that it belongs to, and behind what runs before it there, or
	// is wrapped round it.
	up     *router
	behind Cover
	// layers run before the routes that come next, always before all of them.
	layers, always Cover
	// url is the path below up, known if all of it is.
	url   string
	known bool
	// under are those that run before what comes next below a path; kept by the top.
	under []pathLayer
	// made: the function that is followed makes it, or what it calls.
	made bool
	// handler: it is one service of connect, which others may wrap, as any handler.
	handler bool
}

type pathLayer struct {
	url   string
	known bool
	cover Cover
}

// A mounted handler is a route.
type mounted struct {
	on     *router
	cover  Cover // what runs before it, of this router and of its own
	needs  []Need
	asks   []string
	params []int
	funcs  []*ssa.Function
	name   string
	pos    token.Pos
	posn   string
	judged []string // the keys of which it was said whether it needs them
	// kind and method are those of a service's method, "" for other routes.
	kind   interceptor.Kind
	method string
}

// top is the router that all requests come through, as far as it is known.
func (r *router) top() *router {
	for range maxDepth {
		if r.up == nil {
			return r
		}
		r = r.up
	}
	return r
}

// path is the path below the top.
func (r *router) path(url string, known bool) (string, bool) {
	for range maxDepth {
		url, known = joined(r.url, url), known && r.known
		if r.up == nil {
			break
		}
		r = r.up
	}
	return url, known
}

func joined(a, b string) string {
	return strings.TrimSuffix(a, "/") + "/" + strings.TrimPrefix(b, "/")
}

// use adds middleware.
func (r *router) use(c Cover, when when, url string, known bool) {
	switch when {
	case always:
		r.always = r.always.plus(c)
	case byPath:
		url, known = r.path(url, known)
		r.top().under = append(r.top().under, pathLayer{url, known, c})
	default:
		r.layers = r.layers.plus(c)
	}
}

// covering is what runs before a route that is added now.
func (r *router) covering(url string, known bool) Cover {
	out := r.layers
	url, known = r.path(url, known)
	for _, l := range r.top().under {
		switch {
		case !known || !l.known:
			out = out.plus(l.cover.perhaps())
		case strings.HasPrefix(literal(url), literal(l.url)):
			out = out.plus(l.cover)
		}
	}
	return out
}

// literal is the beginning of a path that has no parameters, as routers compare it.
func literal(url string) string {
	if i := strings.IndexAny(url, ":*+?{"); i >= 0 {
		url = url[:i]
	}
	return strings.ToLower(strings.Trim(url, "/"))
}

// whole is all that runs before a route, and doesn't let it by.
func (m *mounted) whole() Cover {
	c, _ := m.passes()
	return c
}

// passes also tells who lets it by.
func (m *mounted) passes() (out Cover, by []Layer) {
	out = m.cover
	r := m.on
	for depth := 0; r != nil && depth < maxDepth; r, depth = r.up, depth+1 {
		out = out.plus(r.always, r.behind)
	}
	out.through = slices.DeleteFunc(slices.Clone(out.through), func(p passage) bool { return p.kind != "" && p.kind != m.kind })
	out.Layers = slices.DeleteFunc(slices.Clone(out.Layers), func(l Layer) bool {
		if l.Kind != "" && l.Kind != m.kind {
			return true
		}
		if at, lets := l.letsBy(m.method); lets {
			l.Skips = []Skip{at}
			by = append(by, l)
			return true
		}
		return false
	})
	return out, by
}

// below reports whether a router is below another one.
func (r *router) below(other *router) bool {
	for range maxDepth {
		if r == other {
			return true
		}
		if r.up == nil {
			return false
		}
		r = r.up
	}
	return true
}
