package goddl

import (
	"strconv"
	"strings"
)

// sprintf is what fmt.Sprintf makes. A part that it can't tell is a hole.
func sprintf(format text, args []value) text {
	var out text
	next := 0
	for _, p := range format {
		if p.hole || p.expr != "" {
			out = append(out, p)
			continue
		}
		from := 0
		for i := 0; i < len(p.text); i++ {
			if p.text[i] != '%' {
				continue
			}
			out = append(out, p.cut(from, i))
			v, end := readVerb(p.text, i+1)
			out = append(out, v.of(args, &next)...)
			from, i = end, end-1
		}
		out = append(out, p.cut(from, len(p.text)))
	}
	return out
}

// A verb is one of a format.
type verb struct {
	index int // of the argument, from 1; 0 for the next one
	plain bool
	char  byte
}

// readVerb reads the verb after a % and says where it ends.
func readVerb(s string, i int) (verb, int) {
	v := verb{plain: true}
	for i < len(s) && strings.IndexByte("+-# 0.*123456789", s[i]) >= 0 {
		v.plain = false
		i++
	}
	if i < len(s) && s[i] == '[' {
		end := strings.IndexByte(s[i:], ']')
		if end < 0 {
			return v, len(s)
		}
		v.index, _ = strconv.Atoi(s[i+1 : i+end])
		i += end + 1
	}
	if i < len(s) {
		v.char = s[i]
		i++
	}
	return v, i
}

// of is what the verb makes of its argument.
func (v verb) of(args []value, next *int) text {
	if v.char == '%' {
		return constant("%")
	}
	if v.index > 0 {
		*next = v.index - 1
	}
	n := *next
	*next++
	if n >= len(args) || !v.plain {
		return hole()
	}
	a := args[n]
	switch {
	case a.kind == ofText && (v.char == 's' || v.char == 'v'):
		return a.text
	case a.kind == ofText && v.char == 'q':
		// Go's quotes are those of identifiers, as long as nothing is escaped.
		return append(append(constant(`"`), a.text...), part{text: `"`})
	case a.kind == ofNumber && (v.char == 'd' || v.char == 'v'):
		return constant(strconv.Itoa(a.num))
	}
	return hole()
}
