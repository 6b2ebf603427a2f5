package rules

import (
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
