package scope

import (
	"fmt"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/dbapi"
)

// Some programs ask their context for several handles, one after the other: a
// transaction, else a connection, else the pool. The last is "unless" the second
// and, besides, unless the first.

// maxBesides bounds what is kept of such a row.
const maxBesides = 3

// besides marks objects as used only where contexts don't carry more either.
func (f *frame) besides(objs, more []*Object) []*Object {
	more = f.deciding(more)
	if len(more) == 0 {
		return objs
	}
	out := make([]*Object, 0, len(objs))
	for _, o := range objs {
		row := slices.Clone(o.besides)
		for _, m := range more {
			if !m.same(o) && !slices.ContainsFunc(o.unless, m.same) && !slices.ContainsFunc(row, m.same) && len(row) < maxBesides {
				row = append(row, m)
			}
		}
		if len(row) == len(o.besides) || o.Kind == dbapi.NoHandle && !o.isCarried() {
			out = append(out, o)
			continue
		}
		n := *o
		n.besides, n.plain = row, o.self()
		salt := []string{fmt.Sprint(f.in.number(o), " besides")}
		for _, m := range row {
			salt = append(salt, fmt.Sprint(f.in.number(m)))
		}
		out = append(out, f.in.intern(n, strings.Join(salt, " ")))
	}
	return out
}

// row is everything that contexts must lack for the object to be used.
func (o *Object) row() []*Object {
	if len(o.unless) == 0 {
		return o.besides
	}
	return append([]*Object{o.unless[0]}, o.besides...)
}

// besidePlaces is what the caller's context must lack besides.
func (o *Object) besidePlaces() []Place {
	var out []Place
	for _, b := range o.besides {
		if b.Root == Param || b.ambient {
			out = append(out, b.Place())
		}
	}
	slices.SortFunc(out, comparePlaces)
	return out
}

// lacking prints places in facts.
func lacking(besides []Place) string {
	out := ""
	for _, p := range besides {
		out += " besides " + p.String()
	}
	return out
}

// without drops objects at a call whose context carries what comes before them,
// and marks the others as far as that is open.
func (f *frame) without(objs []*Object, args []ssa.Value, besides []Place) []*Object {
	for i := range besides {
		if besides[i].Param >= len(args) {
			continue
		}
		carried := f.placedIn(args, &besides[i])
		open := undecided(carried)
		if len(carried) > 0 && len(open) == 0 {
			return nil
		}
		objs = f.besides(objs, open)
	}
	return objs
}
