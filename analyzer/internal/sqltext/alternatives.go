package sqltext

import (
	"cmp"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/sqlcheck"
)

const (
	// maxAlternatives bounds the alternatives of one value: conditions that
	// each append to a text multiply.
	maxAlternatives = 16
	// maxEach is the bound for what a loop goes over: all of it is sent.
	maxEach = 64
	// maxParts and maxBytes bound one template.
	maxParts = 400
	maxBytes = 1 << 18
)

func plain(s string) Text {
	return Text{Templates: []sqlcheck.Template{sqlcheck.Text(s)}}
}

// hole is a value of which only the type is known.
func (r *Resolver) hole(v ssa.Value) Text {
	h := r.holes[v]
	if h == nil {
		h = &sqlcheck.Hole{Trust: trustOf(v), From: given(v), Type: types.TypeString(v.Type(), nil)}
		r.holes[v] = h
		if p, ok := v.(*ssa.Parameter); ok {
			r.params[h] = p
		}
	}
	t := holed(h)
	if h.Trust == sqlcheck.Free {
		t.Cause = causeOf(v)
	}
	return t
}

func holed(h *sqlcheck.Hole) Text {
	return Text{Templates: []sqlcheck.Template{{Parts: []sqlcheck.Part{{Hole: h}}}}}
}

// fragment is a part of which no more is known than its trust.
func fragment(trust sqlcheck.Trust, cause string) Text {
	t := holed(&sqlcheck.Hole{Trust: trust, Type: "string"})
	if trust == sqlcheck.Free {
		t.Cause = cause
	}
	return t
}

// foreign is a text as others see it: they can't tell what its function's
// callers pass.
func (r *Resolver) foreign(t Text) Text {
	t.Param = nil
	t.Templates = slices.Clone(t.Templates)
	for i, tpl := range t.Templates {
		t.Templates[i].Parts = r.withoutParams(tpl.Parts)
	}
	return t
}

func (r *Resolver) withoutParams(parts []sqlcheck.Part) []sqlcheck.Part {
	if !slices.ContainsFunc(parts, func(p sqlcheck.Part) bool { return p.Hole != nil && r.params[p.Hole] != nil }) {
		return parts
	}
	parts = slices.Clone(parts)
	for i, p := range parts {
		if p.Hole != nil && r.params[p.Hole] != nil {
			h := *p.Hole
			h.From = sqlcheck.Own
			parts[i].Hole = &h
		}
	}
	return parts
}

// union is one text or the other.
func (r *Resolver) union(a, b Text) Text {
	out := Text{
		Templates:  slices.Clone(a.Templates),
		Param:      a.Param,
		Unresolved: a.Unresolved || b.Unresolved,
		Each:       a.Each || b.Each,
		Cause:      cmp.Or(a.Cause, b.Cause),
	}
	for _, t := range b.Templates {
		if !slices.ContainsFunc(out.Templates, func(have sqlcheck.Template) bool { return slices.EqualFunc(have.Parts, t.Parts, same) }) {
			out.Templates = append(out.Templates, t)
		}
	}
	if out.Param == nil {
		out.Param = b.Param
	}
	if len(out.Templates) > limit(out) {
		if ts, ok := r.optional(a.Templates, b.Templates); ok {
			out.Templates = ts
			return r.explained(out)
		}
		if ts, ok := r.optional(b.Templates, a.Templates); ok {
			out.Templates = ts
			return r.explained(out)
		}
		return r.widen(out)
	}
	return out
}

// optional makes one list of two where the second goes on where the first
// ends: what it adds is a fragment that may be there.
func (r *Resolver) optional(short, long []sqlcheck.Template) ([]sqlcheck.Template, bool) {
	if len(short) == 0 || len(short) > maxAlternatives {
		return nil, false
	}
	var added [][]sqlcheck.Part
	for _, l := range long {
		best := -1
		for _, s := range short {
			if n := len(s.Parts); n > best && n <= len(l.Parts) && slices.EqualFunc(s.Parts, l.Parts[:n], same) {
				best = n
			}
		}
		if best < 0 {
			return nil, false
		}
		rest := l.Parts[best:]
		if len(rest) > 0 && !slices.ContainsFunc(added, func(have []sqlcheck.Part) bool { return slices.EqualFunc(have, rest, same) }) {
			added = append(added, rest)
		}
	}
	if len(added) > maxAlternatives {
		return nil, false
	}
	// A fragment that all of them end with already is a part of the new one.
	last := short[0].Parts
	for n := min(3, len(last)); n > 0; n-- {
		tail := last[len(last)-n:]
		if slices.ContainsFunc(tail, func(p sqlcheck.Part) bool {
			return p.Hole == nil && p.Text != " " || p.Hole != nil && !r.widened[p.Hole]
		}) ||
			slices.ContainsFunc(short, func(s sqlcheck.Template) bool {
				return len(s.Parts) < n || !slices.EqualFunc(s.Parts[len(s.Parts)-n:], tail, same)
			}) {
			continue
		}
		added = append(added, tail)
		short = slices.Clone(short)
		for i := range short {
			short[i].Parts = short[i].Parts[:len(short[i].Parts)-n]
		}
		break
	}
	fragment := r.fragmentOf(added)
	out := make([]sqlcheck.Template, len(short))
	for i, s := range short {
		out[i].Parts = slices.Concat(s.Parts, fragment)
	}
	return out, true
}

// explained gives a text with holes that can be anything a cause.
func (r *Resolver) explained(t Text) Text {
	t.Param = nil
	for _, tpl := range t.Templates {
		for _, p := range tpl.Parts {
			if p.Hole != nil && p.Hole.Trust == sqlcheck.Free {
				t.Cause = cmp.Or(t.Cause, tooMany)
			}
		}
	}
	return t
}

// concat is one text followed by the other.
func (r *Resolver) concat(a, b Text) Text {
	if each := (Text{Each: a.Each || b.Each}); len(a.Templates)*len(b.Templates) > limit(each) {
		if len(b.Templates) > 1 && (!b.Each || a.Each) {
			b = r.widen(b)
		} else {
			a = r.widen(a)
		}
	}
	out := Text{Unresolved: a.Unresolved || b.Unresolved, Each: a.Each || b.Each, Cause: cmp.Or(a.Cause, b.Cause)}
	for _, x := range a.Templates {
		for _, y := range b.Templates {
			if len(x.Parts)+len(y.Parts) > maxParts || size(x)+size(y) > maxBytes {
				out.Unresolved, out.Cause = true, cmp.Or(out.Cause, tooLong)
				continue
			}
			parts := make([]sqlcheck.Part, 0, len(x.Parts)+len(y.Parts))
			for _, p := range append(append(parts, x.Parts...), y.Parts...) {
				if p.Hole != nil || p.Text != "" {
					parts = append(parts, p)
				}
			}
			if len(parts) == 0 {
				parts = sqlcheck.Text("").Parts
			}
			out.Templates = append(out.Templates, sqlcheck.Template{Parts: parts})
		}
	}
	return out
}

func size(t sqlcheck.Template) int {
	n := 0
	for _, p := range t.Parts {
		n += len(p.Text)
	}
	return n
}

// limit is how many alternatives a text may have.
func limit(t Text) int {
	if t.Each {
		return maxEach
	}
	return maxAlternatives
}

// widen makes one template of the alternatives: the parts that they have in
// common, and a fragment for what is different between.
func (r *Resolver) widen(t Text) Text {
	if len(t.Templates) < 2 {
		return t
	}
	all := make([][]sqlcheck.Part, len(t.Templates))
	for i, tpl := range t.Templates {
		all[i] = tpl.Parts
	}
	start := r.cutHead(all)
	end := cutTail(all)
	parts := slices.Concat(start, r.between(all), end)
	t.Templates = []sqlcheck.Template{{Parts: parts}}
	return r.explained(t)
}

// between joins texts that start and end differently: what they share is kept.
func (r *Resolver) between(all [][]sqlcheck.Part) []sqlcheck.Part {
	shared := all[0]
	for _, parts := range all[1:] {
		shared = common(shared, parts)
	}
	shared = slices.DeleteFunc(shared, func(p sqlcheck.Part) bool {
		return p.Hole == nil && len(p.Text) < minShared || p.Hole != nil && r.widened[p.Hole]
	})
	var out []sqlcheck.Part
	rest := slices.Clone(all)
	for i := 0; i <= len(shared); i++ {
		var gaps [][]sqlcheck.Part
		for j, parts := range rest {
			n := len(parts)
			if i < len(shared) {
				n = slices.IndexFunc(parts, func(p sqlcheck.Part) bool { return same(p, shared[i]) })
			}
			gaps = append(gaps, parts[:n])
			rest[j] = parts[min(n+1, len(parts)):]
		}
		out = append(out, r.fragmentOf(gaps)...)
		if i < len(shared) {
			out = append(out, shared[i])
		}
	}
	return out
}

// minShared is the length from which a text that several alternatives share is
// no accident, as a comma is.
const minShared = 4

// common is the longest list of parts that two texts have, in order.
func common(a, b []sqlcheck.Part) []sqlcheck.Part {
	longest := make([][]int, len(a)+1)
	for i := range longest {
		longest[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if same(a[i], b[j]) {
				longest[i][j] = longest[i+1][j+1] + 1
			} else {
				longest[i][j] = max(longest[i+1][j], longest[i][j+1])
			}
		}
	}
	var out []sqlcheck.Part
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case same(a[i], b[j]):
			out = append(out, a[i])
			i, j = i+1, j+1
		case longest[i+1][j] >= longest[i][j+1]:
			i++
		default:
			j++
		}
	}
	return out
}

// cutHead takes off what all texts start with, up to white space.
func (r *Resolver) cutHead(all [][]sqlcheck.Part) (head []sqlcheck.Part) {
	n := 0
	for everywhere(all, n, func(p []sqlcheck.Part, n int) int { return n }) {
		n++
	}
	for n > 0 && r.widened[all[0][n-1].Hole] {
		n-- // one fragment for both
	}
	head = slices.Clone(all[0][:n])
	text, literal := "", true
	for i := range all {
		all[i] = all[i][n:]
		if len(all[i]) == 0 || all[i][0].Hole != nil {
			literal = false
		} else if i == 0 {
			text = all[i][0].Text
		} else {
			for !strings.HasPrefix(all[i][0].Text, text) {
				text = text[:len(text)-1]
			}
		}
	}
	text = text[:strings.LastIndexAny(text, " \t\n")+1]
	if !literal || text == "" {
		return head
	}
	for i := range all {
		all[i] = slices.Clone(all[i])
		p := all[i][0]
		if i == 0 {
			q := p
			q.Text = text
			head = append(head, q)
		}
		p.Text = p.Text[len(text):]
		all[i][0] = p
		if p.Text == "" {
			all[i] = all[i][1:]
		}
	}
	return head
}

// cutTail takes off what all texts end with.
func cutTail(all [][]sqlcheck.Part) []sqlcheck.Part {
	n := 0
	for everywhere(all, n, func(p []sqlcheck.Part, n int) int { return len(p) - 1 - n }) {
		n++
	}
	tail := all[0][len(all[0])-n:]
	for i := range all {
		all[i] = all[i][:len(all[i])-n]
	}
	return tail
}

// everywhere reports whether all texts have the same part at a place.
func everywhere(all [][]sqlcheck.Part, n int, at func(parts []sqlcheck.Part, n int) int) bool {
	i := at(all[0], n)
	if i < 0 || i >= len(all[0]) {
		return false
	}
	for _, parts := range all[1:] {
		if j := at(parts, n); j < 0 || j >= len(parts) || !same(parts[j], all[0][i]) {
			return false
		}
	}
	return true
}

func same(a, b sqlcheck.Part) bool { return a.Hole == b.Hole && a.Text == b.Text }

// fragmentOf is a hole for what may be any of some pieces, or several of them
// in turn. White space that they all start or end with is kept, so that the
// hole does not touch the word before it.
func (r *Resolver) fragmentOf(pieces [][]sqlcheck.Part) []sqlcheck.Part {
	trust, from := sqlcheck.Inert, sqlcheck.Own
	before, after, some := true, true, false
	for _, parts := range pieces {
		trust = weaker(trust, trustOfParts(parts))
		for _, p := range parts {
			if p.Hole != nil {
				from = max(from, p.Hole.From)
			}
		}
		if n := len(parts); n > 0 {
			some = true
			before = before && isSpace(parts[0].Text, 0)
			after = after && isSpace(parts[n-1].Text, len(parts[n-1].Text)-1)
		}
	}
	if !some {
		return nil
	}
	h := &sqlcheck.Hole{Trust: trust, From: from, Type: "string"}
	r.widened[h] = true
	out := []sqlcheck.Part{{Hole: h}}
	if before {
		out = append([]sqlcheck.Part{{Text: " "}}, out...)
	}
	if after {
		out = append(out, sqlcheck.Part{Text: " "})
	}
	return out
}

func isSpace(s string, i int) bool {
	return i >= 0 && i < len(s) && (s[i] == ' ' || s[i] == '\n' || s[i] == '\t' || s[i] == '\r')
}

// trustOfParts says what a piece of a text can do as a whole.
func trustOfParts(parts []sqlcheck.Part) sqlcheck.Trust {
	trust := sqlcheck.Inert
	for _, p := range parts {
		switch {
		case p.Hole == nil:
			if strings.Trim(p.Text, "$?,: \n\t0123456789") != "" {
				trust = weaker(trust, sqlcheck.Constant)
			}
		case p.Hole.Trust == sqlcheck.QuotedIdentifier || p.Hole.Trust == sqlcheck.QuotedLiteral:
			trust = weaker(trust, sqlcheck.Constant)
		default:
			trust = weaker(trust, p.Hole.Trust)
		}
	}
	return trust
}

// weaker is the trust of what may be either.
func weaker(a, b sqlcheck.Trust) sqlcheck.Trust {
	switch {
	case a == b:
		return a
	case a == sqlcheck.Inert && b == sqlcheck.Constant, a == sqlcheck.Constant && b == sqlcheck.Inert:
		return sqlcheck.Constant
	}
	return sqlcheck.Free
}

// closeLoop resolves a text that is built from itself: what is put around it
// repeats.
func (r *Resolver) closeLoop(self *sqlcheck.Hole, t Text) Text {
	out := Text{Unresolved: t.Unresolved, Param: t.Param, Each: t.Each, Cause: t.Cause}
	var first []sqlcheck.Template
	var before, after [][]sqlcheck.Part
	for _, tpl := range t.Templates {
		i := slices.IndexFunc(tpl.Parts, func(p sqlcheck.Part) bool { return p.Hole == self })
		if i < 0 {
			first = append(first, tpl)
			continue
		}
		before = append(before, withoutHole(tpl.Parts[:i], self))
		after = append(after, withoutHole(tpl.Parts[i+1:], self))
	}
	if len(first) == 0 {
		return unknown(cmp.Or(t.Cause, builtInLoop))
	}
	head, tail := r.fragmentOf(before), r.fragmentOf(after)
	for _, tpl := range first {
		parts := slices.Concat(head, tpl.Parts, tail)
		out.Templates = append(out.Templates, sqlcheck.Template{Parts: parts})
	}
	for _, p := range slices.Concat(head, tail) {
		if p.Hole != nil && p.Hole.Trust == sqlcheck.Free {
			out.Cause = cmp.Or(out.Cause, builtInLoop)
		}
	}
	if len(head)+len(tail) > 0 {
		out.Param = nil
	}
	return out
}

func withoutHole(parts []sqlcheck.Part, h *sqlcheck.Hole) []sqlcheck.Part {
	return slices.DeleteFunc(slices.Clone(parts), func(p sqlcheck.Part) bool { return p.Hole == h })
}
