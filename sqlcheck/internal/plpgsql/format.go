package plpgsql

import "strconv"

// A Piece is a part of a format() layout: text, or a directive that prints an
// argument.
type Piece struct {
	At   int // offset in the layout
	Text string
	Verb byte // 's', 'I' or 'L'; 0 for text
	Arg  int  // index of the argument after the layout
}

// Format reads the layout of format(); false when it has a directive that
// can't be followed, such as one with a width.
func Format(layout string) ([]Piece, bool) {
	var out []Piece
	from := 0 // start of the text being read
	flush := func(to int) {
		if to > from {
			out = append(out, Piece{At: from, Text: layout[from:to]})
		}
	}
	next := 0
	for i := 0; i < len(layout); i++ {
		if layout[i] != '%' {
			continue
		}
		flush(i)
		at := i
		if i++; i >= len(layout) {
			return nil, false
		}
		if layout[i] == '%' {
			from = i // the second one is text
			continue
		}
		start := i
		for i < len(layout) && '0' <= layout[i] && layout[i] <= '9' {
			i++
		}
		if i < len(layout) && layout[i] == '$' && i > start {
			n, err := strconv.Atoi(layout[start:i])
			if err != nil || n < 1 {
				return nil, false
			}
			next = n - 1
			i++
		} else if i > start {
			return nil, false // a width
		}
		if i >= len(layout) || layout[i] != 's' && layout[i] != 'I' && layout[i] != 'L' {
			return nil, false
		}
		out = append(out, Piece{At: at, Verb: layout[i], Arg: next})
		next++
		from = i + 1
	}
	flush(len(layout))
	return out, true
}
