// Package credential knows what credentials look like: Supabase keys, JWTs,
// connection strings, and the names of the variables that hold them. It finds
// those that bypass row-level security, and it is the one redactor through
// which every text goes before it is shown.
//
// The provider facts are in the notes on provider logins of the rule
// servicerole: a Supabase secret key and a JWT whose role claim is
// service_role bypass row-level security, a publishable key and anon don't.
package credential

import (
	"cmp"
	"slices"
)

// Kind is what a credential is, in words that can be shown.
type Kind string

const (
	SupabaseSecretKey      Kind = "supabase secret key"
	SupabasePublishableKey Kind = "supabase publishable key"
	SupabaseAccessToken    Kind = "supabase access token"
	ServiceRoleToken       Kind = "service_role token"
	AnonToken              Kind = "anon token"
	Token                  Kind = "token"
	DSN                    Kind = "connection string"
	Password               Kind = "password"
)

// A Match is one credential in a text. Offsets are in bytes.
type Match struct {
	Start, End int // the whole credential, such as a connection string
	Kind       Kind
	// Bypass: whoever holds it is not subject to row-level security.
	Bypass bool
	// Login is the role that a connection string logs in as, and Host where.
	Login, Host string

	secrets []secret
}

// Whole reports whether the text has all of the credential: a connection string
// without its password says who logs in, but lets nobody in.
func (m Match) Whole() bool { return len(m.secrets) > 0 }

// A secret is a part of a text that must not be shown.
type secret struct {
	start, end int
	kind       Kind
}

// Find returns the credentials in text, in order, without overlap.
func Find(text string) []Match {
	var found []Match
	for _, find := range []func(string) []Match{findKeys, findTokens, findURLs, findKeywordDSNs, findPasswords} {
		found = append(found, find(text)...)
	}
	slices.SortStableFunc(found, func(a, b Match) int {
		return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(b.End, a.End))
	})
	return withoutOverlap(found)
}

// withoutOverlap folds a match that begins inside another one into it, so that
// the secrets of both are kept: a token may be the password of a URL.
func withoutOverlap(found []Match) []Match {
	var out []Match
	for _, m := range found {
		if len(out) == 0 || m.Start >= out[len(out)-1].End {
			out = append(out, m)
			continue
		}
		last := &out[len(out)-1]
		last.secrets = append(last.secrets, m.secrets...)
		last.Bypass = last.Bypass || m.Bypass
		last.End = max(last.End, m.End)
	}
	return out
}
