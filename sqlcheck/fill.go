package sqlcheck

import (
	"sort"
	"strconv"
	"strings"

	"github.com/tenantvet/tenantvet/sqlcheck/internal/pgparse"
)

// A source is a template as one text in which each hole is a marker, a word
// that the text does not contain otherwise. The lexical context of a marker
// says what may be put in its place.
type source struct {
	tmpl   Template
	text   string
	at     offsets // from text to the rendered template
	prefix string  // of all markers
	holes  []hole
}

// A hole is a place in a source that a parser can't take as written.
type hole struct {
	part   int // index into Template.Parts, -1 for {{..}}, ? and the like
	offset int // in the rendered template
	trust  Trust
	place  Place
}

// newSource renders t; ok is false if no marker could be found that the text
// does not contain.
func newSource(t Template) (s *source, ok bool) {
	s = &source{tmpl: t}
	if s.prefix, ok = freePrefix(t); !ok {
		return nil, false
	}
	if len(t.Parts) == 1 && t.Parts[0].Hole == nil && !strings.Contains(t.Parts[0].Text, "{{") {
		s.text, s.at = t.Parts[0].Text, sameOffsets
		return s, true
	}
	var b strings.Builder
	rendered := 0
	for i := 0; i < len(t.Parts); i++ {
		p := t.Parts[i]
		s.at.add(b.Len(), rendered, p.Hole == nil)
		if p.Hole == nil {
			text := p.Text // cut wherever the program likes
			for i+1 < len(t.Parts) && t.Parts[i+1].Hole == nil {
				i++
				text += t.Parts[i].Text
			}
			s.literal(&b, text, rendered)
			rendered += len(text)
			continue
		}
		b.WriteString(s.mark(hole{part: i, offset: rendered, trust: p.Hole.Trust}))
		rendered += len(renderedHole)
	}
	s.at.add(b.Len(), rendered, true)
	s.text = b.String()
	return s, true
}

// literal writes the literal text that stands at an offset of the rendered
// template; the actions of a text template in it are holes.
func (s *source) literal(b *strings.Builder, text string, rendered int) {
	pos := 0
	for _, a := range actions(text) {
		b.WriteString(text[pos:a.start])
		s.at.add(b.Len(), rendered+a.start, false)
		b.WriteString(s.mark(hole{part: -1, offset: rendered + a.start}))
		s.at.add(b.Len(), rendered+a.end, true)
		pos = a.end
	}
	b.WriteString(text[pos:])
}

// mark adds a hole and returns its marker.
func (s *source) mark(h hole) string {
	s.holes = append(s.holes, h)
	m := s.prefix + strconv.Itoa(len(s.holes)-1) + "z"
	switch h.trust {
	case QuotedIdentifier:
		return `"` + m + `"`
	case QuotedLiteral:
		return `'` + m + `'`
	}
	return m
}

func freePrefix(t Template) (string, bool) {
	if !mayHoldMarker(t) {
		return "zq0q", true
	}
	text := strings.ToLower(t.literals())
	for i := range 64 {
		if p := "zq" + strconv.Itoa(i) + "q"; !strings.Contains(text, p) {
			return p, true
		}
	}
	return "", false
}

// mayHoldMarker reports whether a marker could be in the text by chance.
func mayHoldMarker(t Template) bool {
	for _, p := range t.Parts {
		for _, z := range []byte{'z', 'Z'} {
			text := p.Text
			for i := strings.IndexByte(text, z); i >= 0; i = strings.IndexByte(text, z) {
				if text = text[i+1:]; text == "" || text[0] == 'q' || text[0] == 'Q' {
					return true // or the next part could begin with it
				}
			}
		}
	}
	return false
}

// literals is the literal text, in pieces where there are holes.
func (t Template) literals() string {
	if len(t.Parts) == 1 {
		return t.Parts[0].Text
	}
	var b strings.Builder
	for _, p := range t.Parts {
		if p.Hole != nil {
			b.WriteByte(' ')
		}
		b.WriteString(p.Text)
	}
	return b.String()
}

// markers finds the holes whose markers are in s, which may be a part of a
// literal or a name. found is also true for a marker that was cut off, as the
// parser does with names of more than 63 bytes.
func (s *source) markers(text string) (ids []int, found bool) {
	for {
		i := strings.Index(text, s.prefix)
		if i < 0 {
			return ids, found
		}
		found = true
		text = text[i+len(s.prefix):]
		end := strings.IndexByte(text, 'z')
		if end < 0 {
			return ids, found
		}
		if id, err := strconv.Atoi(text[:end]); err == nil && id >= 0 && id < len(s.holes) {
			ids = append(ids, id)
			text = text[end+1:]
		}
	}
}

// onlyMarkers reports the holes of a word that consists of nothing else.
func (s *source) onlyMarkers(word string) ([]int, bool) {
	ids, found := s.markers(word)
	if !found || len(ids) == 0 {
		return nil, false
	}
	n := 0
	for _, id := range ids {
		n += len(s.prefix) + len(strconv.Itoa(id)) + 1
	}
	return ids, n == len(word)
}

// A slot is a piece of the source that is written differently for the parser.
type slot struct {
	start, end int // in source.text
	holes      []int
	choices    []choice
	pick       int
}

// A choice is one way to write a slot.
type choice struct {
	text  string
	place Place
}

// A filling is a parseable text made of a source.
type filling struct {
	*source
	slots   []slot
	sql     string
	back    offsets // from sql to source.text
	checked bool    // source.text is within the parser's limits
}

// write renders the slots as they are picked.
func (f *filling) write() {
	if len(f.slots) == 0 {
		f.sql, f.back = f.text, sameOffsets
		return
	}
	var b strings.Builder
	b.Grow(len(f.text) + 16*len(f.slots))
	f.back = make(offsets, 0, 2*len(f.slots)+1)
	pos := 0
	for i := range f.slots {
		s := &f.slots[i]
		f.back.add(b.Len(), pos, true)
		b.WriteString(f.text[pos:s.start])
		f.back.add(b.Len(), s.start, false)
		b.WriteString(s.choices[s.pick].text)
		pos = s.end
	}
	f.back.add(b.Len(), pos, true)
	b.WriteString(f.text[pos:])
	f.sql = b.String()
}

// rendered maps an offset in the parsed text to one in the rendered template.
func (f *filling) rendered(off int) int {
	if off < 0 {
		return -1
	}
	return f.at.original(f.back.original(off))
}

func (f *filling) renderedEnd(off int) int {
	return f.at.originalEnd(f.back.originalEnd(off))
}

// advance picks another choice for the slot that an error at off is most likely
// due to: the last one before it that has one left. It reports false when all
// are used up.
func (f *filling) advance(off int) bool {
	if off < 0 {
		off = len(f.sql)
	}
	at := f.back.original(off)
	i := sort.Search(len(f.slots), func(i int) bool { return f.slots[i].start > at }) - 1
	for ; i >= 0; i-- {
		s := &f.slots[i]
		if s.pick+1 < len(s.choices) {
			s.pick++
			return true
		}
		s.pick = 0
	}
	return false
}

// Attempts at a text are bounded by number and by the bytes parsed.
const (
	maxAttempts     = 64
	maxAttemptBytes = 1 << 20
)

// parse tries the choices of the slots until the parser takes the text.
func (f *filling) parse() (*pgparse.Tree, *pgparse.Error) {
	var first *pgparse.Error
	for n, bytes := 0, 0; ; n++ {
		f.write()
		parse := pgparse.ParseAll
		if len(f.slots) == 0 && f.checked {
			parse = pgparse.ParseAllChecked
		}
		tree, err := parse(f.sql)
		if err == nil {
			return tree, nil
		}
		e := err.(*pgparse.Error)
		mapped := &pgparse.Error{Message: e.Message, TooComplex: e.TooComplex, Offset: f.rendered(e.Offset)}
		if first == nil {
			first = mapped
		}
		bytes += len(f.sql)
		if e.TooComplex || n >= maxAttempts || bytes > maxAttemptBytes || !f.advance(e.Offset) {
			return nil, first
		}
	}
}
