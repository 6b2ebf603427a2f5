package evidence

import (
	"slices"
	"strings"

	"github.com/tenantvet/tenantvet/sqlcheck/schema"
)

// withoutDumps leaves out what a tool writes beside its migrations, as dbmate does
// schema.sql: the same once more, in lines that nobody changes.
func withoutDumps(sources []source) []source {
	for i := 0; i < len(sources); i++ {
		s := &sources[i]
		if s.format != schema.Plain || s.chosen || len(s.files) != 1 || !isDump(s.files[0].SQL) {
			continue
		}
		var of []*source
		for j := range sources {
			if o := &sources[j]; j != i && !o.setsUp && o.format != schema.Plain {
				of = append(of, o)
			}
		}
		dump := s.model()
		if slices.ContainsFunc(nearest(of, s.dir), func(o *source) bool { return copies(dump, o.model()) }) {
			sources = slices.Delete(sources, i, i+1)
			i--
		}
	}
	return sources
}

// isDump reports whether pg_dump wrote a text.
func isDump(text string) bool {
	return strings.Contains(text, "PostgreSQL database dump complete") || strings.Contains(text, "SET row_security = off;") && strings.Contains(text, "Type: TABLE; Schema:")
}

// copies reports whether two schemas have the same tables, but for the one in which a
// tool notes its migrations.
func copies(dump, m *schema.Model) bool {
	lacks := func(a, b *schema.Model) []*schema.Table {
		var out []*schema.Table
		for _, t := range a.Tables {
			if !t.Assumed && !slices.ContainsFunc(b.Tables, func(o *schema.Table) bool { return o.Schema == t.Schema && o.Name == t.Name }) {
				out = append(out, t)
			}
		}
		return out
	}
	more := lacks(dump, m)
	notes := func(t *schema.Table) bool {
		return !t.RLS && slices.ContainsFunc(t.Columns, func(c schema.Column) bool { return strings.HasPrefix(c.Name, "version") })
	}
	return len(lacks(m, dump)) == 0 && len(m.Tables) > 0 && (len(more) == 0 || len(more) == 1 && notes(more[0]))
}
