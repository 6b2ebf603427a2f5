package sqlcheck

import (
	"strings"

	"github.com/tenantvet/tenantvet/sqlcheck/internal/pgparse"
)

// Mentions reads the tokens of a text that no parser takes, and returns the
// relations that it names where a statement names its relations, and the
// settings that it sets. Of a Relation only Name and Pos are filled in, of a
// Setting Name, Form, Lifetime and Pos. A text that isn't meant as SQL, such as
// a sentence that starts with "Update", mentions nothing.
func Mentions(t Template) (relations []Relation, settings []Setting) {
	src, ok := newSource(t)
	if !ok {
		return nil, nil
	}
	m := mentions{source: src}
	for _, tok := range pgparse.Lex(src.text) {
		if tok.Kind != pgparse.CommentToken {
			m.tokens = append(m.tokens, tok)
		}
	}
	if !m.looksLikeSQL() {
		return nil, nil
	}
	verb := ""
	for i := range m.tokens {
		word := m.word(i)
		if i == 0 || m.text(i-1) == ";" {
			verb = word
		}
		if !statementVerb(verb) {
			continue
		}
		switch {
		case beforeRelation(word) && (word != "update" || verb == "update" && m.after(i, "set")):
			if name, ok := m.relation(i + 1); ok {
				relations = append(relations, name)
			}
		case word == "set" && verb == "set":
			if s, ok := m.set(i); ok {
				settings = append(settings, s)
			}
		case word == "set_config" && m.text(i+1) == "(":
			if s, ok := m.setConfig(i); ok {
				settings = append(settings, s)
			}
		}
	}
	return relations, settings
}

type mentions struct {
	*source
	tokens []pgparse.Token // without comments
}

func (m *mentions) text(i int) string {
	if i < 0 || i >= len(m.tokens) {
		return ""
	}
	return m.tokens[i].Text(m.source.text)
}

// word is the keyword or unquoted name at i, folded.
func (m *mentions) word(i int) string {
	if i < 0 || i >= len(m.tokens) || m.tokens[i].Kind != pgparse.WordToken {
		return ""
	}
	return strings.ToLower(m.text(i))
}

// looksLikeSQL: sentences have words and marks of punctuation only, and don't
// start with a word in capitals.
func (m *mentions) looksLikeSQL() bool {
	if verb := m.text(0); statementVerb(m.word(0)) && verb == strings.ToUpper(verb) {
		return true
	}
	for i, t := range m.tokens {
		switch t.Kind {
		case pgparse.OperatorToken, pgparse.ParamToken, pgparse.QuotedToken:
			return true
		case pgparse.PunctToken:
			if text := m.text(i); text == "(" || text == "[" || text == ";" && i < len(m.tokens)-1 {
				return true
			}
		}
	}
	return false
}

func statementVerb(word string) bool {
	switch word {
	case "select", "insert", "update", "delete", "merge", "with", "copy", "truncate", "lock", "set", "alter", "create",
		"drop", "explain", "declare", "prepare", "values", "table":
		return true
	}
	return false
}

func beforeRelation(word string) bool {
	switch word {
	case "from", "join", "into", "update", "table", "only", "truncate", "copy":
		return true
	}
	return false
}

// after reports whether a word follows i in the same statement.
func (m *mentions) after(i int, word string) bool {
	for i++; i < len(m.tokens) && m.text(i) != ";"; i++ {
		if m.word(i) == word {
			return true
		}
	}
	return false
}

// name reads a name at i, and the number of its tokens.
func (m *mentions) name(i int) (parts []string, n int) {
	for {
		if i >= len(m.tokens) || !isName(m.tokens[i]) {
			return nil, 0
		}
		part := m.text(i)
		if _, marked := m.markers(part); marked {
			return nil, 0
		}
		if m.tokens[i].Kind == pgparse.QuotedToken {
			part = strings.ReplaceAll(strings.Trim(part, `"`), `""`, `"`)
		} else {
			part = strings.ToLower(part)
		}
		parts = append(parts, part)
		n++
		if m.text(i+1) != "." {
			return parts, n
		}
		i += 2
		n++
	}
}

func (m *mentions) relation(i int) (Relation, bool) {
	parts, n := m.name(i)
	r := Relation{}
	switch {
	case n == 0 || n == 1 && (beforeRelation(parts[0]) || parts[0] == "if"):
		return r, false
	case len(parts) == 1:
		r.Name = Name{Name: parts[0]}
	case len(parts) == 2:
		r.Name = Name{Schema: parts[0], Name: parts[1]}
	default:
		return r, false
	}
	r.Pos = m.at.original(m.tokens[i].Start)
	return r, true
}

// set reads SET [LOCAL|SESSION] name, with = or TO not far behind.
func (m *mentions) set(i int) (Setting, bool) {
	s := Setting{Form: SetStatement, Pos: m.at.original(m.tokens[i].Start)}
	i++
	switch m.word(i) {
	case "local":
		s.Lifetime = Local
		i++
	case "session":
		i++
	}
	parts, n := m.name(i)
	if n == 0 {
		return s, false
	}
	const near = 4
	for j := i + n; j < i+n+near; j++ {
		if m.text(j) == "=" || m.word(j) == "to" {
			s.Name = strings.ToLower(strings.Join(parts, "."))
			return s, true
		}
	}
	return s, false
}

// setConfig reads set_config('name'.
func (m *mentions) setConfig(i int) (Setting, bool) {
	s := Setting{Form: SetConfig, Pos: m.at.original(m.tokens[i].Start)}
	if i+2 >= len(m.tokens) || m.tokens[i+2].Kind != pgparse.StringToken {
		return s, false
	}
	name := m.text(i + 2)
	if _, marked := m.markers(name); marked || len(name) < 3 || name[0] != '\'' {
		return s, false
	}
	s.Name = strings.ToLower(name[1 : len(name)-1])
	return s, true
}
