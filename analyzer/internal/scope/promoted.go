package scope

import "slices"

// promoted is the summary of a method of an embedded value, in terms of the
// value that embeds it: path leads from the one to the other.
func (s *Summary) promoted(path string) *Summary {
	if s == nil || path == "" {
		return s
	}
	at := func(p *Place) {
		if p.Param == 0 {
			p.Path = path + p.Path
		}
	}
	carriers := func(list []Carrier) []Carrier {
		list = slices.Clone(list)
		for i := range list {
			at(&list[i].From)
			list[i].Besides = slices.Clone(list[i].Besides)
			for j := range list[i].Besides {
				at(&list[i].Besides[j])
			}
			if u := list[i].Unless; u != nil {
				other := *u
				at(&other)
				list[i].Unless = &other
			}
		}
		return list
	}
	out := *s
	out.Needs = slices.Clone(s.Needs)
	for i := range out.Needs {
		at(&out.Needs[i].Place)
		out.Needs[i].Besides = slices.Clone(out.Needs[i].Besides)
		for j := range out.Needs[i].Besides {
			at(&out.Needs[i].Besides[j])
		}
		if e := out.Needs[i].Else; e != nil {
			other := *e
			if !e.Pool {
				at(&other.At)
			}
			out.Needs[i].Else = &other
		}
	}
	out.Sets, out.Resets = slices.Clone(s.Sets), slices.Clone(s.Resets)
	for i := range out.Sets {
		at(&out.Sets[i].Place)
	}
	for i := range out.Resets {
		at(&out.Resets[i].Place)
	}
	out.Sends = slices.Clone(s.Sends)
	for i := range out.Sends {
		out.Sends[i].Over = carriers(s.Sends[i].Over)
	}
	out.Results = carriers(s.Results)
	out.Callbacks = slices.Clone(s.Callbacks)
	for i := range out.Callbacks {
		out.Callbacks[i].Args = carriers(s.Callbacks[i].Args)
	}
	out.Stores = slices.Clone(s.Stores)
	for i := range out.Stores {
		at(&out.Stores[i].In)
		at(&out.Stores[i].From)
	}
	out.Invokes = slices.Clone(s.Invokes)
	for i := range out.Invokes {
		at(&out.Invokes[i].Place)
		out.Invokes[i].Args = carriers(s.Invokes[i].Args)
		out.Invokes[i].Callbacks = slices.Clone(s.Invokes[i].Callbacks)
		for j := range out.Invokes[i].Callbacks {
			if on := out.Invokes[i].Callbacks[j].On; on != nil {
				other := *on
				at(&other)
				out.Invokes[i].Callbacks[j].On = &other
			}
		}
	}
	out.Hooks = slices.Clone(s.Hooks)
	for i := range out.Hooks {
		at(&out.Hooks[i].Place)
	}
	return &out
}
