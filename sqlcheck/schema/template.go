package schema

import "regexp"

// Marks that template engines, psql and migration tools leave in SQL files.
var (
	actionMark  = regexp.MustCompile(`(?s)\{\{-?\s*(?:if|else|end|range|with|template|block|define|/\*|#|/|each)\b?.*?\}\}|\{%.*?%\}`)
	prefixMark  = regexp.MustCompile(`(?s)"?(?:\{\{.*?\}\}|\$\{[^}]*\}|\$\([^)]*\)|@\w+@|%s|%\[\d+\]s)"?\.`)
	valueMark   = regexp.MustCompile(`(?s)\{\{.*?\}\}|\$\{[^}]*\}|\$\([A-Za-z_]\w*\)|@[A-Za-z_]\w*@|%(?:\[\d+\])?[sdvq]|%[IL]`)
	psqlPrefix  = regexp.MustCompile(`(^|[^:\w])(?::"[A-Za-z_]\w*"|:[A-Za-z_]\w*)\.`)
	psqlLiteral = regexp.MustCompile(`(^|[^:\w]):'[A-Za-z_]\w*'`)
	psqlIdent   = regexp.MustCompile(`(^|[^:\w]):"[A-Za-z_]\w*"`)
	psqlPlain   = regexp.MustCompile(`([^:\w]):([A-Za-z_]\w*)`)
)

// placeholder stands for a value that a template inserts.
const placeholder = "template_value"

// fillTemplates replaces template marks by something that parses: a schema
// prefix by nothing, since the model then finds the table by its name. It
// reports whether there was any mark.
func fillTemplates(text string) (string, bool) {
	filled := actionMark.ReplaceAllString(text, " ")
	filled = prefixMark.ReplaceAllString(filled, "")
	filled = psqlPrefix.ReplaceAllString(filled, "${1}")
	filled = psqlLiteral.ReplaceAllString(filled, "${1}'"+placeholder+"'")
	filled = psqlIdent.ReplaceAllString(filled, "${1}"+placeholder)
	filled = valueMark.ReplaceAllString(filled, placeholder)
	filled = psqlPlain.ReplaceAllString(filled, "${1}"+placeholder)
	return filled, filled != text
}
