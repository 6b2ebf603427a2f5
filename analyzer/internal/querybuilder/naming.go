package querybuilder

import (
	"regexp"
	"strings"
	"sync"
)

// The names that gorm and bun give to tables and columns of which the program
// names only the Go type. Both pluralise with github.com/jinzhu/inflection.

// initialisms are the words that gorm takes for one in a Go name.
var initialisms = strings.NewReplacer(
	"API", "Api", "ASCII", "Ascii", "CPU", "Cpu", "CSS", "Css", "DNS", "Dns", "EOF", "Eof", "GUID", "Guid",
	"HTML", "Html", "HTTP", "Http", "HTTPS", "Https", "ID", "Id", "IP", "Ip", "JSON", "Json", "LHS", "Lhs",
	"QPS", "Qps", "RAM", "Ram", "RHS", "Rhs", "RPC", "Rpc", "SLA", "Sla", "SMTP", "Smtp", "SSH", "Ssh",
	"TLS", "Tls", "TTL", "Ttl", "UID", "Uid", "UI", "Ui", "UUID", "Uuid", "URI", "Uri", "URL", "Url",
	"UTF8", "Utf8", "VM", "Vm", "XML", "Xml", "XSRF", "Xsrf", "XSS", "Xss",
)

// snakeCase is gorm's naming of columns.
func snakeCase(name string) string {
	if name == "" {
		return ""
	}
	value := initialisms.Replace(name)
	isUpper := func(c byte) bool { return 'A' <= c && c <= 'Z' }
	var b strings.Builder
	last := false // the case of the letter before
	for i := range len(value) - 1 {
		c, next := value[i], value[i+1]
		if !isUpper(c) {
			b.WriteByte(c)
			last = false
			continue
		}
		if !last || !isUpper(next) && !('0' <= next && next <= '9') {
			if i > 0 && value[i-1] != '_' && next != '_' {
				b.WriteByte('_')
			}
		}
		b.WriteByte(c + 'a' - 'A')
		last = true
	}
	c := value[len(value)-1]
	if isUpper(c) {
		if !last && len(value) > 1 {
			b.WriteByte('_')
		}
		c += 'a' - 'A'
	}
	b.WriteByte(c)
	return b.String()
}

// underscore is bun's naming of columns.
func underscore(name string) string {
	var b strings.Builder
	for i := range len(name) {
		c := name[i]
		if 'A' <= c && c <= 'Z' {
			if i > 0 && i+1 < len(name) && (isLower(name[i-1]) || isLower(name[i+1])) {
				b.WriteByte('_')
			}
			c += 'a' - 'A'
		}
		b.WriteByte(c)
	}
	return b.String()
}

func isLower(c byte) bool { return 'a' <= c && c <= 'z' }

// An inflectionRule turns a singular into a plural.
type inflectionRule struct {
	re      *regexp.Regexp
	replace string
}

// plurals are the rules of github.com/jinzhu/inflection; the first that fits decides.
var plurals = sync.OnceValue(func() []inflectionRule {
	var out []inflectionRule
	rule := func(find, replace string) {
		out = append(out, inflectionRule{regexp.MustCompile("(?i)" + find), replace})
	}
	rule("^(equipment|information|rice|money|species|series|fish|sheep|jeans|police)$", "${1}")
	rule("person$", "people")
	rule("man$", "men")
	rule("child$", "children")
	rule("sex$", "sexes")
	rule("move$", "moves")
	rule("(quiz)$", "${1}zes")
	rule("^(oxen)$", "${1}")
	rule("^(ox)$", "${1}en")
	rule("^(m|l)ice$", "${1}ice")
	rule("^(m|l)ouse$", "${1}ice")
	rule("(matr|vert|ind)(?:ix|ex)$", "${1}ices")
	rule("(x|ch|ss|sh)$", "${1}es")
	rule("([^aeiouy]|qu)y$", "${1}ies")
	rule("(hive)$", "${1}s")
	rule("(?:([^f])fe|([lr])f)$", "${1}${2}ves")
	rule("sis$", "ses")
	rule("([ti])a$", "${1}a")
	rule("([ti])um$", "${1}a")
	rule("(buffal|tomat)o$", "${1}oes")
	rule("(bu)s$", "${1}ses")
	rule("(alias|status)$", "${1}es")
	rule("(octop|vir)i$", "${1}i")
	rule("(octop|vir)us$", "${1}i")
	rule("^(ax|test)is$", "${1}es")
	rule("s$", "s")
	rule("([a-z])$", "${1}s")
	return out
})

func plural(name string) string {
	for _, r := range plurals() {
		if r.re.MatchString(name) {
			return r.re.ReplaceAllString(name, r.replace)
		}
	}
	return name
}
