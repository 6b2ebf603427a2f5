package credential

import (
	"net/url"
	"regexp"
	"strings"
	"sync"
)

var (
	// scheme://user:password@host/..: the password reaches to the last @ before
	// a slash, or else, as an unescaped slash is a usual mistake, to the last @.
	urlPattern = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile("([a-zA-Z][a-zA-Z0-9+.-]*)://([^\\s:/@'\"`<>]*)(?::((?:[^\\s\"`/?#]*)|(?:[^\\s\"`]*)))?@([^\\s/?#'\"`@]*)[^\\s'\"`]*")
	})
	// libpq's key=value pairs.
	pairPattern = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile("\\b([a-zA-Z_]+)=('(?:[^'\\\\]|\\\\.|'')*'|[^\\s\"`]*)")
	})
	// PASSWORD '..' in CREATE ROLE, password = '..' in SQL, PGPASSWORD=.. before
	// a command, password=.. in a URL's query.
	passwordPattern = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile("(?i)password\\s*=?\\s*'((?:[^']|'')*)'|password=([^\\s\"'`&=][^\\s\"`&]*)")
	})
	// The port and path of a URL that has no password but an @ further on.
	portPattern = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^\d{1,5}[/?#]`)
	})
)

func findURLs(text string) []Match {
	var found []Match
	for _, at := range urlPattern().FindAllStringSubmatchIndex(text, -1) {
		group := func(i int) string {
			if at[2*i] < 0 {
				return ""
			}
			return text[at[2*i]:at[2*i+1]]
		}
		m := Match{Start: at[0], End: at[1], Kind: Password, Host: hostName(group(4))}
		m.Login = group(2)
		if login, err := url.PathUnescape(m.Login); err == nil {
			m.Login = login
		}
		password := group(3)
		if portPattern().MatchString(password) {
			continue
		}
		scheme := strings.ToLower(group(1))
		if scheme == "postgres" || scheme == "postgresql" {
			m.Kind = DSN
			m.Bypass = bypassLogin(m.Login, m.Host) && !isStandIn(password) && !isStandInHost(m.Host)
		}
		if password != "" && !isHole(password) {
			// Another @ further on may belong to the password: hide too much
			// rather than its tail.
			m.secrets = []secret{{at[6], at[0] + strings.LastIndexByte(text[at[0]:at[1]], '@'), Password}}
		}
		if m.Kind == DSN || len(m.secrets) > 0 {
			found = append(found, m)
		}
	}
	return found
}

// findKeywordDSNs finds runs of at least two key=value pairs that name a user
// or a password.
func findKeywordDSNs(text string) []Match {
	var found []Match
	var run Match
	pairs := 0
	flush := func() {
		if pairs >= 2 && (run.Login != "" || len(run.secrets) > 0) {
			run.Bypass = bypassLogin(run.Login, run.Host) && !isStandInHost(run.Host)
			for _, s := range run.secrets {
				run.Bypass = run.Bypass && !isStandIn(text[s.start:s.end])
			}
			found = append(found, run)
		}
		run, pairs = Match{}, 0
	}
	for _, at := range pairPattern().FindAllStringSubmatchIndex(text, -1) {
		if pairs > 0 && strings.TrimSpace(text[run.End:at[0]]) != "" {
			flush()
		}
		if pairs == 0 {
			run = Match{Start: at[0], Kind: DSN}
		}
		run.End = at[1]
		pairs++
		value := strings.Trim(text[at[4]:at[5]], "'")
		switch strings.ToLower(text[at[2]:at[3]]) {
		case "user":
			run.Login = value
		case "host":
			run.Host = hostName(value)
		case "password":
			if value != "" && !isHole(value) {
				run.secrets = append(run.secrets, secret{at[4], at[5], Password})
			}
		}
	}
	flush()
	return found
}

func findPasswords(text string) []Match {
	var found []Match
	for _, at := range passwordPattern().FindAllStringSubmatchIndex(text, -1) {
		for i := 2; i < len(at); i += 2 {
			if at[i] < 0 || at[i] == at[i+1] || isHole(text[at[i]:at[i+1]]) {
				continue
			}
			found = append(found, Match{Start: at[0], End: at[1], Kind: Password,
				secrets: []secret{{at[i], at[i+1], Password}}})
		}
	}
	return found
}

// isHole reports whether a value is filled in later: a format verb, a
// placeholder, a template action, a shell or environment variable, our own
// mark of a hole or of a redacted text.
func isHole(s string) bool {
	return holePattern().MatchString(s)
}

var holePattern = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(%[a-z]|\$\d+|\$\w+|\$\{[^}]*\}|\$\([^)]*\)|\{\{.*\}\}|⟨[^⟩]*⟩|\*+|\.{3}|…)$`)
})

// isStandIn reports whether a password is a stand-in in documentation:
// [YOUR-PASSWORD], <password>, xxxx.
func isStandIn(s string) bool {
	switch {
	case s == "":
		return false
	case strings.HasPrefix(s, "[") || strings.HasPrefix(s, "<") || strings.HasPrefix(s, "*"):
		return true
	}
	lower := strings.ToLower(s)
	switch lower {
	case "password", "passwd", "pass", "pw", "secret", "changeme":
		return true
	}
	return strings.Trim(lower, "x.") == "" || strings.Contains(lower, "your") && strings.Contains(lower, "pass")
}

// isStandInHost reports whether a host is one of a documentation.
func isStandInHost(host string) bool {
	if strings.ContainsAny(host, "<[") && !isHole(host) {
		return true
	}
	for _, word := range []string{"xxx", "your", "project-ref", "projectref", "project_ref"} {
		if strings.Contains(host, word) {
			return true
		}
	}
	return false
}

// hostName strips the port, and takes the first of several hosts.
func hostName(hosts string) string {
	host, _, _ := strings.Cut(hosts, ",")
	if strings.HasPrefix(host, "[") {
		inner, _, _ := strings.Cut(host[1:], "]")
		return strings.ToLower(inner)
	}
	host, _, _ = strings.Cut(host, ":")
	return strings.ToLower(host)
}
