package sqlcheck

import (
	"strings"

	"github.com/tenantvet/tenantvet/sqlcheck/internal/pgparse"
)

// Word returns the bounds of the word at or after an offset of the rendered
// text: a name with its schema, or any other token. At the end of the text it
// is the last word.
func (t Template) Word(offset int) (start, end int) {
	sql := t.Render()
	tok, ok := pgparse.Next(sql, max(0, min(offset, len(sql))))
	for ok && tok.Kind == pgparse.CommentToken {
		tok, ok = pgparse.Next(sql, tok.End)
	}
	if !ok {
		return lastWord(sql)
	}
	end = tok.End
	for isName(tok) {
		dot, _ := pgparse.Next(sql, end)
		name, ok := pgparse.Next(sql, dot.End)
		if !ok || dot.Text(sql) != "." || !isName(name) {
			break
		}
		end = name.End
	}
	return tok.Start, end
}

func isName(t pgparse.Token) bool {
	return t.Kind == pgparse.WordToken || t.Kind == pgparse.QuotedToken
}

func lastWord(sql string) (start, end int) {
	for _, t := range pgparse.Lex(sql) {
		if t.Kind != pgparse.CommentToken && t.Text(sql) != ";" {
			start, end = t.Start, t.End
		}
	}
	return start, end
}

// Words returns the bounds, in the rendered text, of what says which setting is
// changed: "SET LOCAL app.tenant_id", "set_config('app.tenant_id'",
// "SET ROLE admin", "RESET ALL".
func (s Setting) Words(t Template) (start, end int) {
	sql := t.Render()
	first, ok := pgparse.Next(sql, min(max(s.Pos, 0), len(sql)))
	for ok && first.Kind == pgparse.CommentToken {
		first, ok = pgparse.Next(sql, first.End)
	}
	if !ok {
		return lastWord(sql)
	}
	start, end = first.Start, first.End
	switch word := strings.ToLower(first.Text(sql)); {
	case s.Form == SetConfig:
		return start, firstArgument(sql, end)
	case word != "set" && word != "reset" && word != "discard" && word != "alter":
		return start, end // in the body of a function
	}
	for tok, ok := pgparse.Next(sql, end); ok; tok, ok = pgparse.Next(sql, tok.End) {
		switch text := tok.Text(sql); {
		case text == "=" || text == ";" || strings.EqualFold(text, "to") || tok.Kind == 0:
			return start, end
		case tok.Kind != pgparse.CommentToken:
			end = tok.End
		}
	}
	return start, end
}

// firstArgument is where the first argument of a call ends, given where the
// function's name does.
func firstArgument(sql string, end int) int {
	open, ok := pgparse.Next(sql, end)
	for ok && open.Text(sql) == "." { // pg_catalog.set_config
		name, _ := pgparse.Next(sql, open.End)
		end = name.End
		open, ok = pgparse.Next(sql, end)
	}
	if open.Text(sql) != "(" {
		return end
	}
	depth, at := 0, end
	for tok, ok := pgparse.Next(sql, open.End); ok; tok, ok = pgparse.Next(sql, tok.End) {
		switch tok.Text(sql) {
		case "(":
			depth++
		case ")":
			if depth--; depth < 0 {
				return at
			}
		case ",":
			if depth == 0 {
				return at
			}
		}
		at = tok.End
	}
	return end
}
