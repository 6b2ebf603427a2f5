package sqlcheck

import "sort"

// offsets maps byte offsets of one text to those of the text it was made from, by
// pieces in the order of the text.
type offsets []piece

type piece struct {
	from, to int
	literal  bool // the piece that starts here is the same text in both
}

// sameOffsets are those of a text that is the same. They are only read.
var sameOffsets = offsets{{literal: true}}

func (o *offsets) add(from, to int, literal bool) {
	*o = append(*o, piece{from, to, literal})
}

// before is the index of the last piece that starts before an offset, -1 for none.
func (o offsets) before(off int) int {
	return sort.Search(len(o), func(i int) bool { return o[i].from >= off }) - 1
}

func (o offsets) original(off int) int {
	i := o.before(off + 1)
	if i < 0 {
		return 0
	}
	if !o[i].literal {
		return o[i].to
	}
	return o[i].to + off - o[i].from
}

// originalEnd maps the end of a range; that of a piece which is written
// differently is the end of the original piece.
func (o offsets) originalEnd(off int) int {
	i := o.before(off)
	if i < 0 {
		return 0
	}
	if !o[i].literal && i+1 < len(o) {
		return o[i+1].to
	}
	return o[i].to + off - o[i].from
}

// cut is the mapping of the text between two offsets, counted from the first.
func (o offsets) cut(from, to int) offsets {
	i := max(o.before(from+1), 0)
	out := offsets{{to: o.original(from), literal: i < len(o) && o[i].literal}}
	for i++; i < len(o) && o[i].from < to; i++ {
		out.add(o[i].from-from, o[i].to, o[i].literal)
	}
	return out
}

// then continues the mapping with that of a text which is appended at an offset.
func (o offsets) then(at int, next offsets) offsets {
	for _, p := range next {
		o.add(at+p.from, p.to, p.literal)
	}
	return o
}
