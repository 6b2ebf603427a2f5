package textpos

import (
	"fmt"
	"go/ast"
	"go/token"
	"strings"

	"github.com/tenantvet/tenantvet/sqlcheck"
)

// A Place is where a word of a text stands: in the source of the package, from
// Pos to End, or elsewhere, in a constant of another package or in an embedded
// file, as file:line:column.
type Place struct {
	Pos, End token.Pos
	Posn     string
	// Whole: the text without its holes is one constant, or one format.
	Whole bool
}

// Find returns the place of the bytes [from, to) of a rendered text that a call
// sends. If they come from several literals, it is that of the first.
func (x *Index) Find(call *ast.CallExpr, t sqlcheck.Template, from, to int) (Place, bool) {
	run, at, ok := literalRun(t, from)
	if !ok || call == nil {
		return Place{}, false
	}
	x.once.Do(x.build)
	w := wanted{Index: x, run: run, from: at, to: min(at+to-from, len(run))}
	if place, found, sure := w.in(x.gather(arguments(call)...)); found {
		return place, sure
	}
	if sel, ok := call.Fun.(*ast.SelectorExpr); ok { // a prepared statement, a query object
		if place, found, sure := w.in(x.gather(sel.X)); found {
			return place, sure
		}
	}
	place, found, sure := w.same(x.around(call.Pos()))
	return place, found && sure
}

// arguments leaves out the function literals, which send texts of their own.
func arguments(call *ast.CallExpr) []ast.Expr {
	var out []ast.Expr
	for _, a := range call.Args {
		if _, isFunc := ast.Unparen(a).(*ast.FuncLit); !isFunc {
			out = append(out, a)
		}
	}
	return out
}

// literalRun is the text between two holes that an offset of the rendered text
// is in, and the offset in it.
func literalRun(t sqlcheck.Template, offset int) (run string, at int, ok bool) {
	part, in, ok := t.Locate(offset)
	if !ok || t.Parts[part].Hole != nil {
		return "", 0, false
	}
	first, last := part, part
	for first > 0 && t.Parts[first-1].Hole == nil {
		first--
	}
	for last+1 < len(t.Parts) && t.Parts[last+1].Hole == nil {
		last++
	}
	var b strings.Builder
	for i := first; i <= last; i++ {
		if i == part {
			at = b.Len() + in
		}
		b.WriteString(t.Parts[i].Text)
	}
	return b.String(), at, true
}

// wanted is the bytes [from, to) of a run.
type wanted struct {
	*Index
	run      string
	from, to int
}

// A match says that a byte of a spelling is the first one wanted, and how many
// of those wanted it has.
type match struct {
	spelling
	at, n int
}

// in looks through spellings that can be a part of the text. What is the run
// itself is better than what the run was cut from, and that is better than a
// piece of it. found tells that there was any match, sure that there was one.
func (w wanted) in(spellings []spelling) (place Place, found, sure bool) {
	if place, found, sure := w.same(spellings); found {
		return place, found, sure
	}
	var around, pieces []match
	longest := 0
	for _, s := range spellings {
		if strings.Contains(s.text, w.run) {
			around = append(around, occurrences(s.text, w.run, func(at int) match {
				return match{s, at + w.from, w.to - w.from}
			})...)
			continue
		}
		for _, m := range occurrences(w.run, s.text, func(at int) match {
			return match{s, w.from - at, min(w.to, at+len(s.text)) - w.from}
		}) {
			if m.at < 0 || m.n <= 0 || m.n < w.word() || len(s.text) < longest {
				continue
			}
			if len(s.text) > longest {
				longest, pieces = len(s.text), nil
			}
			pieces = append(pieces, m)
		}
	}
	if len(around) > 0 {
		place, sure := w.only(around)
		return place, true, sure
	}
	place, sure = w.only(pieces)
	return place, len(pieces) > 0, sure
}

// same looks through spellings for the run itself.
func (w wanted) same(spellings []spelling) (place Place, found, sure bool) {
	var matches []match
	for _, s := range spellings {
		if s.text == w.run {
			matches = append(matches, match{s, w.from, w.to - w.from})
		}
	}
	place, sure = w.only(matches)
	place.Whole = sure
	return place, len(matches) > 0, sure
}

// word is how long the first word is that is wanted.
func (w wanted) word() int {
	text := w.run[w.from:w.to]
	if i := strings.IndexAny(text, " \t\r\n"); i > 0 {
		return i
	}
	return len(text)
}

// only returns the one place of the matches.
func (w wanted) only(matches []match) (Place, bool) {
	var place Place
	for i, m := range matches {
		p, ok := w.place(m)
		if !ok || i > 0 && (p.Pos != place.Pos || p.Posn != place.Posn) {
			return Place{}, false
		}
		place = p
	}
	return place, len(matches) > 0
}

// occurrences finds a part in a whole.
func occurrences(whole, part string, at func(int) match) []match {
	var out []match
	for i := 0; ; {
		n := strings.Index(whole[i:], part)
		if n < 0 {
			return out
		}
		out = append(out, at(i+n))
		i += n + 1
	}
}

// place turns a match into positions. Blanks at its end, where the literal
// ends before the words do, don't count.
func (w wanted) place(m match) (Place, bool) {
	seg, in, ok := m.spelling.at(m.at)
	if !ok {
		return Place{}, false
	}
	n := min(m.n, seg.n-in)
	n = max(1, len(strings.TrimRight(m.text[m.at:m.at+n], " \t\r\n")))
	off := seg.off + in
	switch {
	case seg.lit != nil:
		src, ok := w.source(seg.lit)
		if !ok {
			return Place{}, false
		}
		at, ok := offsets(src)
		if !ok || off+n >= len(at) {
			return Place{}, false
		}
		start := at[off]
		end := at[off+n]
		for end == start && off+n+1 < len(at) { // within an escape
			n++
			end = at[off+n]
		}
		return Place{Pos: seg.lit.Pos() + token.Pos(start), End: seg.lit.Pos() + token.Pos(end)}, true
	case seg.obj != nil:
		if !seg.obj.Pos().IsValid() {
			return Place{}, false
		}
		return Place{Posn: w.fset.Position(seg.obj.Pos()).String()}, true
	case seg.file != "":
		before := m.text[:m.at] // an embedded file is one segment
		line := strings.Count(before, "\n") + 1
		column := len(before) - (strings.LastIndexByte(before, '\n') + 1) + 1
		return Place{Posn: fmt.Sprintf("%s:%d:%d", seg.file, line, column)}, true
	}
	return Place{}, false
}

// source returns a file's text from a literal on. The syntax tree doesn't do
// for raw strings: it has lost their carriage returns.
func (x *Index) source(lit *ast.BasicLit) (string, bool) {
	if !strings.HasPrefix(lit.Value, "`") {
		return lit.Value, true
	}
	f := x.fset.File(lit.Pos())
	if f == nil {
		return "", false
	}
	data, err := x.own(f.Name())
	if err != nil || f.Offset(lit.Pos()) >= len(data) || !x.holds(string(data[f.Offset(lit.Pos()):]), lit) {
		return lit.Value, !strings.Contains(lit.Value, "\r") // the editor's text is newer than the file
	}
	return string(data[f.Offset(lit.Pos()):]), true
}

// holds reports whether a source starts with a raw literal.
func (x *Index) holds(src string, lit *ast.BasicLit) bool {
	at, ok := rawOffsets(src)
	return ok && src[0] == '`' && strings.ReplaceAll(src[1:at[len(at)-1]], "\r", "") == lit.Value[1:len(lit.Value)-1]
}

// around gathers what stands in the function around a place, and in the
// package's constants and variables that it names.
func (x *Index) around(pos token.Pos) []spelling {
	fn := x.function(pos)
	if fn == nil || fn.Body == nil {
		return nil
	}
	var out []spelling
	ast.Inspect(fn.Body, func(n ast.Node) bool {
		e, ok := n.(ast.Expr)
		if !ok {
			return true
		}
		s, ok := x.spell(e)
		if !ok {
			if id, isIdent := e.(*ast.Ident); isIdent {
				if obj := x.info.Uses[id]; obj != nil && obj.Parent() == x.pkg.Scope() {
					for _, given := range x.given[obj] {
						if s, ok := x.spell(given); ok {
							out = append(out, s)
						}
					}
				}
			}
			return true
		}
		if strings.ContainsAny(s.text, " \t\n") {
			out = append(out, s)
			for _, p := range pieces(s) {
				if p.text != s.text && strings.ContainsAny(strings.TrimSpace(p.text), " \t\n") {
					out = append(out, p)
				}
			}
		}
		return false
	})
	return out
}
