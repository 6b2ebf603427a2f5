// Package schema holds the cases of the rules about migrations, a folder a
// rule: what leaks on the server, and what mends it.
package schema

import (
	"embed"
	"path"
	"strings"

	"golang.org/x/tools/txtar"
)

//go:embed */*.txtar
var archives embed.FS

// A Case is a migration that leaks and one that mends it. Both were applied to a
// server, where the attack got through after the first, and not after the second.
type Case struct {
	About, Bad, Fix, Attack string
}

// Of returns a rule's cases.
func Of(rule string) []Case {
	entries, err := archives.ReadDir(rule)
	if err != nil {
		return nil
	}
	var out []Case
	for _, e := range entries {
		text, err := archives.ReadFile(path.Join(rule, e.Name()))
		if err != nil {
			continue
		}
		a := txtar.Parse(text)
		c := Case{About: strings.TrimSpace(string(a.Comment))}
		for _, f := range a.Files {
			switch f.Name {
			case "bad.sql":
				c.Bad = withoutWants(string(f.Data))
			case "fix.sql":
				c.Fix = string(f.Data)
			case "attack.sql":
				c.Attack = string(f.Data)
			}
		}
		if c.Bad != "" && c.Fix != "" && c.Attack != "" {
			out = append(out, c)
		}
	}
	return out
}

// withoutWants leaves out what the tests expect.
func withoutWants(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		if before, _, ok := strings.Cut(line, "-- want "); ok {
			line = strings.TrimRight(before, " ") + "\n"
		}
		b.WriteString(line)
	}
	return b.String()
}
