package analyzer

import (
	"go/token"

	"golang.org/x/tools/go/analysis"

	"github.com/tenantvet/tenantvet/analyzer/internal/site"
	"github.com/tenantvet/tenantvet/analyzer/internal/textpos"
	"github.com/tenantvet/tenantvet/sqlcheck"
)

// words are a part of a text that a site sends.
type words struct {
	text     sqlcheck.Template
	from, to int // bytes of the rendered text
	// wrong: the words are what is wrong, not the handle that they are sent
	// over. The finding stands at them rather than at the call.
	wrong   bool
	message string // what they are, for the path of a finding that stays at the call
}

// settingWords are those that name a setting which a statement changes.
func settingWords(t sqlcheck.Template, set sqlcheck.Setting) *words {
	from, to := set.Words(t)
	return &words{text: t, from: from, to: to, wrong: true, message: "the setting is changed here"}
}

// relationWords are the name of a relation that is not to be named.
func relationWords(t sqlcheck.Template, r sqlcheck.Relation) *words {
	from, to := t.Word(r.Pos)
	return &words{text: t, from: from, to: to, wrong: true, message: r.Name.String() + " is named here"}
}

// point finds the words of findings in the source: a finding about wrong words
// moves to them where they stand in the file of the call and are no other
// finding's as well. Otherwise the path leads to them.
func point(pass *analysis.Pass, res *site.Result, found []*finding) {
	places := make([]textpos.Place, len(found))
	shared := map[token.Pos]int{}
	for i, f := range found {
		if f.words != nil && f.site != nil {
			places[i], _ = res.Find(f.site, f.words.text, f.words.from, f.words.to)
			shared[places[i].Pos]++
		}
	}
	for i, f := range found {
		place := places[i]
		switch {
		case place.Pos.IsValid():
			f.also = append(f.also, place.Pos)
			same := pass.Fset.File(place.Pos) == pass.Fset.File(f.pos)
			if f.words.wrong && same && shared[place.Pos] == 1 {
				f.move(pass.Fset, place)
			} else if !sameLine(pass.Fset, place.Pos, f.pos) {
				f.path = append([]step{{pos: place.Pos, end: place.End, message: f.words.message}}, f.path...)
			}
		case place.Posn != "":
			f.textAt = place.Posn
			f.path = append([]step{{posn: place.Posn, message: f.words.message}}, f.path...)
		case f.site != nil && f.site.BuiltAt.IsValid():
			f.path = append([]step{{pos: f.site.BuiltAt, message: "the text is built here"}}, f.path...)
		}
	}
}

// move takes a finding from the call to the words in the text.
func (f *finding) move(fset *token.FileSet, to textpos.Place) {
	if !sameLine(fset, to.Pos, f.pos) {
		f.path = append([]step{{pos: f.pos, message: "sent here"}}, f.path...)
	}
	f.also = append(f.also, f.pos)
	f.pos, f.end = to.Pos, to.End
}

func sameLine(fset *token.FileSet, a, b token.Pos) bool {
	p, q := fset.Position(a), fset.Position(b)
	return p.Filename == q.Filename && p.Line == q.Line
}
