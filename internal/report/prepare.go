package report

import (
	"cmp"
	"maps"
	"slices"

	"github.com/tenantvet/tenantvet/internal/credential"
)

// prepared returns a copy of r as it may be shown: sorted, counted, without
// nil lists, and with every text redacted. All writers begin with it.
func prepared(r Report) Report {
	r.Version = Version
	r.Findings = slices.Clone(r.Findings)
	for i := range r.Findings {
		r.Findings[i] = redacted(r.Findings[i])
	}
	slices.SortStableFunc(r.Findings, func(a, b Finding) int {
		return cmp.Or(a.Position.compare(b.Position), cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Message, b.Message))
	})
	r.Totals.Findings = len(r.Findings)
	r.Totals.ByRule = make(map[string]int)
	for _, f := range r.Findings {
		r.Totals.ByRule[f.Rule]++
	}
	if r.Totals.Sites.Causes == nil {
		r.Totals.Sites.Causes = map[string]int{}
	}

	r.Incomplete = slices.Clone(r.Incomplete)
	for i := range r.Incomplete {
		r.Incomplete[i].Reason = credential.Redact(r.Incomplete[i].Reason)
	}
	slices.SortStableFunc(r.Incomplete, func(a, b Incomplete) int {
		return cmp.Or(cmp.Compare(a.Package, b.Package), a.position().compare(b.position()), cmp.Compare(a.Reason, b.Reason))
	})
	r.Schemas = slices.Compact(slices.Sorted(slices.Values(r.Schemas)))
	r.Notes = slices.Clone(r.Notes)
	for i := range r.Notes {
		r.Notes[i] = credential.Redact(r.Notes[i])
	}
	r.Inventory = r.Inventory.prepared()
	r.Findings = notNil(r.Findings)
	r.Totals.Lacking = notNil(r.Totals.Lacking)
	r.Incomplete = notNil(r.Incomplete)
	r.Schemas = notNil(r.Schemas)
	r.Notes = notNil(r.Notes)
	return r
}

func redacted(f Finding) Finding {
	f.Message = credential.Redact(f.Message)
	f.Advice = credential.Redact(f.Advice)
	f.Statement = credential.Redact(f.Statement)
	f.About = credential.Redact(f.About)
	f.Path = notNil(slices.Clone(f.Path))
	for i := range f.Path {
		f.Path[i].Message = credential.Redact(f.Path[i].Message)
	}
	var fixes []Fix
	for _, fix := range f.Fixes {
		// A redacted edit would write its redaction into the program.
		if slices.ContainsFunc(fix.Edits, func(e Edit) bool { return credential.Redact(e.New) != e.New }) {
			continue
		}
		fix.Message = credential.Redact(fix.Message)
		fix.Edits = notNil(fix.Edits)
		fixes = append(fixes, fix)
	}
	f.Fixes = notNil(fixes)
	return f
}

// notNil makes an empty list [] in JSON rather than null.
func notNil[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}

func (p Position) compare(q Position) int {
	return cmp.Or(cmp.Compare(p.File, q.File), cmp.Compare(p.Line, q.Line), cmp.Compare(p.Column, q.Column))
}

func (i Incomplete) position() Position {
	if i.Position == nil {
		return Position{}
	}
	return *i.Position
}

// byCount lists the keys of counts, the most frequent first.
func byCount(counts map[string]int) []string {
	return slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b))
	})
}
