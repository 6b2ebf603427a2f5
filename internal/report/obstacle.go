package report

import (
	"fmt"
	"slices"
	"strings"
)

// An obstacle keeps packages from being analysed: one module that doesn't load is in the
// way of every package that imports it.
type obstacle struct {
	Incomplete // the first of them
	packages   []string
}

// obstacles gathers what is incomplete at one place and for one reason.
func obstacles(all []Incomplete) []obstacle {
	var out []obstacle
	for _, i := range all {
		at := slices.IndexFunc(out, func(o obstacle) bool { return o.position() == i.position() && o.Reason == i.Reason })
		if at < 0 || i.Position == nil || i.Package == "" {
			out = append(out, obstacle{i, []string{i.Package}})
			continue
		}
		out[at].packages = append(out[at].packages, i.Package)
	}
	return out
}

// shownPackages bounds the packages that are named beside an obstacle.
const shownPackages = 3

// Others says which packages it keeps from being analysed, if there are several.
func (o obstacle) Others() string {
	if len(o.packages) == 1 {
		return ""
	}
	named := o.packages[:min(shownPackages, len(o.packages))]
	out := fmt.Sprintf("keeps %d packages from being analysed: %s", len(o.packages), strings.Join(named, ", "))
	if more := len(o.packages) - len(named); more > 0 {
		out += fmt.Sprintf(" and %d more", more)
	}
	return out
}

// text is the reason, with the package that it is about or the packages.
func (o obstacle) text() string {
	switch {
	case len(o.packages) > 1:
		return o.Reason + "; " + o.Others()
	case o.Package != "":
		return o.Package + ": " + o.Reason
	}
	return o.Reason
}
