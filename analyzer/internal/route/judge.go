package route

import (
	"cmp"
	"go/token"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/fullname"
	"github.com/tenantvet/tenantvet/analyzer/internal/interceptor"
)

// A Finding is a route whose handler needs what nothing before it puts into the
// context, while something does before others, or before none at all.
type Finding struct {
	Pos      token.Pos // of the call that mounts it, or of the one that leads there
	Function *ssa.Function
	Handler  string
	Need     Need
	Layer    Layer  // what the others are behind; nothing if none are
	Posn     string // where it is mounted, if that is in another package
	Other    string // a handler behind it
	// Kind is that of a service's method, "" for other handlers; OtherKind the other's.
	Kind, OtherKind interceptor.Kind
	// Also counts the service's other methods that need the same.
	Also int
	// Skip is the method's name where the layer lets it by, and SkipPosn where.
	Skip, SkipPosn string
}

// A Route is one that was followed, from where nothing in the package calls.
type Route struct {
	Function, Handler string
	Cover             Cover

	funcs []*ssa.Function
}

// A judge tells which routes lack what others have, once a function was followed.
type judge struct {
	*walk
	frame    *frame
	found    map[token.Pos]map[string]bool
	findings []Finding
	routes   []Route
	items    []Item
}

func (j *judge) run() {
	places := j.places()
	tops := j.tops()
	var served []*mounted
	for _, top := range tops {
		for _, m := range j.routesBelow(top) {
			if m.kind != "" {
				served = append(served, m)
			}
		}
	}
	for _, top := range tops {
		routes := j.routesBelow(top)
		for _, m := range routes {
			if j.called[j.frame.fn] {
				continue // it is followed where it is called
			}
			j.routes = append(j.routes, Route{j.frame.fn.Name(), m.name, m.whole(), m.funcs})
		}
		at, hasPlace := places[top]
		// Who has a router that the caller passes knows what comes before it; who gets
		// one that is returned may put something before it.
		if !hasPlace || at.Result && !j.called[j.frame.fn] {
			j.judge(routes, served, top.made && !top.handler && !hasPlace)
		}
		if hasPlace {
			j.export(top, at)
		}
	}
}

// open are the needs of which it is not decided whether they are met.
func (m *mounted) open() []Need {
	return slices.DeleteFunc(tidyNeeds(slices.Clone(m.needs)), func(n Need) bool { return slices.Contains(m.judged, n.Key) })
}

// need is what the handler of a route needs under a key.
func (m *mounted) need(key string) (Need, bool) {
	for _, n := range tidyNeeds(slices.Clone(m.needs)) {
		if n.Key == key {
			return n, true
		}
	}
	return Need{}, false
}

// judge compares the routes of a router, and the methods of services with those that
// are served beside them. Where a router may be wrapped out of sight, most of its
// routes have to be behind what one lacks: it would be twice otherwise. So would be
// what an interceptor puts into contexts.
func (j *judge) judge(routes, served []*mounted, whole bool) {
	for _, key := range keysOf(routes) {
		var lacking, covered []*mounted
		for _, m := range routes {
			if _, needs := m.need(key); !needs {
				continue
			}
			if m.behind(key) {
				covered = append(covered, m)
			} else if m.known() {
				lacking = append(lacking, m)
			}
		}
		var intercepted []*mounted
		for _, m := range served {
			if l, ok := m.whole().layer(key); ok && l.Kind != "" {
				intercepted = append(intercepted, m)
			}
		}
		slices.SortStableFunc(intercepted, func(a, b *mounted) int { // those first that need it
			_, first := a.need(key)
			_, second := b.need(key)
			return compareBool(second, first)
		})
		sure := whole || len(covered) > len(lacking)
		for _, m := range lacking {
			others, sure := covered, sure
			// Where it is made is seen, and with it all options. What HTTP does before the
			// services of connect may come from where it can't be seen.
			if like := m.like(intercepted); m.kind != "" && m.on.made && len(like) > 0 {
				others, sure = slices.Concat(covered, like), true
			}
			if !sure {
				continue
			}
			f := Finding{Pos: m.pos, Function: j.frame.fn, Handler: m.name, Posn: m.posn, Kind: m.kind}
			var there Cover
			if len(others) > 0 {
				there = others[0].whole()
				f.Layer, _ = there.layer(key)
				f.Other, f.OtherKind = others[0].name, others[0].kind
			}
			if by, ok := m.letBy(key); ok {
				f.Layer, f.Skip, f.SkipPosn = by, m.method, by.Skips[0].Posn
			}
			n, forgotten := j.forgotten(m, key, there, f.Layer)
			// What nobody has may come from where it can't be seen; then it decides
			// nothing but where the statement runs without it.
			if forgotten && (f.Layer.By != "" || n.Falls) {
				f.Need = n
				j.report(m, f)
			}
			m.judged = append(m.judged, key)
		}
	}
	j.forEveryone(routes, whole)
}

// like are those of other methods that the same library serves.
func (m *mounted) like(others []*mounted) []*mounted {
	return slices.DeleteFunc(slices.Clone(others), func(o *mounted) bool { return o.on.handler != m.on.handler })
}

// letBy is the interceptor that puts a key into the contexts of others, and lets a
// method by.
func (m *mounted) letBy(key string) (Layer, bool) {
	_, by := m.passes()
	for _, l := range by {
		if l.Key == key {
			return l, true
		}
	}
	return Layer{}, false
}

// behind reports whether something before a route puts a key into the context, known
// whether all that comes before it is known.
func (m *mounted) behind(key string) bool { _, ok := m.whole().layer(key); return ok }
func (m *mounted) known() bool            { return m.whole().decided() && len(m.params) == 0 }

// forgotten tells a handler that needs what is put under a key from one that works
// before anybody's tenant is known, as a login or a webhook does, and finds out
// whose rows it is about by what the request brings. The first one
//   - takes the tenant from there, or
//   - asks for something else that those have which are behind the middleware, or
//   - is where it is known who asks: what the middleware needs is there, or
//   - works on rows that nothing picks.
func (j *judge) forgotten(m *mounted, key string, others Cover, layer Layer) (Need, bool) {
	need, _ := m.need(key)
	here := m.whole()
	asks := slices.ContainsFunc(m.asks, func(asked string) bool {
		_, has := here.layer(asked)
		_, have := others.layer(asked)
		return have && !has && asked != key
	})
	known := slices.ContainsFunc(layer.Takes, func(key string) bool {
		_, has := here.layer(key)
		return has && j.Tenant(key)
	})
	return need, need.Taken || need.Open || asks || known
}

func (j *judge) report(m *mounted, f Finding) {
	if f.Kind != "" && f.Skip == "" { // one a service
		for i, have := range j.findings {
			if have.Pos == f.Pos && have.Need.Key == f.Need.Key && have.Posn == f.Posn && have.Skip == "" {
				j.findings[i].Also++
				return
			}
		}
	}
	if j.found[m.pos] == nil {
		j.found[m.pos] = map[string]bool{}
	}
	if what := f.Need.Key + m.posn + f.Skip; !j.found[m.pos][what] {
		j.found[m.pos][what] = true
		j.findings = append(j.findings, f)
	}
}

// keysOf lists what the handlers of routes need, sorted.
func keysOf(routes []*mounted) []string {
	var keys []string
	for _, m := range routes {
		for _, n := range m.needs {
			if !n.Everyone {
				keys = append(keys, n.Key)
			}
		}
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// places tells which routers the caller has: what it passes, or gets back.
func (j *judge) places() map[*router]Place {
	out := map[*router]Place{}
	placeOf := func(x value) (Place, bool) {
		if param, ok := x.v.(*ssa.Parameter); ok && x.in == j.frame {
			return Place{Index: slices.Index(j.frame.fn.Params, param), Path: x.path}, true
		}
		for i, r := range j.frame.results {
			if r.v != nil && r.v == x.v && r.in == x.in && strings.HasPrefix(x.path, r.path) {
				return Place{Result: true, Index: i, Path: strings.TrimPrefix(x.path, r.path)}, true
			}
		}
		return Place{}, false
	}
	found := func(r *router, p Place) {
		if have, ok := out[r.top()]; !ok || comparePlaces(p, have) < 0 {
			out[r.top()] = p
		}
	}
	for at, r := range j.routers {
		if p, ok := placeOf(at); ok && r.at == at {
			found(r, p)
		}
	}
	for at, v := range j.fields {
		r, ok := j.routers[j.frame.resolve(v, 0)]
		if !ok || at.v != nil && strings.TrimPrefix(fullname.OfType(at.v.Type()), "*") == "net/http.Server" {
			continue // a server gets all of it
		}
		if p, ok := placeOf(at); ok {
			found(r, p)
		}
	}
	return out
}

func comparePlaces(a, b Place) int {
	return cmp.Or(compareBool(a.Result, b.Result), cmp.Compare(a.Index, b.Index), cmp.Compare(len(a.Path), len(b.Path)), cmp.Compare(a.Path, b.Path))
}

// export tells callers what was done with a router of theirs.
func (j *judge) export(top *router, at Place) {
	type group struct{ handler, cover, needs string }
	seen := map[group]bool{}
	for _, o := range j.ops {
		if o.on.top() != top {
			continue
		}
		url, known := o.on.path(o.url, o.known)
		i := Item{At: at, When: string(o.when), URL: url, Known: known}
		if o.route == nil {
			if o.when != byPath && o.on != top {
				continue // the routes below say so
			}
			i.Cover = o.cover
			if len(i.Cover.Layers)+len(i.Cover.Params)+len(i.Cover.Wraps) == 0 && !i.Cover.Unknown {
				continue
			}
		} else {
			m := o.route
			if len(m.open())+len(m.params) == 0 {
				continue
			}
			i.Route, i.Cover, i.Handler, i.Needs, i.Asks, i.Params, i.Posn = true, m.whole(), m.name, m.open(), m.asks, m.params, m.posn
			i.Kind, i.Method = m.kind, m.method
		}
		if key := (group{i.Handler, i.Cover.String() + i.Cover.printed(), i.String()}); seen[key] {
			continue
		} else {
			seen[key] = true
		}
		if len(j.items) < maxEntries {
			j.items = append(j.items, i)
		}
	}
}
