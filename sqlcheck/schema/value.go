package schema

import (
	"strconv"
	"strings"

	"github.com/tenantvet/tenantvet/sqlcheck/internal/plpgsql"
)

// A value is what an expression of migration code evaluates to. The zero value
// is unknown: nothing may be concluded from it.
type value struct {
	kind valueKind
	text string  // valText, valNumber (decimal), valBool ("true", "false")
	list []value // valList; the fields of valRow
	cols []string
}

type valueKind uint8

const (
	valUnknown valueKind = iota
	valNull
	valText
	valNumber
	valBool
	valList
	valRow
)

// maxText bounds the texts that migration code builds: a loop can double one.
const maxText = 64 << 10

func textValue(s string) value {
	if len(s) > maxText {
		return value{}
	}
	return value{kind: valText, text: s}
}
func boolValue(b bool) value  { return value{kind: valBool, text: strconv.FormatBool(b)} }
func numberValue(n int) value { return value{kind: valNumber, text: strconv.Itoa(n)} }
func listValue(texts []string) value {
	v := value{kind: valList}
	for _, t := range texts {
		v.list = append(v.list, textValue(t))
	}
	return v
}

var null = value{kind: valNull}

func (v value) known() bool   { return v.kind != valUnknown }
func (v value) isTrue() bool  { return v.kind == valBool && v.text == "true" }
func (v value) isFalse() bool { return v.kind == valBool && v.text == "false" }

// scalar reports whether the value has a text form.
func (v value) scalar() bool {
	return v.kind == valText || v.kind == valNumber || v.kind == valBool
}

// field returns a field of a row.
func (v value) field(name string) value {
	for i, c := range v.cols {
		if c == name {
			return v.list[i]
		}
	}
	return value{}
}

// single unwraps a row of one column, as PL/pgSQL does when it assigns one.
func (v value) single() value {
	if v.kind == valRow && len(v.list) == 1 {
		return v.list[0]
	}
	return v
}

// equal compares two values; unknown when one of them is, null when one is null.
func equal(a, b value) value {
	a, b = a.single(), b.single()
	switch {
	case !a.known() || !b.known():
		return value{}
	case a.kind == valNull || b.kind == valNull:
		return null
	case isStandIn(a) || isStandIn(b):
		return value{}
	case a.scalar() && b.scalar():
		return boolValue(a.text == b.text || boolText(a) != "" && boolText(a) == boolText(b))
	case a.kind == valList && b.kind == valList:
		if len(a.list) != len(b.list) {
			return boolValue(false)
		}
		for i := range a.list {
			if e := equal(a.list[i], b.list[i]); !e.isTrue() {
				return e
			}
		}
		return boolValue(true)
	}
	return value{}
}

// boolText reads the texts that a catalog or a cast gives for booleans.
func boolText(v value) string {
	if v.kind == valBool {
		return v.text
	}
	switch strings.ToLower(v.text) {
	case "t", "true", "yes", "on":
		return "true"
	case "f", "false", "no", "off":
		return "false"
	}
	return ""
}

func not(v value) value {
	switch {
	case v.isTrue():
		return boolValue(false)
	case v.isFalse():
		return boolValue(true)
	}
	return v
}

// and combines conditions; false decides, whatever is unknown.
func and(vs ...value) value {
	out := boolValue(true)
	for _, v := range vs {
		switch {
		case v.isFalse():
			return v
		case !v.known():
			out = value{}
		case v.kind == valNull && out.known():
			out = null
		}
	}
	return out
}

func or(vs ...value) value {
	for i, v := range vs {
		vs[i] = not(v)
	}
	return not(and(vs...))
}

// formatValues is SQL's format(); false when a directive can't be followed.
func formatValues(layout string, args []value) (string, bool) {
	pieces, ok := plpgsql.Format(layout)
	if !ok {
		return "", false
	}
	var b strings.Builder
	for _, p := range pieces {
		if p.Verb == 0 {
			b.WriteString(p.Text)
			continue
		}
		if p.Arg >= len(args) {
			return "", false
		}
		arg := args[p.Arg].single()
		switch {
		case arg.kind != valNull && !arg.scalar():
			return "", false
		case p.Verb == 's':
			b.WriteString(arg.text)
		case p.Verb == 'L' && arg.kind == valNull:
			b.WriteString("NULL")
		case p.Verb == 'L':
			b.WriteString(plpgsql.QuoteLiteral(arg.text))
		case arg.kind == valNull:
			return "", false
		default:
			b.WriteString(plpgsql.QuoteIdent(arg.text))
		}
	}
	return b.String(), true
}

// like matches a LIKE pattern.
func like(s, pattern string) bool {
	// Iterative with one backtrack point: linear for one %, quadratic at worst.
	var si, pi int
	star, mark := -1, 0
	for si < len(s) {
		switch {
		case pi < len(pattern) && pattern[pi] == '%':
			star, mark = pi, si
			pi++
			continue
		case pi+1 < len(pattern) && pattern[pi] == '\\' && pattern[pi+1] == s[si]:
			pi += 2
			si++
			continue
		case pi < len(pattern) && pattern[pi] != '\\' && (pattern[pi] == '_' || pattern[pi] == s[si]):
			pi++
			si++
			continue
		}
		if star < 0 {
			return false
		}
		mark++
		si, pi = mark, star+1
	}
	for pi < len(pattern) && pattern[pi] == '%' {
		pi++
	}
	return pi == len(pattern)
}
