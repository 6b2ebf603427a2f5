package rules

import (
	"fmt"
	"slices"
	"strings"
)

// many is from how many objects on one cause is told once.
const many = 4

// Gather makes one finding of those that have one cause in many objects, such as an
// owner whom no policy of a hundred tables binds. It stands at the first and names the
// others. What is silenced must be left out before.
func Gather(found []Finding) []Finding {
	type key struct{ rule, group, cause string }
	of := map[key][]Finding{}
	keyOf := func(f Finding) key { return key{f.Rule, f.Group, f.Cause} }
	for _, f := range found {
		if f.Cause != "" {
			of[keyOf(f)] = append(of[keyOf(f)], f)
		}
	}
	var out []Finding
	for _, f := range found {
		all := of[keyOf(f)]
		switch {
		case f.Cause == "" || len(all) > 0 && len(all) < many:
			out = append(out, f)
		case len(all) > 0:
			out = append(out, together(all))
			of[keyOf(f)] = nil
		}
	}
	return out
}

// together is a finding about all objects.
func together(all []Finding) Finding {
	f := all[0]
	var names []string
	for _, o := range all {
		names = append(names, o.Object)
		f.Path = append(f.Path, Step{o.At, o.Object})
	}
	f.Message = strings.Replace(f.InAll, "%s", several(names), 1)
	if f.AdviceForAll != "" {
		f.Advice = f.AdviceForAll
	}
	f.Object, f.Subject = "", f.Cause
	return f
}

// several names the first few of many, each once.
func several(names []string) string {
	var each []string
	for _, name := range names {
		if !slices.Contains(each, name) {
			each = append(each, name)
		}
	}
	told := strings.Join(each[:min(len(each), many-1)], ", ")
	if n := len(each) - (many - 1); n > 0 {
		told += fmt.Sprintf(" and %d more", n)
	}
	return told
}
