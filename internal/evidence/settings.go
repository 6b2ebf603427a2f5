package evidence

import (
	"slices"
	"strings"
)

var (
	setConfigName = pattern(`(?i)\bset_config\s*\(\s*'([a-z_][\w$]*\.[\w$.]+)'`)
	setConfigBind = pattern(`(?i)\bset_config\s*\(\s*(\$\d+|\?|:\w+|@\w+)`)
	setStatement  = pattern(`(?i)(?:^|;)\s*(?:--[^\n]*\n\s*)*set\s+(?:local\s+|session\s+)?("?[a-z_][\w$]*"?\."?[a-z_][\w$]*"?)\s*(?:=|\bto\s*(?:['"$%:@?{]|\d|default\b|$))`)
	localText     = pattern(`(?i)\bset\s+local\b|\bset_config\s*\([^)]*,\s*true\s*\)`)
	dottedName    = pattern(`^[a-z_][a-z0-9_]*\.[a-z_][a-z0-9_.]*$`)
	searchPath    = pattern(`(?i)(?:^|;)\s*set\s+(?:local\s+|session\s+)?search_path\s*(?:=|\bto\b)\s*['"]?(?:%|\$\{|\{\{|$)|\bset_config\s*\(\s*'search_path'`)
	resetText     = pattern(`(?i)\breset\s+(all|role|session|"?[a-z_]\w*"?\.)|\bdiscard\s+all\b|\bset\s+role\s+none\b|\bset_config\s*\(\s*[^,]+,\s*(''|null)\s*,`)
)

// SearchPath is the one setting without a dot among SettingsInCode.
const SearchPath = "search_path"

// settingsSet lists the custom settings, those with a dot, that a text sets,
// and search_path where the program fills it in, as those do that have a schema
// for each tenant.
func settingsSet(text string) []string {
	path := containsAs(text, SearchPath) && searchPath().MatchString(text)
	if !path && !mentionsSetting(text) {
		return nil
	}
	var out []string
	if path {
		out = append(out, SearchPath)
	}
	for _, m := range setConfigName().FindAllStringSubmatch(text, -1) {
		out = append(out, strings.ToLower(m[1]))
	}
	for _, m := range setStatement().FindAllStringSubmatch(text, -1) {
		out = append(out, strings.ToLower(strings.ReplaceAll(m[1], `"`, "")))
	}
	return sortedSet(out)
}

// setsCustom reports whether a text sets a custom setting.
func setsCustom(text string) bool {
	return slices.ContainsFunc(settingsSet(text), func(name string) bool { return name != SearchPath })
}

// mentionsSetting is the cheap question before the expressions are tried.
func mentionsSetting(text string) bool {
	return containsAs(text, "set_config") || mentionsSet(text)
}

// mentionsSet looks for SET [LOCAL|SESSION] a.b without regular expression:
// every Go file is asked.
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
