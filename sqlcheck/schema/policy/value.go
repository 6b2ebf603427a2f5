package policy

import (
	"strconv"
	"strings"
)

// A value is what an expression comes to in one run.
type value struct {
	kind kind
	text string  // of a constant; the name of a token or free value
	list []value // of an array
	from origin  // what a token, free or opaque value comes from
	at   string  // of a looked up row: which one
	why  support // the choices that made it so
}

type kind uint8

const (
	null   kind = iota
	text        // a constant; numbers and booleans by their text
	token       // some value, equal to itself and to nothing else
	free        // a column that may hold anything; the first comparison decides
	array       // of which the elements are known
	opaque      // nobody knows
	raised      // an error
)

// An origin says whose value it is.
type origin uint8

const (
	ofContext origin = 1 << iota // settings, claims, the role
	ofRow                        // the row that the policy is asked about
	ofLookup                     // a row that a sub-select found
	theirs                       // the tenant of that row, which is not the caller's
)

func constant(s string) value { return value{kind: text, text: s} }
func boolean(b bool) value    { return constant(strconv.FormatBool(b)) }

func (v value) because(why support) value {
	v.why |= why
	return v
}

func (v value) isTrue() bool  { return v.kind == text && v.text == "true" }
func (v value) isFalse() bool { return v.kind == text && v.text == "false" }

// asBool reads a constant as the server's boolean input does.
func asBool(s string) (value, bool) {
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "t", "true", "y", "yes", "on", "1":
		return boolean(true), true
	case "f", "false", "n", "no", "off", "0":
		return boolean(false), true
	}
	return value{}, false
}

func not(v value) value {
	switch {
	case v.isTrue():
		return boolean(false).because(v.why)
	case v.isFalse():
		return boolean(true).because(v.why)
	}
	return v
}

// same compares constants; 1 and 1.0 are the same number.
func same(a, b string) bool {
	if a == b {
		return true
	}
	x, errX := strconv.ParseFloat(a, 64)
	y, errY := strconv.ParseFloat(b, 64)
	return errX == nil && errY == nil && x == y
}

// end names whose value it is, for what connects the row with the caller.
func (v value) end() string {
	switch {
	case v.at != "":
		return v.at
	case v.from&ofContext != 0:
		return theCaller
	case v.from&ofRow != 0:
		return theRow
	}
	return ""
}

const (
	theRow    = "the row"
	theCaller = "the caller"
)

func sources(vs ...value) (from origin, why support) {
	for _, v := range vs {
		f, w := sources(v.list...)
		from |= v.from | f
		why |= v.why | w
	}
	return from, why
}

// unknown is what a function or operator makes of its arguments that is not
// modelled.
func unknown(name string, args ...value) value {
	for _, a := range args {
		if a.kind == raised {
			return a
		}
	}
	from, why := sources(args...)
	at := ""
	for _, a := range args {
		if a.at != "" {
			at = a.at
		}
	}
	var b strings.Builder
	b.WriteString(name)
	for _, a := range args {
		b.WriteByte(' ')
		b.WriteString(a.key())
	}
	return value{kind: opaque, text: b.String(), from: from, at: at, why: why}
}

// key names a value, so that the same question gets the same answer in a run.
func (v value) key() string {
	switch v.kind {
	case null:
		return "NULL"
	case text:
		return "'" + v.text + "'"
	case array:
		var parts []string
		for _, e := range v.list {
			parts = append(parts, e.key())
		}
		return "{" + strings.Join(parts, ",") + "}"
	}
	return v.text
}
