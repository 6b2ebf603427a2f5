package sqlcheck

import (
	"sort"

	"github.com/tenantvet/tenantvet/sqlcheck/internal/pgparse"
)

// AnalyzeText gives the facts about a plain text.
func AnalyzeText(sql string) Facts { return Analyze(Text(sql)) }

// Analyze gives the facts about a template. It takes any text, in bounded time.
func Analyze(t Template) (facts Facts) { return AnalyzeIn(t, nil) }

// AnalyzeIn gives the facts about a template that is sent to a database of
// which the relations are known; the catalog may be nil.
func AnalyzeIn(t Template, c Catalog) (facts Facts) {
	// The limits of pgparse keep parsers and walkers within bounds; should they
	// fail, one text is lost, not the process.
	defer func() {
		if r := recover(); r != nil {
			facts = Facts{Err: &Error{Cause: TooComplex, Message: "the text could not be analyzed", Offset: -1}}
		}
	}()
	return analyze(t, c)
}

func analyze(t Template, c Catalog) Facts {
	for _, p := range t.Parts {
		if len(p.Text) > pgparse.MaxBytes {
			return failed(&pgparse.Error{Message: "text too long to parse", TooComplex: true}, false)
		}
	}
	src, ok := newSource(t)
	if !ok {
		return failed(&pgparse.Error{Message: "text too complex to parse", Offset: -1, TooComplex: true}, false)
	}
	if err := pgparse.Check(src.text); err != nil {
		err.Offset = src.at.original(err.Offset)
		return failed(err, false)
	}
	f := newFilling(src, dialect{})
	f.checked = true
	tree, err := f.parse()
	fragment := hasFragment(f)
	if err != nil && !err.TooComplex {
		if src, ok := newSource(t); ok {
			loose := newFilling(src, dialect{loose: true})
			if len(loose.slots) != len(f.slots) {
				if t, err2 := loose.parse(); err2 == nil {
					f, tree, err = loose, t, nil
				}
				fragment = fragment || hasFragment(loose)
			}
		}
	}
	if err != nil {
		return failed(err, fragment)
	}
	return f.facts(tree, c)
}

func failed(err *pgparse.Error, holes bool) Facts {
	cause := Rejected
	switch {
	case err.TooComplex:
		cause = TooComplex
	case holes:
		cause = Opaque
	}
	return Facts{Err: &Error{Cause: cause, Message: err.Message, Offset: err.Offset}}
}

// hasFragment reports whether a hole could be more than a literal or a name.
func hasFragment(f *filling) bool {
	for _, s := range f.slots {
		if len(s.holes) > 0 && len(s.choices) > 1 {
			return true
		}
	}
	return false
}

// facts reads the statements of a parsed filling.
func (f *filling) facts(tree *pgparse.Tree, c Catalog) Facts {
	for _, s := range f.slots {
		for _, id := range s.holes {
			f.holes[id].place = s.choices[s.pick].place
		}
	}
	var out Facts
	if n := len(tree.Stmts); n > 0 {
		out.Statements = make([]Statement, n)
	}
	opaque := true
	prepared := &preparations{left: maxExecuted}
	for i, raw := range tree.Stmts {
		from, to := tree.Span(raw)
		st := &out.Statements[i]
		st.Pos, st.End = f.rendered(from), f.renderedEnd(to)
		w := newWalker(f, st, tree.Base(i), c)
		w.prepared = prepared
		w.start, w.end = from, len(f.sql)
		if i+1 < len(tree.Stmts) {
			w.end, _ = tree.Span(tree.Stmts[i+1])
		}
		w.statement(raw.GetStmt())
		w.finish()
		if !w.onlyHole {
			opaque = false
		}
	}
	if opaque && len(out.Statements) > 0 {
		return Facts{Err: &Error{Cause: Opaque, Message: "the text is not known", Offset: 0}}
	}
	f.assignHoles(out.Statements)
	return out
}

// assignHoles gives each hole to the statement it is in.
func (f *filling) assignHoles(stmts []Statement) {
	if len(stmts) == 0 {
		return
	}
	for _, h := range f.holes {
		i := sort.Search(len(stmts), func(i int) bool { return stmts[i].Pos > h.offset }) - 1
		st := &stmts[max(i, 0)]
		if h.part < 0 { // of a text template, or a verb left in the text
			st.Dynamic = st.Dynamic || h.place == InFragment && h.trust != Inert
			continue
		}
		place := h.place
		if place == InFragment && h.trust == Inert {
			place = InValue
		}
		st.Holes = append(st.Holes, HoleUse{Part: h.part, Place: place})
		if place != InComment {
			st.End = max(st.End, h.offset+len(renderedHole))
		}
	}
}
