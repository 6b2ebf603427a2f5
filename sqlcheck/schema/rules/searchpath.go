package rules

import (
	"slices"
	"strings"

	"github.com/tenantvet/tenantvet/sqlcheck/schema"
)

// searchPath is the search_path that a function runs with, "" for the caller's.
func searchPath(f *schema.Function) string {
	for _, c := range f.Config {
		if c.Name == "search_path" {
			if c.Value == "" {
				return `""`
			}
			return c.Value
		}
	}
	return ""
}

// endsInTemp reports whether temporary tables are looked at last. Where pg_temp is not
// in the search_path, it comes first.
func endsInTemp(f *schema.Function) bool {
	parts := strings.Split(searchPath(f), ",")
	return strings.Trim(parts[len(parts)-1], ` "'`) == "pg_temp"
}

// unqualified lists the relations that a function reads by a name without schema,
// sorted.
func unqualified(f *schema.Function) []string {
	words := strings.FieldsFunc(strings.ToLower(f.Body), func(r rune) bool {
		return r != '.' && r != '_' && r != '"' && (r < '0' || r > '9') && (r < 'a' || r > 'z')
	})
	var out []string
	for _, read := range f.Reads {
		_, name, _ := strings.Cut(read, ".")
		for i, w := range words {
			if i > 0 && strings.Trim(w, `"`) == name && slices.Contains([]string{"from", "join", "only"}, words[i-1]) {
				out = append(out, name)
				break
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
