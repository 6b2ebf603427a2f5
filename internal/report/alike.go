package report

// tellOnce is from how many places on the same is told once at a terminal.
const tellOnce = 4

// A told is a finding with the others that are like it.
type told struct {
	Finding
	others []Finding
}

// alike puts findings that have the same in common behind the first of them, where they
// are many.
func alike(findings []Finding) []told {
	type key struct{ rule, group, alike string }
	of := func(f Finding) key { return key{f.Rule, f.Group, f.Alike} }
	all := map[key][]Finding{}
	for _, f := range findings {
		if f.Alike != "" {
			all[of(f)] = append(all[of(f)], f)
		}
	}
	var out []told
	shown := map[key]bool{}
	for _, f := range findings {
		switch same := all[of(f)]; {
		case len(same) < tellOnce:
			out = append(out, told{f, nil})
		case !shown[of(f)]:
			shown[of(f)] = true
			out = append(out, told{f, same[1:]})
		}
	}
	return out
}

// others shows where the same was found.
func (p *printer) others(list []Finding) {
	if len(list) == 0 {
		return
	}
	p.line("    the same in %d more places:", len(list))
	for i, f := range list {
		if more := len(list) - i; i >= shownSteps && more > 1 {
			p.line("    and %d more, which the JSON report has", more)
			return
		}
		p.line("    %s: %s", p.where(f.Position, false), f.About)
	}
}
