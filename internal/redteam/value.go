package redteam

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// The two tenants. One attacks, the other one is attacked.
const (
	mine = iota
	theirs
)

// tenantValue names a tenant in a column of a type; "" if there is no such name. The
// other's begins like the own one, as far as the type allows, since a policy may
// compare no more than that.
func tenantValue(c column, who int) string {
	switch {
	case c.Base == "uuid":
		return [...]string{"aaaaaaaa-0000-4000-8000-000000000001", "bbbbbbbb-0000-4000-8000-000000000002"}[who]
	case c.Category == "N":
		return [...]string{"1001", "10012"}[who]
	case c.Category == "S":
		return cut([...]string{"tenant-a", "tenant-ab"}[who], c.Length)
	}
	return ""
}

// fits reports whether a literal can be a value of a column.
func fits(c column, text string) bool {
	switch {
	case c.Base == "uuid":
		return uuidText.MatchString(text)
	case c.Category == "N":
		n, err := strconv.Atoi(text)
		return err == nil && n > 0 && n < 30000
	case c.Category == "S":
		return text != "" && (c.Length == 0 || len(text) <= c.Length)
	}
	return false
}

var uuidText = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

// value makes a value of a column's type that the two tenants don't share, as far
// as the type has room for that. variant asks for another one.
func value(table string, c column, who, variant int) (string, bool) {
	letter := [...]string{"a", "b"}[who]
	n := 10*(who+1) + variant
	switch {
	case c.Category == "E" && len(c.Labels) > 0:
		return c.Labels[variant%len(c.Labels)], true
	case c.Category == "B":
		return [...]string{"true", "false"}[variant%2], true
	case c.Category == "N":
		return fmt.Sprint(n), true
	case c.Base == "uuid":
		return fmt.Sprintf("%s0000000-0000-4000-8000-%012x", letter, hash(table+"."+c.Name)+uint64(variant)), true
	case c.Base == "citext" || c.Category == "S":
		return cut(text(c.Name, letter, variant), c.Length), true
	case c.Base == "json" || c.Base == "jsonb":
		return [...]string{"{}", "[]"}[variant%2], true
	case c.Category == "D" && c.Base == "date":
		return fmt.Sprintf("2030-01-%02d", n), true
	case c.Category == "D" && strings.HasPrefix(c.Base, "time") && !strings.HasPrefix(c.Base, "timestamp"):
		return fmt.Sprintf("%02d:00", n%24), true
	case c.Category == "D":
		return fmt.Sprintf("2030-01-%02d 00:00:00+00", n), true
	case c.Category == "T":
		return fmt.Sprintf("%d days", n), true
	case c.Category == "A":
		return "{}", true
	case c.Category == "I":
		return fmt.Sprintf("192.0.2.%d", n), true
	case c.Base == "bytea":
		return `\x` + strings.Repeat(fmt.Sprintf("%02d", n%100), 4), true
	case c.Category == "R":
		return "empty", true
	}
	return "", false
}

// text is what a column of a name may well ask for, such as an address.
func text(name, letter string, variant int) string {
	switch {
	case strings.Contains(name, "email"):
		return fmt.Sprintf("%s%d@example.com", letter, variant)
	case strings.Contains(name, "url") || strings.Contains(name, "uri"):
		return fmt.Sprintf("https://%s%d.example.com/", letter, variant)
	case strings.Contains(name, "currency"):
		return "EUR"
	case strings.Contains(name, "country"):
		return "DE"
	case strings.Contains(name, "phone"):
		return fmt.Sprintf("+4930%07d", 10*len(letter)+variant)
	case strings.Contains(name, "slug") || strings.Contains(name, "code"):
		return fmt.Sprintf("%s%d", letter, variant)
	}
	return fmt.Sprintf("%s-of-%s-%d", name, letter, variant)
}

func cut(s string, length int) string {
	if length > 0 && len(s) > length {
		return s[len(s)-length:] // what tells tenants apart is at the end
	}
	return s
}

func hash(s string) uint64 {
	h := uint64(14695981039346656037)
	for _, b := range []byte(s) {
		h = (h ^ uint64(b)) * 1099511628211
	}
	return h & 0xffffffffff
}

// quote writes a literal.
func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }
