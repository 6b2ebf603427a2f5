package evidence

import (
	"slices"
	"strings"

	"github.com/tenantvet/tenantvet/sqlcheck"
)

// SearchPath is the one setting without a dot among SettingsInCode.
const SearchPath = "search_path"

// A change is what a SQL text does to settings.
type change struct {
	// names are the custom settings, those with a dot, that it sets, and
	// search_path where the program fills it in, as those do that have a schema
	// for each tenant.
	names []string
	bound bool // it sets one whose name is bound
	local bool // what it sets ends with the transaction
	reset bool // it takes a setting away
}

// custom reports whether a custom setting is set.
func (c change) custom() bool {
	return slices.ContainsFunc(c.names, func(name string) bool { return name != SearchPath })
}

// changeOf reads what a text does to settings.
func changeOf(t sqlcheck.Template) change {
	if !slices.ContainsFunc(t.Parts, func(p sqlcheck.Part) bool { return mentionsChange(p.Text) }) {
		return change{}
	}
	facts := sqlcheck.Analyze(t)
	if facts.Err != nil && t.Parts[len(t.Parts)-1].Hole == nil {
		// A text in the making: what follows is added by other means.
		t.Parts = append(slices.Clone(t.Parts), sqlcheck.Part{Hole: &sqlcheck.Hole{}})
		facts = sqlcheck.Analyze(t)
	}
	var c change
	for _, st := range facts.Statements {
		for _, s := range st.Settings {
			c.add(s)
		}
	}
	slices.Sort(c.names)
	c.names = slices.Compact(c.names)
	return c
}

func (c *change) add(s sqlcheck.Setting) {
	if s.Lifetime == sqlcheck.Stored {
		return // for other sessions
	}
	c.local = c.local || s.Lifetime == sqlcheck.Local
	switch filled := s.Value.Kind != sqlcheck.Literal && s.Value.Kind != sqlcheck.NoValue; {
	case s.Name == SearchPath && filled:
		c.names = append(c.names, s.Name)
	case s.Reset:
		c.reset = c.reset || s.Name == "all" || s.Name == "role" || s.Name == "session_authorization" || strings.Contains(s.Name, ".") || s.NameParam > 0
	case s.NameParam > 0:
		c.bound = true
	case strings.Contains(s.Name, ".") && !(s.Form == sqlcheck.SetStatement && s.Value.Bare && !isSwitch(s.Value.Text)):
		// "set config.tenant to x" is English as well as SQL.
		c.names = append(c.names, s.Name)
	}
}

// isSwitch reports whether a word is a value that settings take without quotes.
func isSwitch(word string) bool {
	return word == "on" || word == "off" || word == "true" || word == "false"
}

// mentionsChange is the cheap question before a text is parsed.
func mentionsChange(text string) bool {
	return mentionsSetting(text) || containsAs(text, SearchPath) || containsAs(text, "reset") || containsAs(text, "discard") || containsAs(text, "set role")
}

// mentionsSetting tells whether a custom setting may be set in a text.
func mentionsSetting(text string) bool {
	return containsAs(text, "set_config") || mentionsSet(text)
}

// mentionsSet looks for SET [LOCAL|SESSION] a.b. It is asked of
// every Go file.
func mentionsSet(text string) bool {
	for _, set := range []string{"SET", "set", "Set"} {
		for rest := text; ; {
			_, after, ok := strings.Cut(rest, set)
			if !ok {
				break
			}
			if setsDotted(after) {
				return true
			}
			rest = after
		}
	}
	return false
}

// setsDotted reports whether text goes on like SET a.b does.
func setsDotted(text string) bool {
	rest := skipBlank(text)
	if len(rest) == len(text) {
		return false
	}
	for _, word := range []string{"local", "session"} {
		if len(rest) > len(word) && strings.EqualFold(rest[:len(word)], word) {
			rest = skipBlank(rest[len(word):])
		}
	}
	n := 0
	for n < len(rest) && (isNameByte(rest[n]) || rest[n] == '"') {
		n++
	}
	return n > 0 && n+1 < len(rest) && rest[n] == '.' && (isNameByte(rest[n+1]) || rest[n+1] == '"')
}

func skipBlank(s string) string { return strings.TrimLeft(s, " \t\r\n") }

func isNameByte(c byte) bool {
	return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}

// containsAs reports whether s has the lower-case words as people write them:
// all small, all capital, or capitalised.
func containsAs(s, words string) bool {
	return strings.Contains(s, words) || strings.Contains(s, strings.ToUpper(words)) ||
		strings.Contains(s, strings.ToUpper(words[:1])+words[1:])
}

func sortedSet(names []string) []string {
	slices.Sort(names)
	return slices.Compact(names)
}
