package goddl

import (
	"go/token"
	"strings"
)

// A text is a string that code made, as parts that remember where they stand.
type text []part

// A part is a constant, an expression in SQL that says what a row of a query holds,
// or a hole.
type part struct {
	text string
	expr string // "" for a constant
	hole bool

	file *file // nil for what stands nowhere
	line int   // of its first byte
	raw  bool  // its line ends are those of the file
	lit  token.Pos
}

func constant(s string) text { return text{{text: s}} }
func hole() text             { return text{{hole: true}} }

// known returns the text where it is a constant.
func (t text) known() (string, bool) {
	var b strings.Builder
	for _, p := range t {
		if p.hole || p.expr != "" {
			return "", false
		}
		b.WriteString(p.text)
	}
	return b.String(), true
}

// whole reports whether no part is unknown.
func (t text) whole() bool {
	for _, p := range t {
		if p.hole {
			return false
		}
	}
	return true
}

// shape is the text with a mark for what is no constant.
func (t text) shape() string {
	var b strings.Builder
	for _, p := range t {
		if p.hole || p.expr != "" {
			b.WriteString("\x00")
			continue
		}
		b.WriteString(p.text)
	}
	return b.String()
}

// cut is the part of a constant between two offsets.
func (p part) cut(from, to int) part {
	if p.raw {
		p.line += strings.Count(p.text[:from], "\n")
	}
	p.text = p.text[from:to]
	return p
}

// replace puts another text for each old one that stands within a constant part.
func (t text) replace(old string, new text, n int) text {
	if old == "" {
		return hole()
	}
	var out text
	for _, p := range t {
		for p.expr == "" && !p.hole && n != 0 {
			i := strings.Index(p.text, old)
			if i < 0 {
				break
			}
			out = append(append(out, p.cut(0, i)), new...)
			p = p.cut(i+len(old), len(p.text))
			n--
		}
		out = append(out, p)
	}
	return out
}

// split cuts at a separator within constant parts.
func (t text) split(sep string) []text {
	mark := part{hole: true, text: sep, line: -1}
	var out []text
	var one text
	for _, p := range t.replace(sep, text{mark}, -1) {
		if p == mark {
			out, one = append(out, one), nil
			continue
		}
		one = append(one, p)
	}
	return append(out, one)
}

// trim takes characters off both ends.
func (t text) trim(cutset string) text {
	out := append(text(nil), t...)
	for len(out) > 0 && out[0].expr == "" && !out[0].hole {
		p := out[0]
		out[0] = p.cut(len(p.text)-len(strings.TrimLeft(p.text, cutset)), len(p.text))
		if out[0].text != "" {
			break
		}
		out = out[1:]
	}
	for last := len(out) - 1; last >= 0 && out[last].expr == "" && !out[last].hole; last-- {
		out[last].text = strings.TrimRight(out[last].text, cutset)
		if out[last].text != "" {
			break
		}
		out = out[:last]
	}
	return out
}

// each changes the constant parts, and wraps the others in a function of SQL.
func (t text) each(f func(string) string, sql string) text {
	out := append(text(nil), t...)
	for i, p := range out {
		if p.expr != "" {
			out[i].expr = sql + "(" + p.expr + ")"
			continue
		}
		out[i].text = f(p.text)
	}
	return out
}

// join puts a separator between texts.
func join(list []text, sep text) text {
	var out text
	for i, t := range list {
		if i > 0 {
			out = append(out, sep...)
		}
		out = append(out, t...)
	}
	return out
}

// sql is the text as an expression in SQL.
func (t text) sql() string {
	var parts []string
	for _, p := range t {
		if p.expr != "" {
			parts = append(parts, p.expr)
		} else if p.text != "" {
			parts = append(parts, literal(p.text))
		}
	}
	if len(parts) == 0 {
		return "''"
	}
	return strings.Join(parts, " || ")
}

// literal writes a string constant of SQL.
func literal(s string) string {
	quoted := "'" + strings.ReplaceAll(s, "'", "''") + "'"
	if strings.Contains(s, `\`) {
		return "E" + strings.ReplaceAll(quoted, `\`, `\\`)
	}
	return quoted
}

// quoted is the text as a quoted identifier, as pgx and pq write one.
func (t text) quoted() text {
	var out text
	for _, p := range t {
		if p.expr != "" && len(t) == 1 {
			return text{{expr: "quote_ident(" + p.expr + ")"}}
		}
		p.text = strings.ReplaceAll(p.text, `"`, `""`)
		out = append(out, p)
	}
	return append(append(constant(`"`), out...), part{text: `"`})
}
