package analyzer

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"go/token"
	"path"
	"slices"

	"golang.org/x/tools/go/analysis"

	"github.com/tenantvet/tenantvet/analyzer/internal/scope"
	"github.com/tenantvet/tenantvet/analyzer/internal/site"
)

// A finding is what a rule says about a place.
type finding struct {
	group    Group // the rule's own when empty
	pos, end token.Pos
	message  string
	advice   string
	path     []step
	fixes    []analysis.SuggestedFix
	// subject and function identify the finding across edits, without lines.
	subject  string
	function string
	// site is what the finding is about, nil for one without SQL.
	site *site.Site
	// words are what it is about in the site's text.
	words *words
	// also are other places at which a directive silences it.
	also []token.Pos
	// textAt is where its text stands, if that is in another package.
	textAt string

	// field and cause name what is at fault, for findings that may be one; see gather.
	field, cause string
	// together tells how many findings of one cause are one; nil for the usual ways.
	together func([]*finding) (message string, stepOf func(*finding) string)
	// parts are those of which it was made, nil for one by itself.
	parts []*finding

	// apart: there may be others of its rule at the same place.
	apart bool

	rule        string
	fingerprint string
}

// A step is one step of the path that proves a finding. It stands in this
// package (pos) or in another one (posn). Words of a text have an end.
type step struct {
	pos, end token.Pos
	posn     string
	message  string
}

// diagnostic renders a finding for the drivers. The path is in the message,
// since not every driver shows related information.
func (f *finding) diagnostic() analysis.Diagnostic {
	d := analysis.Diagnostic{
		Pos: f.pos, End: f.end, Category: string(f.group), Message: f.message,
		SuggestedFixes: f.fixes,
	}
	if f.advice != "" {
		d.Message += "; " + f.advice
	}
	for _, s := range f.path {
		if s.pos.IsValid() {
			d.Related = append(d.Related, analysis.RelatedInformation{Pos: s.pos, End: s.end, Message: s.message})
		}
	}
	return d
}

// tidy sorts findings by place, keeps one a place, and numbers the
// fingerprints of equal ones.
func tidy(rule string, found []*finding) []*finding {
	slices.SortStableFunc(found, func(a, b *finding) int {
		if a.pos != b.pos {
			return int(a.pos) - int(b.pos)
		}
		return compareStrings(a.message, b.message)
	})
	found = slices.CompactFunc(found, func(a, b *finding) bool { return a.pos == b.pos && !(a.apart && a.message != b.message) })
	ordinals := map[string]int{}
	for _, f := range found {
		f.rule = rule
		key := rule + "\x00" + f.function + "\x00" + f.subject
		ordinals[key]++
		sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%d", key, ordinals[key]))
		f.fingerprint = hex.EncodeToString(sum[:10])
	}
	return found
}

func compareStrings(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// chain is the path of a finding: where the handle was chosen, and the calls
// between it and the statement.
func chain(s *site.Site) []step {
	var steps []step
	if s.Need == nil {
		return nil
	}
	if s.Chosen.IsValid() && !s.Wired {
		steps = append(steps, step{pos: s.Chosen, message: "the handle was chosen here"})
	}
	for _, c := range s.Need.Chain {
		steps = append(steps, step{posn: c.Posn, message: c.Message})
	}
	what := s.Need.Operation + " on " + s.Need.Relation
	switch {
	case s.Need.MustTx:
		what = "sets " + s.Need.Operation + " for the transaction"
	case scope.IsRegistry(s.Need.Put):
		what = "puts the handle into " + path.Base(scope.RegistryName(s.Need.Put))
	case s.Need.Put != "":
		what = "puts the handle into the context"
	}
	return append(steps, step{posn: s.Need.Posn, message: what})
}

// at fills in what every finding about a site has.
func at(s *site.Site, f *finding) *finding {
	f.pos, f.end = s.Start, s.End
	f.function, f.site = s.Func, s
	if f.words == nil && s.Relation != "" && s.Named != nil {
		t := s.Named.Text.Template
		from, to := t.Word(s.Named.Pos)
		f.words = &words{text: t, from: from, to: to, message: s.Operation + " on " + s.Relation}
	}
	if f.path == nil {
		f.path = chain(s)
	}
	if f.subject == "" {
		f.subject = s.Operation + " " + s.Relation
	}
	return f
}
