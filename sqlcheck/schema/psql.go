package schema

import (
	"strings"

	"github.com/tenantvet/tenantvet/sqlcheck/internal/plpgsql"
)

// A psql is what psql's own commands left: variables, and the branches that \if
// is in.
type psql struct {
	vars     map[string]string
	branches []branch
}

// A branch is an \if that is not closed.
type branch struct {
	off   bool // what follows is not run
	taken bool // a branch was run; the others are not
}

// off reports whether the commands and statements are passed over.
func (p *psql) off() bool {
	for _, b := range p.branches {
		if b.off {
			return true
		}
	}
	return false
}

// command runs a command of psql, as far as it changes what follows.
func (r *replay) command(text string) {
	words := strings.Fields(r.psql.fill(text))
	if len(words) == 0 || r.psql.condition(words) || r.psql.off() {
		return
	}
	switch words[0] {
	case "set":
		if len(words) > 1 {
			value := ""
			for _, w := range words[2:] {
				value += unquoted(w)
			}
			r.psql.set(words[1], value)
		}
	case "unset":
		if len(words) > 1 {
			delete(r.psql.vars, words[1])
		}
	case "c", "connect":
		r.endTransaction()
		if len(words) > 2 && words[2] != "-" {
			r.login = unquoted(words[2])
		}
		r.connect()
	case "i", "ir", "include", "include_relative":
		r.skip(`\` + words[0])
	}
}

// maxVariable and maxFilled bound the text that variables make: one can hold
// another twice.
const maxVariable, maxFilled = 1 << 10, 50

func (p *psql) set(name, value string) {
	if len(value) > maxVariable {
		delete(p.vars, name)
		return
	}
	if p.vars == nil {
		p.vars = map[string]string{}
	}
	p.vars[name] = value
}

// condition handles \if and its kin. Where a condition is not known, all branches
// are run.
func (p *psql) condition(words []string) bool {
	last := len(p.branches) - 1
	switch words[0] {
	case "if":
		is, known := truth(words)
		p.branches = append(p.branches, branch{off: known && !is, taken: known && is})
	case "elif":
		if last >= 0 {
			b := &p.branches[last]
			is, known := truth(words)
			b.off = b.taken || known && !is
			b.taken = b.taken || known && is
		}
	case "else":
		if last >= 0 {
			p.branches[last].off = p.branches[last].taken
		}
	case "endif":
		if last >= 0 {
			p.branches = p.branches[:last]
		}
	default:
		return false
	}
	return true
}

// truth reads a condition; what has a variable that is not known in it is not known.
func truth(words []string) (is, known bool) {
	if len(words) != 2 {
		return false, false
	}
	switch strings.ToLower(unquoted(words[1])) {
	case "true", "on", "yes", "1", "t":
		return true, true
	case "false", "off", "no", "0", "f":
		return false, true
	}
	return false, false
}

func unquoted(word string) string {
	if len(word) > 1 && (word[0] == '\'' || word[0] == '"') && word[len(word)-1] == word[0] {
		return word[1 : len(word)-1]
	}
	return word
}

var psqlVariable = pattern(`(^|[^:\w]):(?:\{\?(\w+)\}|'(\w+)'|"(\w+)"|(\w+))`)

// fill puts the values of known variables in. Whether another one is set is not
// known: the command line may do that.
func (p *psql) fill(text string) string {
	if len(p.vars) == 0 || !strings.Contains(text, ":") {
		return text
	}
	filled := 0
	return psqlVariable().ReplaceAllStringFunc(text, func(all string) string {
		if filled++; filled > maxFilled {
			return all
		}
		m := psqlVariable().FindStringSubmatch(all)
		for i, show := range []func(string) string{
			func(string) string { return "true" }, plpgsql.QuoteLiteral, plpgsql.QuoteIdent, func(s string) string { return s },
		} {
			if value, ok := p.vars[m[i+2]]; ok && m[i+2] != "" {
				return m[1] + show(value)
			}
		}
		return all
	})
}

// gset keeps the columns of a query's only row as variables.
func (r *replay) gset(c chunk) {
	m := &machine{env: env{r: r, vars: map[string]value{}}, base: -1, what: "gset"}
	prefix := ""
	if words := strings.Fields(c.meta); len(words) > 1 {
		prefix = words[1]
	}
	rows := m.rows(c.text)
	if rows == nil || len(*rows) != 1 {
		return
	}
	for i, v := range (*rows)[0].list {
		if v.scalar() {
			r.psql.set(prefix+(*rows)[0].cols[i], v.text)
		}
	}
}
