package scope

// Callers can't tell by which of its exits they got a handle of a function, or by which
// of its calls a callback got one: where a parameter decides, all of them say so.

// agreed are the exits without error, which agree on each handle that several of them
// return, if a parameter decides by which it leaves with the tenant's context: callers
// can't tell by which they got it.
func (w *flow) agreed(exits []exit) []exit {
	var live []exit
	for _, x := range exits {
		if !failsAt(x) {
			live = append(live, exit{x.ret, x.env.clone()})
		}
	}
	if len(live) < 2 {
		return live
	}
	by := map[*Object][]exit{}
	for _, x := range live {
		var out []*Object
		for _, v := range x.ret.Results {
			out = add(out, w.within(w.handed(v), 0)...)
		}
		for _, o := range out {
			by[o] = append(by[o], x)
		}
	}
	for o, exits := range by {
		for name, entry := range w.meeting(o, exits).askedOf() {
			for _, x := range exits {
				s := x.env.get(o).clone()
				en := entry
				if s.Settings[name] != entry {
					en.If = w.leavingOpen(entry.If)
				}
				s.set(name, en)
				x.env.put(o, s)
			}
		}
	}
	return live
}

// sameCalls has the calls of a callback agree on each handle that several of them pass,
// if a parameter decides which of them passes it with the tenant's context: who brings
// the callback can't tell by which it is called.
func (b *builder) sameCalls(f *frame) {
	by := map[int]map[*Object][]*calledBack{}
	for i := range b.callbacks {
		cb := &b.callbacks[i]
		if cb.Broken != "" {
			continue
		}
		if by[cb.Param] == nil {
			by[cb.Param] = map[*Object][]*calledBack{}
		}
		for _, o := range cb.handles {
			by[cb.Param][o] = append(by[cb.Param][o], cb)
		}
	}
	for _, handles := range by {
		for o, calls := range handles {
			var all []arrival
			for _, cb := range calls {
				all = append(all, arrival{cb.env.get(o), cb.env.given})
			}
			for name, entry := range f.meet(all).askedOf() {
				for _, cb := range calls {
					s := cb.env.get(o).clone()
					s.set(name, entry)
					cb.env.put(o, s)
					cb.agreed = true
				}
			}
		}
	}
	for i := range b.callbacks {
		if cb := &b.callbacks[i]; cb.agreed {
			cb.Args = capped(b, tidy(cb.describe(cb.env), compareCarriers))
		}
	}
}

// askedOf keeps the settings that depend on a parameter.
func (s State) askedOf() map[string]Entry {
	out := map[string]Entry{}
	for name, entry := range s.Settings {
		if entry.asks() {
			out[name] = entry
		}
	}
	return out
}

// succeeds is an entry whose statement returned no error.
func (e Entry) succeeds() Entry {
	e.pending = nil
	if e.If != nil {
		e.Then = Set
	} else {
		e.Level = Set
	}
	return e
}
