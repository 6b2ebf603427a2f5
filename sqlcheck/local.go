package sqlcheck

import (
	"strings"

	"github.com/tenantvet/tenantvet/sqlcheck/internal/pgparse"
)

// An Edit replaces the bytes [Start, End) of a rendered text.
type Edit struct {
	Start, End int
	New        string
}

// MakeLocal returns the edit that makes a setting for the session one for the
// transaction: set_config's last argument, or SET's LOCAL. ok is false for a
// setting that is local already, or of which the text doesn't show the lifetime.
func (s Setting) MakeLocal(t Template) (edit Edit, ok bool) {
	if s.Lifetime != Session || s.LifetimeParam > 0 || s.Reset {
		return Edit{}, false
	}
	tokens := t.from(s.Pos)
	if len(tokens) < 3 {
		return Edit{}, false
	}
	switch s.Form {
	case SetStatement:
		return setLocal(tokens)
	case SetConfig:
		return lastArgumentTrue(tokens)
	}
	return Edit{}, false
}

// A word is a token with its text in lower case.
type word struct {
	pgparse.Token
	text string
}

// from lists the tokens from an offset of the rendered text on.
func (t Template) from(offset int) []word {
	sql := t.Render()
	var out []word
	for tok, ok := pgparse.Next(sql, min(max(offset, 0), len(sql))); ok; tok, ok = pgparse.Next(sql, tok.End) {
		if tok.Kind != pgparse.CommentToken {
			out = append(out, word{tok, strings.ToLower(tok.Text(sql))})
		}
	}
	return out
}

// setLocal edits SET x and SET SESSION x, but not SET SESSION AUTHORIZATION x, in
// which SESSION is a part of the name.
func setLocal(tokens []word) (Edit, bool) {
	switch {
	case tokens[0].text != "set" || tokens[1].text == "local":
		return Edit{}, false
	case tokens[1].text == "session" && tokens[2].text != "authorization":
		return Edit{tokens[1].Start, tokens[1].End, "LOCAL"}, true
	}
	return Edit{tokens[0].End, tokens[0].End, " LOCAL"}, true
}

// lastArgumentTrue edits set_config(x, y, false).
func lastArgumentTrue(tokens []word) (Edit, bool) {
	depth, commas := 0, 0
	for i, tok := range tokens {
		switch tok.text {
		case "(":
			depth++
		case ")":
			if depth--; depth == 0 {
				last, before := tokens[i-1], tokens[i-2].text
				if commas == 2 && before == "," && last.text == "false" {
					return Edit{last.Start, last.End, "true"}, true
				}
				return Edit{}, false
			}
		case ",":
			if depth == 1 {
				commas++
			}
		default:
			if depth == 0 && i > 2 {
				return Edit{}, false // no call
			}
		}
	}
	return Edit{}, false
}
