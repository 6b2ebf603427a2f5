package sqltext

import (
	"go/constant"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/sqlcheck"
)

// verbatim are the functions that return one of their arguments as it is, as
// far as SQL goes: the number of that argument, the receiver counted.
var verbatim = map[string]int{
	"strings.TrimSpace":                       0,
	"strings.Clone":                           0,
	"strings.ToValidUTF8":                     0,
	"bytes.TrimSpace":                         0,
	"bytes.Clone":                             0,
	"github.com/jmoiron/sqlx.In":              0,
	"github.com/jmoiron/sqlx.Rebind":          1,
	"(*github.com/jmoiron/sqlx.DB).Rebind":    1,
	"(*github.com/jmoiron/sqlx.Tx).Rebind":    1,
	"(*github.com/jmoiron/sqlx.Conn).Rebind":  1,
	"github.com/jmoiron/sqlx.Named":           0,
	"github.com/jmoiron/sqlx.BindNamed":       1,
	"(*github.com/jmoiron/sqlx.DB).BindNamed": 1,
	"(*github.com/jmoiron/sqlx.Tx).BindNamed": 1,
	"(*strings.Builder).String":               -1,
	"(*bytes.Buffer).String":                  -1,
	"(*bytes.Buffer).Bytes":                   -1,
}

// library resolves calls of functions that handle texts.
func (r *Resolver) library(v *ssa.Call, fn *ssa.Function, result int) (Text, bool) {
	args, b := v.Call.Args, v.Block()
	name := fullName(fn)
	if arg, ok := verbatim[name]; ok && result == 0 {
		if arg < 0 {
			return r.built(v), true
		}
		return trimmed(r.at(args[arg], b), name), true
	}
	switch name {
	case "fmt.Sprintf":
		return r.sprintf(args[0], args[1], b), true
	case "fmt.Appendf":
		return r.concat(r.at(args[0], b), r.sprintf(args[1], args[2], b)), true
	case "fmt.Sprint", "fmt.Sprintln":
		return r.sprint(args[0], b, name == "fmt.Sprintln"), true
	case "fmt.Append", "fmt.Appendln":
		return r.concat(r.at(args[0], b), r.sprint(args[1], b, name == "fmt.Appendln")), true
	case "(github.com/jackc/pgx/v5.Identifier).Sanitize", "(github.com/jackc/pgx/v4.Identifier).Sanitize":
		return r.sanitized(r.list(args[0]))
	case "github.com/lib/pq.QuoteIdentifier":
		return r.sanitized([]segment{{vals: args[:1]}})
	case "github.com/lib/pq.CopyIn":
		return r.copyIn(args[:1], b), true
	case "github.com/lib/pq.CopyInSchema":
		return r.copyIn(args[:2], b), true
	case "strings.Join":
		return r.join(v), true
	case "strings.Repeat":
		return r.repeat(r.at(args[0], b), args[1]), true
	case "strings.ToUpper", "strings.ToLower":
		convert := strings.ToUpper
		if name == "strings.ToLower" {
			convert = strings.ToLower
		}
		return r.literals(r.at(args[0], b), convert), true
	case "strings.Trim", "strings.TrimLeft", "strings.TrimRight", "strings.TrimPrefix", "strings.TrimSuffix":
		return r.trim(name, r.at(args[0], b), args[1]), true
	case "strings.ReplaceAll":
		return r.replaced(v, args[0], args[1], args[2], -1)
	case "strings.Replace":
		if n, ok := constInt(args[3]); ok {
			return r.replaced(v, args[0], args[1], args[2], int(n))
		}
	case "(*strings.Replacer).Replace":
		return r.replacer(v)
	case "(embed.FS).ReadFile", "io/fs.ReadFile":
		if result == 0 {
			return r.readEmbedded(v), true
		}
	case "os.ReadFile", "io/ioutil.ReadFile", "io.ReadAll", "io/ioutil.ReadAll":
		t := r.resultHole(v, result)
		t.Cause = fromFile
		return t, true
	}
	return Text{}, false
}

// copyIn resolves the text with which lib/pq copies rows into a table, whose
// name it quotes.
func (r *Resolver) copyIn(name []ssa.Value, at *ssa.BasicBlock) Text {
	t := plain("COPY ")
	for i, part := range name {
		if i > 0 {
			t = r.concat(t, plain("."))
		}
		t = r.concat(t, r.concat(r.concat(plain(`"`), r.at(part, at)), plain(`"`)))
	}
	return r.concat(t, plain(" FROM STDIN"))
}

// sanitized is a name in quotes, where its parts are constants: which role or
// schema a statement names is to be known then.
func (r *Resolver) sanitized(name []segment) (Text, bool) {
	var quoted []string
	for _, part := range name {
		if part.times != once || len(part.vals) != 1 || constString(part.vals[0]) == "" {
			return Text{}, false
		}
		quoted = append(quoted, `"`+strings.ReplaceAll(constString(part.vals[0]), `"`, `""`)+`"`)
	}
	return plain(strings.Join(quoted, ".")), len(quoted) > 0
}

// literals changes the literal parts of a text, and takes what callers pass
// for unknown: it is changed too.
func (r *Resolver) literals(t Text, convert func(string) string) Text {
	out := Text{Unresolved: t.Unresolved, Each: t.Each, Cause: t.Cause}
	for _, tpl := range t.Templates {
		parts := make([]sqlcheck.Part, len(tpl.Parts))
		for i, p := range r.withoutParams(tpl.Parts) {
			if p.Hole == nil {
				p.Text = convert(p.Text)
			}
			parts[i] = p
		}
		out.Templates = append(out.Templates, sqlcheck.Template{Parts: parts})
	}
	return out
}

// trimmed takes white space off the ends of a text, where they are known.
func trimmed(t Text, name string) Text {
	if !strings.HasSuffix(name, ".TrimSpace") {
		return t
	}
	return edges(t, func(s string) string { return strings.TrimLeft(s, " \t\r\n") },
		func(s string) string { return strings.TrimRight(s, " \t\r\n") })
}

// edges changes the first and the last part of a text, where they are literal.
func edges(t Text, first, last func(string) string) Text {
	out := t
	out.Templates = nil
	for _, tpl := range t.Templates {
		parts := append([]sqlcheck.Part(nil), tpl.Parts...)
		if n := len(parts); n > 0 {
			if parts[0].Hole == nil {
				parts[0].Text = first(parts[0].Text)
			}
			if parts[n-1].Hole == nil {
				parts[n-1].Text = last(parts[n-1].Text)
			}
		}
		out.Templates = append(out.Templates, sqlcheck.Template{Parts: parts})
	}
	return out
}

// trim resolves the functions that cut something off a text.
func (r *Resolver) trim(name string, t Text, what ssa.Value) Text {
	cut := constString(what)
	keep := func(s string) string { return s }
	left, right := keep, keep
	switch name {
	case "strings.TrimPrefix":
		left = func(s string) string { return strings.TrimPrefix(s, cut) }
	case "strings.TrimSuffix":
		right = func(s string) string { return strings.TrimSuffix(s, cut) }
	default:
		if name != "strings.TrimRight" {
			left = func(s string) string { return strings.TrimLeft(s, cut) }
		}
		if name != "strings.TrimLeft" {
			right = func(s string) string { return strings.TrimRight(s, cut) }
		}
	}
	return edges(t, left, right)
}

// repeat resolves a text that is repeated: so many times, or a part.
func (r *Resolver) repeat(t Text, times ssa.Value) Text {
	if n, ok := constInt(times); ok && n >= 0 && n <= 64 {
		out := plain("")
		for range n {
			out = r.concat(out, t)
		}
		return out
	}
	return r.anyNumber(t)
}

// anyNumber is a text any number of times.
func (r *Resolver) anyNumber(t Text) Text {
	var pieces [][]sqlcheck.Part
	for _, tpl := range t.Templates {
		pieces = append(pieces, tpl.Parts)
	}
	parts := r.fragmentOf(pieces)
	if len(parts) == 0 {
		return plain("")
	}
	return Text{Templates: []sqlcheck.Template{{Parts: parts}}, Cause: t.Cause, Unresolved: t.Unresolved}
}

// replaced resolves a replacement in a text that is known at least in parts.
func (r *Resolver) replaced(v *ssa.Call, text, from, to ssa.Value, n int) (Text, bool) {
	t := r.at(text, v.Block())
	old, ok := from.(*ssa.Const)
	if !ok || constString(old) == "" || !anyLiteral(t) {
		return Text{}, false // a value: its quotes may be doubled
	}
	out := Text{Unresolved: t.Unresolved, Each: t.Each, Cause: t.Cause}
	for _, tpl := range t.Templates {
		whole, left := plain(""), n
		for _, p := range r.withoutParams(tpl.Parts) {
			if p.Hole != nil {
				whole = r.concat(whole, holed(p.Hole))
				continue
			}
			whole = r.concat(whole, r.replaceIn(p.Text, constString(old), r.at(to, v.Block()), &left))
		}
		out = r.union(out, whole)
	}
	return out, true
}

// replaceIn replaces text in a literal part, at most *left times unless that
// is negative.
func (r *Resolver) replaceIn(s, old string, to Text, left *int) Text {
	t := plain("")
	for *left != 0 {
		before, after, found := strings.Cut(s, old)
		if !found {
			break
		}
		t = r.concat(r.concat(t, plain(before)), to)
		s = after
		*left--
	}
	return r.concat(t, plain(s))
}

// replacer resolves strings.NewReplacer(..).Replace(text).
func (r *Resolver) replacer(v *ssa.Call) (Text, bool) {
	made, ok := origin(v.Call.Args[0]).(*ssa.Call)
	if !ok || made.Call.StaticCallee() == nil || fullName(made.Call.StaticCallee()) != "strings.NewReplacer" {
		return Text{}, false
	}
	pairs := r.list(made.Call.Args[0])
	t := r.at(v.Call.Args[1], v.Block())
	if !anyLiteral(t) || len(pairs)%2 != 0 {
		return Text{}, false
	}
	for i := 0; i < len(pairs); i += 2 {
		from, to := pairs[i], pairs[i+1]
		if from.times != once || to.times != once || len(from.vals) != 1 || constString(from.vals[0]) == "" || len(to.vals) != 1 {
			return Text{}, false
		}
		out := Text{Unresolved: t.Unresolved, Cause: t.Cause}
		for _, tpl := range t.Templates {
			whole, left := plain(""), -1
			for _, p := range r.withoutParams(tpl.Parts) {
				if p.Hole != nil {
					whole = r.concat(whole, holed(p.Hole))
				} else {
					whole = r.concat(whole, r.replaceIn(p.Text, constString(from.vals[0]), r.Resolve(to.vals[0]), &left))
				}
			}
			out = r.union(out, whole)
		}
		t = out
	}
	return t, true
}

// slice resolves a part of a text: what is cut off an end that is literal.
func (r *Resolver) slice(v *ssa.Slice) Text {
	if !isText(v.X.Type()) {
		return r.hole(v)
	}
	from, to := int64(0), int64(0)
	if v.Low != nil {
		n, ok := constInt(v.Low)
		if !ok {
			return r.hole(v)
		}
		from = n
	}
	if v.High != nil {
		n, ok := lessThanLength(v.High, v.X)
		if !ok {
			return r.hole(v)
		}
		to = n
	}
	return edges(r.at(v.X, v.Block()),
		func(s string) string { return s[min(from, int64(len(s))):] },
		func(s string) string { return s[:max(0, int64(len(s))-to)] })
}

// lessThanLength recognises len(x) - n.
func lessThanLength(v, x ssa.Value) (int64, bool) {
	op, ok := v.(*ssa.BinOp)
	if !ok || op.Op.String() != "-" {
		return 0, false
	}
	length, ok := op.X.(*ssa.Call)
	if !ok {
		return 0, false
	}
	if b, isBuiltin := length.Call.Value.(*ssa.Builtin); !isBuiltin || b.Name() != "len" || origin(length.Call.Args[0]) != origin(x) {
		return 0, false
	}
	return constInt(op.Y)
}

func constInt(v ssa.Value) (int64, bool) {
	c, ok := v.(*ssa.Const)
	if !ok || c.Value == nil || c.Value.Kind() != constant.Int {
		return 0, false
	}
	return c.Int64(), true
}

// anyLiteral reports whether some part of a text is known.
func anyLiteral(t Text) bool {
	for _, tpl := range t.Templates {
		if size(tpl) > 0 {
			return true
		}
	}
	return false
}
