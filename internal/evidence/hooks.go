package evidence

// hooksOf joins the hooks assigned anywhere in the module with the functions
// that they call by name, two levels deep. Names are not resolved to packages:
// a hook named like a function that sets the context is taken for it, and the
// engine still asks that every statement's handle comes from such a pool.
func hooksOf(files []GoFacts) Hooks {
	funcs := map[string][]Func{}
	for _, g := range files {
		for _, f := range g.Funcs {
			funcs[f.Name] = append(funcs[f.Name], f)
		}
	}
	var out Hooks
	for _, g := range files {
		for _, h := range g.Hooks {
			sets, resets := effects(h.Func, funcs, 2)
			if h.Name == "AfterRelease" {
				out.Resets = out.Resets || sets || resets
				continue
			}
			out.SetsContext = out.SetsContext || sets
			out.Resets = out.Resets || resets
		}
	}
	return out
}

func effects(f Func, funcs map[string][]Func, levels int) (sets, resets bool) {
	sets, resets = f.Sets, f.Resets
	if levels == 0 {
		return sets, resets
	}
	for _, name := range f.Calls {
		for _, callee := range funcs[name] {
			s, r := effects(callee, funcs, levels-1)
			sets, resets = sets || s, resets || r
		}
	}
	return sets, resets
}
