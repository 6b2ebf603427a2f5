package schema

// Marks that template engines, psql and migration tools leave in SQL files.
var (
	actionMark  = pattern(`(?s)\{\{-?\s*(?:if|else|end|range|with|template|block|define|/\*|#|/|each)\b?.*?\}\}|\{%.*?%\}`)
	prefixMark  = pattern(`(?s)"?(?:\{\{.*?\}\}|\$\{[^}]*\}|\$\([^)]*\)|@\w+@|%s|%\[\d+\]s)"?\.`)
	valueMark   = pattern(`(?s)\{\{.*?\}\}|\$\{[^}]*\}|\$\([A-Za-z_]\w*\)|@[A-Za-z_]\w*@|%(?:\[\d+\])?[sdvq]|%[IL]`)
	psqlPrefix  = pattern(`(^|[^:\w])(?::"[A-Za-z_]\w*"|:[A-Za-z_]\w*)\.`)
	psqlLiteral = pattern(`(^|[^:\w]):'[A-Za-z_]\w*'`)
	psqlIdent   = pattern(`(^|[^:\w]):"[A-Za-z_]\w*"`)
	psqlPlain   = pattern(`([^:\w]):([A-Za-z_]\w*)`)
)

// placeholder stands for a value that a template inserts.
const placeholder = "template_value"

// fillTemplates replaces template marks by something that parses: a schema
// prefix by nothing, since the model then finds the table by its name. It
// reports whether there was any mark.
func fillTemplates(text string) (string, bool) {
	filled := actionMark().ReplaceAllString(text, " ")
	filled = prefixMark().ReplaceAllString(filled, "")
	filled = psqlPrefix().ReplaceAllString(filled, "${1}")
	filled = psqlLiteral().ReplaceAllString(filled, "${1}'"+placeholder+"'")
	filled = psqlIdent().ReplaceAllString(filled, "${1}"+placeholder)
	filled = valueMark().ReplaceAllString(filled, placeholder)
	filled = psqlPlain().ReplaceAllString(filled, "${1}"+placeholder)
	return filled, filled != text
}
