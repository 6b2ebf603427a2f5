package sqltext

import (
	"go/constant"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/sqlcheck"
)

// sprintf expands a format, as far as it is known.
func (r *Resolver) sprintf(format, args ssa.Value, at *ssa.BasicBlock) Text {
	elems := r.list(args)
	formats := r.at(format, at)
	out := Text{Unresolved: formats.Unresolved}
	for _, f := range formats.Templates {
		e := expansion{r: r, elems: elems, at: at, text: plain("")}
		for _, p := range f.Parts {
			if p.Hole != nil {
				e.text = r.concat(e.text, Text{Templates: []sqlcheck.Template{{Parts: []sqlcheck.Part{p}}}, Cause: formats.Cause})
				continue
			}
			e.format(p)
		}
		out = r.union(out, e.text)
	}
	return out
}

// An expansion is a format that is being expanded.
type expansion struct {
	r     *Resolver
	elems []segment
	at    *ssa.BasicBlock
	next  int
	text  Text
}

// format expands one literal part. Flags, widths and argument indexes don't
// change what a verb can insert.
func (e *expansion) format(part sqlcheck.Part) {
	format := part.Text
	for {
		lit, rest, found := strings.Cut(format, "%")
		e.text = e.r.concat(e.text, plain(lit))
		if !found {
			return
		}
		i := strings.IndexFunc(rest, func(c rune) bool {
			return c == '%' || c == '[' || c == '*' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
		})
		if i < 0 {
			return
		}
		verb := rest[i]
		if verb == '[' {
			end := strings.IndexByte(rest[i:], ']')
			if end < 0 || i+end+1 >= len(rest) {
				return
			}
			e.next = int(argIndex(rest[i+1:i+end])) - 1
			i += end + 1
			verb = rest[i]
		}
		format = rest[i+1:]
		switch verb {
		case '%':
			e.text = e.r.concat(e.text, plain("%"))
		case '*':
			e.next++ // a width: the verb follows
			format = "%" + format
		default:
			e.text = e.r.concat(e.text, e.verb(verb))
			e.next++
		}
	}
}

// verb resolves the next operand under its verb.
func (e *expansion) verb(verb byte) Text {
	elem, ok := e.operand()
	switch verb {
	case 'd', 'b', 'o', 'x', 'X', 't', 'f', 'e', 'g', 'c', 'p', 'U', 'E', 'G', 'F':
		typ := ""
		if ok {
			if c, isConst := constOperand(elem); isConst && verb == 'd' {
				return plain(c)
			}
			typ = operandType(elem)
		}
		// Whatever the operand is, what these verbs print holds no quote,
		// unless it is a string under %x, which prints digits.
		return holed(&sqlcheck.Hole{Trust: sqlcheck.Inert, Type: typ})
	}
	if !ok {
		return fragment(sqlcheck.Free, "text from formatted arguments")
	}
	t := e.r.operand(elem, e.at)
	if verb == 'q' {
		// Go's quoting escapes for Go, not for SQL: a quote in the value ends
		// an SQL literal all the same.
		return e.r.concat(e.r.concat(plain(`"`), t), plain(`"`))
	}
	return t
}

// operand is the next operand, if it is surely that one.
func (e *expansion) operand() (ssa.Value, bool) {
	if e.next < 0 || e.next >= len(e.elems) {
		return nil, false
	}
	for _, s := range e.elems[:e.next+1] {
		if s.times != once {
			return nil, false
		}
	}
	if vals := e.elems[e.next].vals; len(vals) == 1 {
		return vals[0], true
	}
	return nil, false
}

func operandType(v ssa.Value) string {
	if mi, ok := v.(*ssa.MakeInterface); ok {
		v = mi.X
	}
	return types.TypeString(v.Type(), nil)
}

// sprint resolves the arguments of fmt.Sprint and its kin, which put a space
// between operands that are both no strings.
func (r *Resolver) sprint(args ssa.Value, at *ssa.BasicBlock, line bool) Text {
	t := plain("")
	var before ssa.Value
	for i, e := range r.list(args) {
		if e.times != once || len(e.vals) != 1 {
			return r.concat(t, fragment(sqlcheck.Free, "text from formatted arguments"))
		}
		v := e.vals[0]
		if i > 0 && (line || !isStringOperand(before) && !isStringOperand(v)) {
			t = r.concat(t, plain(" "))
		}
		t, before = r.concat(t, r.operand(v, at)), v
	}
	if line {
		t = r.concat(t, plain("\n"))
	}
	return t
}

func isStringOperand(v ssa.Value) bool {
	if mi, ok := v.(*ssa.MakeInterface); ok {
		v = mi.X
	}
	b, ok := v.Type().(*types.Basic)
	return ok && b.Info()&types.IsString != 0
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
