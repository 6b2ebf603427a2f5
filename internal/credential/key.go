package credential

import (
	"regexp"
	"strings"
	"sync"

	"github.com/golang-jwt/jwt/v5"
)

// The expressions are compiled when they are first needed: the go command
// starts the tool once a package, mostly for packages that need none of them.
var (
	keyPattern = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`sb_(secret|publishable)_[A-Za-z0-9_-]{4,}|sbp_[A-Za-z0-9_]{16,}`)
	})
	// A JWT is three base64url parts; the first two are JSON objects, which
	// begin with `{"` (eyJ), `{ ` (eyA) or `{` and a line break (ew).
	tokenPattern = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`e[wy][A-Za-z0-9_-]{8,}\.e[wy][A-Za-z0-9_-]{4,}\.[A-Za-z0-9_-]*`)
	})
)

func findKeys(text string) []Match {
	var found []Match
	for _, at := range keyPattern().FindAllStringSubmatchIndex(text, -1) {
		if at[0] > 0 && isWord(text[at[0]-1]) {
			continue // the tail of a longer name
		}
		key := text[at[0]:at[1]]
		m := Match{Start: at[0], End: at[1], Kind: SupabaseAccessToken}
		switch {
		case at[2] < 0:
		case text[at[2]:at[3]] == "secret":
			m.Kind = SupabaseSecretKey
			m.Bypass = isRandom(key[len("sb_secret_"):])
		default:
			m.Kind = SupabasePublishableKey
		}
		m.secrets = []secret{{m.Start, m.End, m.Kind}}
		found = append(found, m)
	}
	return found
}

// isRandom tells a key's random part from a stand-in such as xxxx or
// your_key_here: real ones are long and mix letters of both cases or digits.
func isRandom(s string) bool {
	const shortest = 16
	var lower, upper, digit bool
	seen := make(map[byte]bool)
	for i := range len(s) {
		switch c := s[i]; {
		case 'a' <= c && c <= 'z':
			lower = true
		case 'A' <= c && c <= 'Z':
			upper = true
		case '0' <= c && c <= '9':
			digit = true
		}
		seen[s[i]] = true
	}
	return len(s) >= shortest && len(seen) > 6 && (lower && upper || lower && digit || upper && digit)
}

func findTokens(text string) []Match {
	var found []Match
	for _, at := range tokenPattern().FindAllStringIndex(text, -1) {
		m := Match{Start: at[0], End: at[1], Kind: Token}
		switch role, demo := tokenRole(text[at[0]:at[1]]); role {
		case "service_role":
			m.Kind = ServiceRoleToken
			m.Bypass = !demo && isSigned(text[at[0]:at[1]])
		case "anon":
			m.Kind = AnonToken
		}
		m.secrets = []secret{{m.Start, m.End, m.Kind}}
		found = append(found, m)
	}
	return found
}

// isSigned reports whether a token's third part may be a signature: a shortened
// token, or one with a stand-in there, opens nothing.
func isSigned(token string) bool {
	const shortest = 32 // of HMAC-SHA256, in base64, are 43
	signature := token[strings.LastIndexByte(token, '.')+1:]
	return len(signature) >= shortest && isRandom(signature)
}

// tokenRole reads a token's role claim. The issuer of the key that every local
// Supabase stack has in common marks a development default.
func tokenRole(token string) (role string, demo bool) {
	var claims struct {
		jwt.RegisteredClaims
		Role string `json:"role"`
	}
	// The signature is not checked: who wrote the token is not the question.
	// An error may still leave claims behind, as for an unknown algorithm.
	_, _, _ = jwt.NewParser().ParseUnverified(token, &claims)
	return claims.Role, claims.Issuer == "supabase-demo"
}

func isWord(c byte) bool {
	return c == '_' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}
