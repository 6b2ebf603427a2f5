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
	setsInBody      = pattern(`(?i)set_config|\bset\s+(local|session)\b`)
	createsTrigger  = pattern(`(?i)\breturns\s+(event_)?trigger\b`)
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
		switch calls := t.Calls(); {
		case st.Op == sqlcheck.DDL:
		case len(st.Relations) > 0:
			// What is called beside tables is a matter of the tables, unless it sets something.
			if c.functionsSet && slices.ContainsFunc(calls, func(name string) bool { return c.functions[name] }) {
				return true
			}
		case st.Dynamic || st.Executes != "" || slices.ContainsFunc(calls, func(name string) bool { return !c.isHarmless(name) }):
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
	return strings.HasPrefix(name, "pg_") || builtIn[name] || c.functions[name] && !c.functionsSet
}

// findFunctions looks for those that the module's SQL makes.
func (c *code) findFunctions() {
	for _, f := range slices.Concat(c.l.tree.sql, c.l.outside) {
		if data, err := os.ReadFile(f.abs); err == nil && f.size <= maxFile {
			c.creates(string(data))
		}
	}
	for _, f := range c.files {
		c.creates(f.src)
	}
}

// creates notes the functions that a text makes.
func (c *code) creates(text string) {
	made := createsFunction().FindAllStringSubmatch(text, -1)
	for _, m := range made {
		c.functions[strings.ToLower(m[4])] = true
	}
	if len(made) > 0 && setsInBody().MatchString(text) {
		c.functionsSet = true
		c.unnamed = c.unnamed || createsTrigger().MatchString(text) // any statement may
	}
}
