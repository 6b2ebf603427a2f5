package evidence

import (
	"os"
	"slices"
	"strings"

	"github.com/tenantvet/tenantvet/sqlcheck"
)

// These find texts that set something, or call functions which may.
var (
	setsSomething   = pattern(`(?i)set_config|\bset\s+(local|session)\b|(^|;)\s*set\s+("?[\w.%]+"?)\s*(=|to\b)|^\s*set\s*$`)
	callsSomething  = pattern(`(?i)^(\s|--.*\n)*(select|call|do|perform|execute|with)\b`)
	createsFunction = pattern(`(?i)\bcreate\s+(or\s+replace\s+)?(function|procedure)\s+([\w."]+\.)?"?(\w+)`)
)

// maySet reports whether a text may set something that decides which rows are seen.
func (c *code) maySet(t sqlcheck.Template) bool {
	var b strings.Builder
	for _, p := range t.Parts {
		b.WriteString(p.Text)
	}
	text := b.String()
	sets := setsSomething().MatchString(text)
	if !sets && !callsSomething().MatchString(text) {
		return false
	}
	facts := sqlcheck.Analyze(t)
	if facts.Err != nil {
		return sets
	}
	for _, st := range facts.Statements {
		if slices.ContainsFunc(st.Settings, decides) || st.Op == sqlcheck.Call {
			return true
		}
		if len(st.Relations) > 0 || st.Op == sqlcheck.DDL {
			continue
		}
		if st.Dynamic || st.Executes != "" || slices.ContainsFunc(t.Calls(), func(name string) bool { return !c.isHarmless(name) }) {
			return true
		}
	}
	return false
}

// decides reports whether a setting may be the tenant's context.
func decides(s sqlcheck.Setting) bool {
	switch {
	case s.Lifetime == sqlcheck.Stored, s.Reset && s.NameParam == 0:
		return false
	case s.Name == "" || s.NameParam > 0 || strings.Contains(s.Name, "."):
		return true
	}
	return s.Name == SearchPath || s.Name == "role" || s.Name == "session_authorization"
}

// builtIn are functions of PostgreSQL that are called without a table; those that begin
// with pg_ are all of its own.
var builtIn = map[string]bool{"exists": true, "now": true, "version": true, "current_setting": true, "current_database": true,
	"nextval": true, "currval": true, "lastval": true, "setval": true, "coalesce": true, "count": true, "to_regclass": true,
	"gen_random_uuid": true, "hashtext": true, "hashtextextended": true, "txid_current": true, "clock_timestamp": true,
	"as": true, "in": true, "any": true, "not": true, "and": true, "or": true, "values": true, "select": true, "case": true, "when": true}

// isHarmless reports whether a function sets nothing: one of PostgreSQL's own, or one that
// the module's SQL makes where nothing is set.
func (c *code) isHarmless(name string) bool {
	if strings.HasPrefix(name, "pg_") || builtIn[name] {
		return true
	}
	if c.functions == nil {
		c.functions = map[string]bool{}
		for _, f := range slices.Concat(c.l.tree.sql, c.l.outside) {
			if data, err := os.ReadFile(f.abs); err == nil && f.size <= maxFile {
				c.creates(string(data))
			}
		}
		for _, f := range c.files {
			c.creates(f.src)
		}
	}
	return c.functions[name]
}

// creates notes the functions that a text makes.
func (c *code) creates(text string) {
	sets := containsAs(text, "set_config")
	for _, m := range createsFunction().FindAllStringSubmatch(text, -1) {
		name := strings.ToLower(m[4])
		known, again := c.functions[name]
		c.functions[name] = !sets && (known || !again)
	}
}
