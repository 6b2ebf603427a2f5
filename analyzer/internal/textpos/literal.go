package textpos

import (
	"strconv"
	"unicode/utf8"
)

// offsets maps the bytes of a string literal's value to the bytes of the
// literal in the source, its quotes included. The result has one more entry
// than the value has bytes: where the value ends. An escape sequence of which
// several bytes come is the source of each of them. src starts at the literal;
// what follows it doesn't matter. ok is false if that is no literal.
func offsets(src string) (at []int, ok bool) {
	if src == "" {
		return nil, false
	}
	quote := src[0]
	if quote == '`' {
		return rawOffsets(src)
	}
	if quote != '"' {
		return nil, false
	}
	for i := 1; i < len(src); {
		if src[i] == quote {
			return append(at, i), true
		}
		r, multibyte, tail, err := strconv.UnquoteChar(src[i:], quote)
		if err != nil {
			return nil, false
		}
		n := 1
		if multibyte {
			n = utf8.RuneLen(r)
		}
		next := len(src) - len(tail)
		if multibyte && next-i == n {
			for k := range n { // the character as it is
				at = append(at, i+k)
			}
		} else {
			for range n {
				at = append(at, i)
			}
		}
		i = next
	}
	return nil, false
}

// rawOffsets is offsets for a raw string, from whose value the carriage
// returns are dropped.
func rawOffsets(src string) (at []int, ok bool) {
	for i := 1; i < len(src); i++ {
		switch src[i] {
		case '`':
			return append(at, i), true
		case '\r':
		default:
			at = append(at, i)
		}
	}
	return nil, false
}
