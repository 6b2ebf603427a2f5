package route

import (
	"golang.org/x/tools/go/ssa"
)

// apply does what a function of another package does with the routers that it is
// given, or returns.
func (f *frame) apply(call ssa.CallInstruction, s *Summary, args []ssa.Value) {
	for _, i := range s.Items {
		on := f.routerOf(call, i.At, args)
		if on == nil {
			continue
		}
		cover := f.bind(i.Cover, args).at(f.Posn(call.Pos()))
		if !i.Route {
			on.use(cover, when(i.When), i.URL, i.Known)
			f.ops = append(f.ops, op{on: on, when: when(i.When), cover: cover, url: i.URL, known: i.Known})
			continue
		}
		m := &mounted{
			on: on, cover: on.covering(i.URL, i.Known).plus(cover), needs: i.Needs, asks: i.Asks, name: i.Handler,
			pos: call.Pos(), posn: i.Posn, kind: i.Kind, method: i.Method,
		}
		for _, param := range i.Params {
			if param >= len(args) {
				continue
			}
			h := f.handler(args[param], 0)
			m.needs = append(m.needs[:len(m.needs):len(m.needs)], h.needs...)
			m.asks = append(m.asks[:len(m.asks):len(m.asks)], h.asks...)
			m.cover = m.cover.plus(h.cover.at(f.Posn(call.Pos())))
			m.params = append(m.params, h.params...)
			if m.name == "" {
				m.name = h.name
			}
		}
		f.mount(m, i.URL, i.Known)
	}
}

// routerOf is the router at a place of a called function.
func (f *frame) routerOf(call ssa.CallInstruction, at Place, args []ssa.Value) *router {
	if !at.Result {
		if at.Index >= len(args) {
			return nil
		}
		x := f.resolved(args[at.Index])
		x.path += at.Path
		return f.routerAt(f.resolve(x, 0))
	}
	v, ok := call.(*ssa.Call)
	if !ok {
		return nil
	}
	x := value{v, f, at.Path}
	if at.Index > 0 {
		for _, use := range *v.Referrers() {
			if ex, ok := use.(*ssa.Extract); ok && ex.Index == at.Index {
				x.v = ex
			}
		}
	}
	return f.routerAt(x)
}

// bind puts middleware that a call passes in the place of parameters.
func (f *frame) bind(c Cover, args []ssa.Value) Cover {
	out := Cover{Layers: c.Layers, Unknown: c.Unknown, Wraps: c.Wraps, through: c.through}
	for _, param := range c.Params {
		if param >= len(args) {
			out.Unknown = true
			continue
		}
		out = out.plus(f.layer(args[param]))
	}
	return out
}
