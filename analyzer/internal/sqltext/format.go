package sqltext

import (
	"go/constant"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/lazyssa"
	"github.com/tenantvet/tenantvet/sqlcheck"
)

// sprintf resolves fmt.Sprintf with a constant format.
func (r *Resolver) sprintf(v *ssa.Call, args []ssa.Value) Text {
	elems, ok := lazyssa.Variadic(args[1])
	formats := r.Resolve(args[0])
	if !ok || formats.Unresolved {
		return hole(v)
	}
	var t Text
	for _, f := range formats.Templates {
		format, isConst := f.Const()
		if !isConst {
			return hole(v)
		}
		t = union(t, r.format(format, elems))
	}
	return t
}

// format expands one format string. Flags, widths and argument indexes don't
// change what a verb can insert.
func (r *Resolver) format(format string, elems []ssa.Value) Text {
	t := plain("")
	next := 0
	for {
		lit, rest, found := strings.Cut(format, "%")
		t = concat(t, plain(lit))
		if !found {
			return t
		}
		i := strings.IndexFunc(rest, func(c rune) bool {
			return c == '%' || c == '[' || c == '*' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
		})
		if i < 0 {
			return t
		}
		verb := rest[i]
		if verb == '[' {
			end := strings.IndexByte(rest[i:], ']')
			if end < 0 || i+end+1 >= len(rest) {
				return t
			}
			next = int(argIndex(rest[i+1:i+end])) - 1
			i += end + 1
			verb = rest[i]
		}
		format = rest[i+1:]
		if verb == '%' {
			t = concat(t, plain("%"))
			continue
		}
		if next < 0 || next >= len(elems) {
			t = concat(t, Text{Templates: []sqlcheck.Template{{Parts: []sqlcheck.Part{{Hole: &sqlcheck.Hole{}}}}}})
			continue
		}
		t = concat(t, r.verb(verb, elems[next]))
		next++
	}
}

// verb resolves one operand under its verb.
func (r *Resolver) verb(verb byte, elem ssa.Value) Text {
	switch verb {
	case 'd', 'b', 'o', 'x', 'X', 't', 'f', 'e', 'g', 'c', 'p', 'U':
		if c, ok := constOperand(elem); ok {
			return plain(c)
		}
		// Whatever the operand is, what these verbs print holds no quote,
		// unless it is a string under %x, which prints digits.
		return Text{Templates: []sqlcheck.Template{{Parts: []sqlcheck.Part{{Hole: &sqlcheck.Hole{Trust: sqlcheck.Inert, Type: elem.Type().String()}}}}}}
	case 'q':
		// Go's quoting escapes for Go, not for SQL: a quote in the value ends
		// an SQL literal all the same.
		return concat(concat(plain(`"`), r.operand(elem)), plain(`"`))
	}
	return r.operand(elem)
}

func constOperand(elem ssa.Value) (string, bool) {
	if mi, ok := elem.(*ssa.MakeInterface); ok {
		elem = mi.X
	}
	c, ok := elem.(*ssa.Const)
	if !ok || c.Value == nil || c.Value.Kind() != constant.Int {
		return "", false
	}
	return c.Value.ExactString(), true
}

func argIndex(s string) (n int64) {
	for _, c := range s {
		if c < '0' || c > '9' || n > 1000 {
			return 0
		}
		n = n*10 + int64(c-'0')
	}
	return n
}
