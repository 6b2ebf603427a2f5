package credential

import (
	"cmp"
	"slices"
	"strings"
)

// Redact returns text with every secret replaced by its kind, such as
// ⟨supabase secret key⟩. Of a connection string only the password goes.
func Redact(text string) string {
	redacted, _ := RedactSpan(text, 0, 0)
	return redacted
}

// RedactSpan is Redact for a text in which text[start:end] is marked; it
// returns where the mark is in the redacted text.
func RedactSpan(text string, start, end int) (redacted string, span [2]int) {
	span = [2]int{start, end}
	var b strings.Builder
	done := 0
	for _, s := range secrets(text) {
		b.WriteString(text[done:s.start])
		before := b.Len()
		b.WriteString("⟨" + string(s.kind) + "⟩")
		span[0] = moved(span[0], start, s, before, b.Len(), before)
		span[1] = moved(span[1], end, s, before, b.Len(), b.Len())
		done = s.end
	}
	b.WriteString(text[done:])
	return b.String(), span
}

// moved returns where the original offset is after the secret s became
// redacted[from:to]: behind it by the difference, inside it at the given edge.
func moved(current, original int, s secret, from, to, edge int) int {
	switch {
	case original >= s.end:
		return to + original - s.end
	case original > s.start:
		return edge
	default:
		return current
	}
}

// secrets returns the parts to be replaced, in order, joined where they overlap.
func secrets(text string) []secret {
	var all []secret
	for _, m := range Find(text) {
		all = append(all, m.secrets...)
	}
	slices.SortStableFunc(all, func(a, b secret) int {
		return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(b.end, a.end))
	})
	var out []secret
	for _, s := range all {
		switch {
		case s.start >= s.end:
		case len(out) > 0 && s.start < out[len(out)-1].end:
			out[len(out)-1].end = max(out[len(out)-1].end, s.end)
		default:
			out = append(out, s)
		}
	}
	return out
}
