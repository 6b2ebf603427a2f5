package plpgsql

import (
	"github.com/tenantvet/tenantvet/sqlcheck/internal/pgparse"
)

// A token is a token of the body with the text that it stands for: keywords and
// names folded as the server folds them.
type token struct {
	pgparse.Token
	text string
}

func tokens(body string) []token {
	var out []token
	for _, t := range pgparse.Lex(body) {
		if t.Kind == pgparse.CommentToken {
			continue
		}
		text := t.Text(body)
		switch t.Kind {
		case pgparse.WordToken, pgparse.QuotedToken:
			text = t.Value(body)
		}
		out = append(out, token{t, text})
	}
	return out
}

// isName reports whether the token can name something.
func (t token) isName() bool {
	return t.Kind == pgparse.WordToken || t.Kind == pgparse.QuotedToken
}

// is reports whether the token is the keyword or punctuation mark.
func (t token) is(s string) bool {
	switch t.Kind {
	case pgparse.WordToken, pgparse.OperatorToken, pgparse.PunctToken:
		return t.text == s
	}
	return false
}
