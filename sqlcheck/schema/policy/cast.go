package policy

import (
	"strconv"
	"strings"

	pg "github.com/tenantvet/tenantvet/sqlcheck/internal/pgparse"
)

// refusesEmpty are the types that can't be read from an empty text.
var refusesEmpty = map[string]bool{
	"uuid": true, "int2": true, "int4": true, "int8": true, "numeric": true, "float4": true, "float8": true, "bool": true,
	"json": true, "jsonb": true, "date": true, "timestamp": true, "timestamptz": true, "time": true, "timetz": true,
	"inet": true, "cidr": true, "macaddr": true, "interval": true, "oid": true, "money": true, "integer": true, "bigint": true, "smallint": true,
}

// cast is expr::type.
func (r *run) cast(v value, t *pg.TypeName) value {
	_, name := qualified(t.GetNames())
	isArray := len(t.GetArrayBounds()) > 0 || strings.HasPrefix(name, "_")
	switch {
	case v.kind == array:
		for _, e := range v.list {
			if e.kind == text && !reads(name, e.text) {
				return value{kind: raised, why: v.why | e.why}
			}
		}
		return v
	case v.kind == null || v.kind == raised:
		return v
	case v.kind == text && strings.TrimSpace(v.text) == "" && (isArray || refusesEmpty[name]),
		v.kind == text && !isArray && !reads(name, v.text):
		return value{kind: raised, why: v.why}
	case v.kind == text && isArray && v.text == "{}":
		return value{kind: array, why: v.why}
	case name == "bool" && !isArray:
		if v.kind == text {
			if b, ok := asBool(v.text); ok {
				return b.because(v.why)
			}
			return value{kind: raised, why: v.why}
		}
		if v.kind == token && v.from&ofContext != 0 {
			r.judge.grow(v.text, "true")
			return value{kind: raised, why: v.why}
		}
	}
	return v
}

// reads reports whether a text can be read as a value of a type, as far as that is
// known.
func reads(name, s string) bool {
	s = strings.TrimSpace(s)
	switch name {
	case "uuid":
		const digits = 32
		hex := strings.Trim(strings.ReplaceAll(s, "-", ""), "{}")
		return len(hex) == digits && strings.Trim(strings.ToLower(hex), "0123456789abcdef") == ""
	case "int2", "int4", "int8", "integer", "bigint", "smallint", "oid":
		_, err := strconv.Atoi(s)
		return err == nil
	}
	return true
}
