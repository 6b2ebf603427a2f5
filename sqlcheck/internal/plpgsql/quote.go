package plpgsql

import "strings"

// QuoteIdent quotes as quote_ident does, except that it quotes only the
// keywords that things are named after.
func QuoteIdent(s string) string {
	plain := s != ""
	for i := range len(s) {
		c := s[i]
		if !(c >= 'a' && c <= 'z' || c == '_' || i > 0 && ('0' <= c && c <= '9' || c == '$')) {
			plain = false
		}
	}
	if plain && !mustQuote[s] {
		return s
	}
	return `"` + strings.ReplaceAll(s, `"`, `""`) + `"`
}

// mustQuote are the reserved words that real tables are named after. It is only read.
var mustQuote = map[string]bool{
	"user": true, "order": true, "group": true, "table": true, "column": true, "check": true, "case": true,
	"end": true, "grant": true, "limit": true, "offset": true, "primary": true, "references": true, "select": true,
	"all": true, "and": true, "any": true, "array": true, "as": true, "asc": true, "desc": true, "default": true,
	"distinct": true, "do": true, "else": true, "except": true, "false": true, "fetch": true, "for": true,
	"foreign": true, "from": true, "having": true, "in": true, "into": true, "not": true, "null": true, "on": true,
	"only": true, "or": true, "some": true, "then": true, "to": true, "true": true, "union": true, "unique": true,
	"using": true, "when": true, "where": true, "window": true, "with": true,
}

// QuoteLiteral quotes as quote_literal does.
func QuoteLiteral(s string) string {
	q := "'" + strings.ReplaceAll(s, "'", "''") + "'"
	if strings.Contains(s, `\`) {
		return "E" + strings.ReplaceAll(q, `\`, `\\`)
	}
	return q
}

// Array reads an array literal such as {a,"b c"} of texts.
func Array(s string) ([]string, bool) {
	inner, ok := strings.CutPrefix(strings.TrimSpace(s), "{")
	inner, ok2 := strings.CutSuffix(inner, "}")
	if !ok || !ok2 || strings.ContainsAny(inner, "{}\\") {
		return nil, false
	}
	if strings.TrimSpace(inner) == "" {
		return nil, true
	}
	var out []string
	for _, part := range strings.Split(inner, ",") {
		part = strings.TrimSpace(part)
		if len(part) >= 2 && part[0] == '"' && part[len(part)-1] == '"' {
			part = part[1 : len(part)-1]
		}
		if strings.Contains(part, `"`) {
			return nil, false // a comma inside quotes
		}
		out = append(out, part)
	}
	return out, true
}
