package schema

import (
	"math"
	"slices"
	"strings"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	pg "github.com/tenantvet/tenantvet/sqlcheck/internal/pgparse"
	"github.com/tenantvet/tenantvet/sqlcheck/internal/plpgsql"
)

// A sequence is there for its name, which no table may take, and goes with the
// column that owns it.
type sequence struct {
	table  *table // nil without an owner
	column string
}

// A domain is a type with a default of its own.
type domain struct {
	text string
	expr *pg.Node
}

// ownSequence makes the sequence of a serial or identity column.
func (r *replay) ownSequence(t *table, column string) (name string) {
	name = r.freeName(t.Schema, t.Name, column, "seq", false)
	r.sequences[key(t.Schema, name)] = &sequence{t, column}
	return name
}

// setDefault gives a column a default; nil takes it away.
func (t *table) setDefault(column string, expr *pg.Node, text string) {
	c := t.column(column)
	if c == nil {
		return
	}
	c.Default = text
	if expr == nil {
		delete(t.defaults, column)
		return
	}
	if t.defaults == nil {
		t.defaults = map[string]*pg.Node{}
	}
	t.defaults[column] = expr
}

// serialDefault is what the server makes of a serial column.
func serialDefault(schema, sequence string) string {
	name := plpgsql.QuoteIdent(sequence)
	if schema != "public" {
		name = plpgsql.QuoteIdent(schema) + "." + name
	}
	return "nextval(" + plpgsql.QuoteLiteral(name) + "::regclass)"
}

// defaultText cuts the expression of a DEFAULT or GENERATED constraint out of
// the statement. As with policies the source is what a message should show.
func (r *replay) defaultText(c *pg.Constraint) string {
	if from := int(c.GetLocation()); from >= 0 && from < len(r.source) {
		if text := expressionAfter(r.source[from:], c.GetContype() == pg.ConstrType_CONSTR_GENERATED); text != "" {
			return text
		}
	}
	return deparsed(c.GetRawExpr())
}

// setDefaultText does it for SET DEFAULT, of which the parser keeps no position.
func (r *replay) setDefaultText(expr *pg.Node) string {
	const word = "default"
	from := leftmost(expr)
	if from > len(r.source) {
		return deparsed(expr)
	}
	// Before the first position there can only be parentheses and white space.
	for at := from - len(word); at >= max(r.sourceStart, from-200); at-- {
		if strings.EqualFold(r.source[at:at+len(word)], word) {
			return expressionAfter(r.source[at:], false)
		}
	}
	return deparsed(expr)
}

// expressionAfter reads the expression after DEFAULT, or that in the
// parentheses after GENERATED ALWAYS AS.
func expressionAfter(src string, generated bool) string {
	l := &lexer{src: src}
	first := l.next()
	if generated {
		for t := first; !t.is("("); t = l.next() {
			if t.kind == tokEOF {
				return ""
			}
		}
	} else if !first.is("default") {
		return ""
	}
	var ts []token
	depth, cases := 0, 0
	for {
		t := l.next()
		if depth == 0 && cases == 0 && len(ts) > 0 && !generated && endsDefault(ts[len(ts)-1], t) {
			break
		}
		switch {
		case t.is("("), t.is("["):
			depth++
		case t.is(")"), t.is("]"):
			depth--
		case t.is("case"):
			cases++
		case t.is("end") && cases > 0:
			cases--
		}
		if depth < 0 || t.kind == tokEOF {
			break
		}
		ts = append(ts, t)
	}
	return foldSpace(src, ts)
}

// endsDefault reports whether a token begins what follows an expression.
func endsDefault(last, t token) bool {
	switch {
	case t.kind == tokPunct:
		return t.text == "," || t.text == ";"
	case t.kind != tokWord || last.is("is") || last.is("."):
		return false
	}
	switch t.text {
	case "constraint", "not", "null", "unique", "primary", "check", "default", "generated", "references",
		"deferrable", "initially", "collate", "storage", "compression":
		return true
	}
	return false
}

// leftmost returns the least position in an expression, -1 without any.
func leftmost(expr *pg.Node) int {
	least := math.MaxInt
	walk(expr, func(n *pg.Node) bool {
		m := n.ProtoReflect()
		if set := m.WhichOneof(m.Descriptor().Oneofs().Get(0)); set != nil {
			inner := m.Get(set).Message()
			if f := inner.Descriptor().Fields().ByName("location"); f != nil && f.Kind() == protoreflect.Int32Kind {
				if at := int(inner.Get(f).Int()); at > 0 {
					least = min(least, at)
				}
			}
		}
		return true
	})
	if least == math.MaxInt {
		return -1
	}
	return least
}

func deparsed(expr *pg.Node) string {
	text, err := pg.Deparse(expr)
	if err != nil {
		return "?"
	}
	return text
}

func cloneExpr(n *pg.Node) *pg.Node {
	if n == nil {
		return nil
	}
	return proto.Clone(n).(*pg.Node)
}

func (r *replay) createDomain(s *pg.CreateDomainStmt) {
	schema, name := qualified(s.GetDomainname())
	for _, n := range s.GetConstraints() {
		if c := n.GetConstraint(); c.GetContype() == pg.ConstrType_CONSTR_DEFAULT {
			r.domains[typeKey(schema, name)] = &domain{r.defaultText(c), c.GetRawExpr()}
		}
	}
}

func (r *replay) alterDomain(s *pg.AlterDomainStmt) {
	if s.GetSubtype() != "T" {
		return
	}
	k := typeKey(qualified(s.GetTypeName()))
	delete(r.domains, k)
	if s.GetDef() != nil {
		r.domains[k] = &domain{r.setDefaultText(s.GetDef()), s.GetDef()}
	}
}

// typeKey is a type's name as Column.Type has it.
func typeKey(schema, name string) string {
	if schema == "" {
		return name
	}
	return key(schema, name)
}

func (r *replay) createSequence(s *pg.CreateSeqStmt) {
	if s.GetSequence().GetRelpersistence() == "t" {
		return
	}
	schema, name := r.newKey(s.GetSequence())
	if r.isRelation(schema, name) {
		return
	}
	seq := &sequence{}
	r.sequences[key(schema, name)] = seq
	r.ownedBy(seq, s.GetOptions())
}

func (r *replay) alterSequence(s *pg.AlterSeqStmt) {
	if k := r.findSequence(s.GetSequence().GetSchemaname(), s.GetSequence().GetRelname()); k != "" {
		r.ownedBy(r.sequences[k], s.GetOptions())
	}
}

func (r *replay) ownedBy(seq *sequence, options []*pg.Node) {
	d := option(options, "owned_by")
	if d == nil {
		return
	}
	parts := names(d.GetArg().GetList().GetItems())
	seq.table, seq.column = nil, ""
	switch len(parts) {
	case 2:
		seq.table, seq.column = r.table("", parts[0]), parts[1]
	case 3:
		seq.table, seq.column = r.table(parts[0], parts[1]), parts[2]
	}
}

func (c *catalog) findSequence(schema, name string) string {
	if schema != "" {
		if k := key(schema, name); c.sequences[k] != nil {
			return k
		}
		return ""
	}
	for _, s := range append(slices.Clone(c.searchPath), "public") {
		if k := key(s, name); c.sequences[k] != nil {
			return k
		}
	}
	return ""
}

// moveSequence gives a sequence another name, also in the serial column that
// owns it: the server knows sequences by number.
func (c *catalog) moveSequence(k, schema, name string) {
	seq := c.sequences[k]
	delete(c.sequences, k)
	c.sequences[key(schema, name)] = seq
	if t := seq.table; t != nil {
		if c := t.column(seq.column); c != nil && strings.HasPrefix(c.Default, "nextval(") && t.defaults[seq.column] == nil {
			c.Default = serialDefault(schema, name)
		}
	}
}

func (c *catalog) dropSequences(t *table, column string) {
	for k, seq := range c.sequences {
		if seq.table == t && (column == "" || seq.column == column) {
			delete(c.sequences, k)
		}
	}
}
