package mutant

import (
	"go/ast"
	"go/token"
	"regexp"
	"strings"
)

// literals are the string literals of a file whose whole text is the SQL, or the
// first part of it.
func (pl place) literals(edit func(literal string) (string, bool)) []candidate {
	var out []candidate
	ast.Inspect(pl.file, func(n ast.Node) bool {
		lit, ok := n.(*ast.BasicLit)
		if !ok || lit.Kind != token.STRING {
			return true
		}
		if changed, ok := edit(lit.Value); ok && changed != lit.Value {
			out = append(out, candidate{lit.Pos(), oneLine(lit.Value) + " becomes " + oneLine(changed), [][]Edit{{pl.replace(lit, changed)}}})
		}
		return true
	})
	return out
}

// Three arguments of set_config, the last of which is a constant.
func configCall(isLocal string) *regexp.Regexp {
	return regexp.MustCompile(`(?is)(set_config\s*\([^()]*(?:\([^()]*\)[^()]*)*,\s*)` + isLocal + `(\s*\))`)
}

// sessionSet sets for the session what was set for the transaction.
func sessionSet(pl place) []candidate {
	config, set := configCall("true"), regexp.MustCompile(`(?i)\bSET\s+LOCAL\b`)
	out := pl.literals(func(text string) (string, bool) {
		if !pl.mentionsSetting(text) {
			return "", false
		}
		return set.ReplaceAllString(config.ReplaceAllString(text, "${1}false${2}"), "SET"), true
	})
	return append(out, pl.boundLifetime("true", "false")...)
}

// localSet sets for the transaction what was set for the session.
func localSet(pl place) []candidate {
	config := configCall("false")
	out := pl.literals(func(text string) (string, bool) {
		if !pl.mentionsSetting(text) || pl.resetsLiteral(text) {
			return "", false
		}
		return config.ReplaceAllString(text, "${1}true${2}"), true
	})
	return append(out, pl.boundLifetime("false", "true")...)
}

func (pl place) mentionsSetting(text string) bool {
	lower := strings.ToLower(text)
	if strings.Contains(lower, "set_config") && strings.Contains(lower, "$1") && !strings.Contains(lower, "'") {
		return true // the name is bound
	}
	for _, s := range pl.settings {
		if strings.Contains(lower, s) {
			return true
		}
	}
	return false
}

func (pl place) resetsLiteral(text string) bool {
	return len(text) > 2 && pl.resetsContext(text[1:len(text)-1])
}

// boundLifetime changes set_config's third argument where it is bound to a
// constant.
func (pl place) boundLifetime(from, to string) []candidate {
	var out []candidate
	for _, s := range pl.settingsIn() {
		for _, arg := range s.call.Args {
			if id, ok := arg.(*ast.Ident); ok && id.Name == from && !s.reset {
				out = append(out, candidate{s.call.Pos(), s.what(), [][]Edit{{pl.replace(id, to)}}})
			}
		}
	}
	return out
}

// misspeltSet sets what no policy reads.
func misspeltSet(pl place) []candidate {
	return pl.literals(func(text string) (string, bool) {
		if len(text) < 3 || !pl.setsContext(text[1:len(text)-1]) {
			return "", false
		}
		for _, s := range pl.settings {
			if i := strings.Index(strings.ToLower(text), s); i >= 0 && strings.Contains(s, ".") {
				return text[:i] + text[i:i+len(s)] + "s" + text[i+len(s):], true
			}
		}
		return "", false
	})
}

// withoutFilter takes the tenant out of a condition and leaves the parameter.
func withoutFilter(pl place) []candidate {
	if !pl.filter || len(pl.columns) == 0 {
		return nil
	}
	condition := regexp.MustCompile(`(?i)(?:\b\w+\.)?\b(?:` + strings.Join(pl.columns, "|") + `)\s*=\s*(\$\d+)`)
	return pl.literals(func(text string) (string, bool) {
		if !strings.Contains(strings.ToUpper(text), "WHERE") {
			return "", false
		}
		return condition.ReplaceAllString(text, "${1}::text IS NOT NULL"), true
	})
}
