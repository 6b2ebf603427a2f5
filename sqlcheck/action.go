package sqlcheck

import "strings"

// An action is {{ .. }} of a Go text template.
type action struct{ start, end int }

const maxAction = 512 // bytes

// actions finds the actions in a text, also those inside of quotes; what else
// is in double braces, such as an array of arrays, is left alone.
func actions(text string) []action {
	var out []action
	for pos := 0; ; {
		i := strings.Index(text[pos:], "{{")
		if i < 0 {
			return out
		}
		start := pos + i
		n := strings.Index(text[start:min(len(text), start+maxAction)], "}}")
		if n < 0 || !isAction(text[start+2:start+n]) {
			pos = start + 2
			continue
		}
		pos = start + n + 2
		out = append(out, action{start, pos})
	}
}

// isAction reports whether a text between double braces can be no value of SQL:
// a field, a variable, a comment, a keyword, or a function with an argument.
func isAction(inner string) bool {
	s := strings.TrimSpace(strings.TrimPrefix(inner, "-"))
	s = strings.TrimSpace(strings.TrimSuffix(s, "-"))
	if s == "." || strings.HasPrefix(s, "/*") {
		return true
	}
	if s != "" && (s[0] == '.' || s[0] == '$') {
		return len(s) > 1 && isLetter(s[1])
	}
	word, rest, _ := strings.Cut(s, " ")
	switch word {
	case "else", "end", "break", "continue":
		return true
	}
	for i := range len(word) {
		if !isLetter(word[i]) {
			return false
		}
	}
	rest = strings.TrimSpace(rest)
	return word != "" && rest != "" && strings.IndexByte(".$\"`(", rest[0]) >= 0
}

func isLetter(c byte) bool { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_' }
