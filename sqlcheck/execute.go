package sqlcheck

import (
	"strings"

	pg "github.com/tenantvet/tenantvet/sqlcheck/internal/pgparse"
	"github.com/tenantvet/tenantvet/sqlcheck/internal/plpgsql"
)

// execute adds the facts about the texts that an EXECUTE may run.
func (b *body) execute(e plpgsql.Expr) {
	b.expr(e)
	list := b.eval(e).texts
	if list == nil {
		b.st.Dynamic = true
		return
	}
	for _, t := range list {
		b.analyze(b.compose(t))
	}
}

// compose makes a text of its own of one that the body puts together.
func (b *body) compose(t built) *source {
	src := b.source("", offsets{})
	var out strings.Builder
	for _, p := range t {
		if p.unknown {
			at := b.at.original(p.at)
			src.at.add(out.Len(), at, false)
			out.WriteString(src.mark(hole{part: -1, offset: at, trust: p.trust}))
			continue
		}
		if p.exact {
			src.at = src.at.then(out.Len(), b.at.cut(p.at, p.at+len(p.text)))
		} else {
			src.at.add(out.Len(), b.at.original(p.at), false)
		}
		out.WriteString(p.text)
	}
	src.text = out.String()
	return src
}

// texts are those that an expression may have as its value; nil when nothing
// is known about it.
type texts []built

// built is a text that the body puts together.
type built []bit

// A bit is a part of a text, or a value in it that is not known.
type bit struct {
	text    string
	at      int  // offset in the body
	exact   bool // the text stands at that offset as it is
	unknown bool
	trust   Trust // what an unknown value can do
}

const (
	maxTexts = 256      // values of one expression
	maxBuilt = 64 << 10 // bytes of one text
)

// or unites two sets of texts.
func (t texts) or(other texts) texts { return unite([]texts{t, other}) }

// unite is what is known about a value that is in one of the sets.
func unite(sets []texts) texts {
	seen := map[string]bool{}
	var out texts
	for _, t := range sets {
		if t == nil {
			return nil
		}
		for _, one := range t {
			if k := one.key(); !seen[k] {
				seen[k] = true
				out = append(out, one)
			}
		}
		if len(out) > maxTexts {
			return nil
		}
	}
	return out
}

// key tells texts apart that are not the same.
func (t built) key() string {
	var b strings.Builder
	for _, p := range t {
		if p.unknown {
			b.WriteByte(0)
			b.WriteByte(byte(p.trust))
		}
		b.WriteString(p.text)
	}
	return b.String()
}

// constant gives the text if all of it is known.
func (t built) constant() (string, bool) {
	var b strings.Builder
	for _, p := range t {
		if p.unknown {
			return "", false
		}
		b.WriteString(p.text)
	}
	return b.String(), true
}

// slice is the part of a text between two offsets, which has no unknown values.
func (t built) slice(from, to int) built {
	var out built
	pos := 0
	for _, p := range t {
		start, end := max(from-pos, 0), min(to-pos, len(p.text))
		if start < end {
			q := p
			q.text = p.text[start:end]
			if p.exact {
				q.at += start
			}
			out = append(out, q)
		}
		pos += len(p.text)
	}
	return out
}

// join appends each of the texts in right to each in left.
func join(left, right texts) texts {
	if left == nil || right == nil || len(left)*len(right) > maxTexts {
		return nil
	}
	var out texts
	for _, l := range left {
		for _, r := range right {
			n := 0
			one := append(append(built(nil), l...), r...)
			for _, p := range one {
				n += len(p.text) + 1
			}
			if n > maxBuilt {
				return nil
			}
			out = append(out, one)
		}
	}
	return out
}

// unknownText is a value of which only is known what it can do.
func unknownText(at int, t Trust) texts { return texts{{{at: at, unknown: true, trust: t}}} }

// literal reads the string literal at an offset of sql, of which the parser
// says that its value is value; where maps a piece of sql that is copied.
func (w *walker) literal(sql string, at int, value string, where func(from, to int) offsets) (string, offsets) {
	var out strings.Builder
	var o offsets
	if t, ok := pg.Next(sql, max(at, 0)); ok && t.Kind == pg.StringToken {
		for _, r := range t.Runs(sql) {
			o = o.then(out.Len(), where(r.At, r.At+len(r.Text)))
			out.WriteString(r.Text)
		}
		if out.String() == value {
			return value, o
		}
	}
	// Escapes of more than one byte, or a literal in pieces.
	start := where(max(at, 0), max(at, 0))
	return value, offsets{{to: start[0].to}}
}
