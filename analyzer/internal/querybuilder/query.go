package querybuilder

import (
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/sqlcheck"
)

// A text is a piece of SQL: literal text with holes.
type text []sqlcheck.Part

func lit(s string) text { return text{{Text: s}} }

// unknown is syntax that the program adds, but can't be read here.
func unknown() text {
	return text{{Hole: &sqlcheck.Hole{Trust: sqlcheck.Constant, Type: "string"}}}
}

// cat joins texts; nil ones vanish.
func cat(texts ...text) text {
	var out text
	for _, t := range texts {
		for _, p := range t {
			if n := len(out); p.Hole == nil && n > 0 && out[n-1].Hole == nil {
				out[n-1].Text += p.Text
				continue
			}
			out = append(out, p)
		}
	}
	return out
}

func join(texts []text, sep string) text {
	var out text
	for i, t := range texts {
		if i > 0 {
			out = cat(out, lit(sep))
		}
		out = cat(out, t)
	}
	return out
}

func parens(t text) text { return cat(lit("("), t, lit(")")) }

func (t text) String() string { return sqlcheck.Template{Parts: t}.String() }

// constant returns a text without holes.
func (t text) constant() (string, bool) { return sqlcheck.Template{Parts: t}.Const() }

// A piece is one element of a clause.
type piece struct {
	text
	// or: a condition that is joined to the ones before it by OR.
	or bool
	// maybe: a stretch of the clause of which nothing is known; it may be empty.
	maybe bool
}

func something() piece { return piece{text: unknown(), maybe: true} }

func (p piece) same(q piece) bool {
	return p.or == q.or && p.maybe == q.maybe && p.String() == q.String()
}

// Clauses of a query, in the order of none of the statements.
type clause uint8

const (
	prefix clause = iota
	option
	column // what a SELECT returns, what an INSERT names
	table
	from // besides the target of UPDATE and DELETE
	joined
	set
	row // of VALUES
	source
	where
	group
	having
	order
	limit
	suffix
	returning
	assigned // bun's Value: column and value by turns
	clauses
)

type operation uint8

const (
	undecided operation = iota
	selects
	inserts
	updates
	deletes
	truncates
	raw // the whole statement is in prefix
)

// A query is a statement as far as a chain of calls has put it together.
type query struct {
	op   operation
	list [clauses][]piece
	model
	// open: the chain started where it can't be seen, so that it may have
	// conditions and more already.
	open bool
	// unscoped: gorm's soft deletion is switched off.
	unscoped bool
	// named is the target as bun's ModelTableExpr writes it.
	named text
	// value is what Model was called with.
	value ssa.Value
	// tags is the key of the tags that map the model to columns.
	tags string
	// also is a second statement that the same call sends.
	also *query
}

func (q query) tagKey() string {
	if q.tags == "" {
		return "bun"
	}
	return q.tags
}

// add appends to a clause.
func (q query) add(c clause, ps ...piece) query {
	q.list[c] = append(slices.Clip(q.list[c]), ps...)
	return q
}

func (q query) addText(c clause, ts ...text) query {
	for _, t := range ts {
		q = q.add(c, piece{text: t})
	}
	return q
}

// replace sets a clause.
func (q query) replace(c clause, ts ...text) query {
	q.list[c] = nil
	return q.addText(c, ts...)
}

// like reports whether two queries are one statement that some paths extend.
func (q query) like(r query) bool {
	return q.op == r.op && q.open == r.open && q.model.same(r.model) && slices.EqualFunc(q.list[table], r.list[table], piece.same)
}

// meet returns what two queries have in common, with holes for the rest.
func meet(q, r query) query {
	for c := range q.list {
		q.list[c] = meetPieces(q.list[c], r.list[c])
	}
	return q
}

func meetPieces(a, b []piece) []piece {
	n := 0
	for n < len(a) && n < len(b) && a[n].same(b[n]) {
		n++
	}
	if n == len(a) && n == len(b) {
		return a
	}
	out := slices.Clone(a[:n])
	if n > 0 && out[n-1].maybe {
		return out
	}
	or := slices.ContainsFunc(a[n:], isOr) || slices.ContainsFunc(b[n:], isOr)
	p := something()
	p.or = or
	return append(out, p)
}

func isOr(p piece) bool { return p.or }

// maxQueries bounds the statements that one chain may turn out to be.
const maxQueries = 8

// merge adds queries to a list, one for each statement that they can be.
func merge(list []query, more ...query) []query {
next:
	for _, q := range more {
		for i := range list {
			if list[i].like(q) {
				list[i] = meet(list[i], q)
				continue next
			}
		}
		list = append(list, q)
	}
	return list
}

// render writes the statement, nil if nothing is known about it.
func (q query) render() text {
	var w writer
	if q.op != raw {
		w.clause("", q.list[prefix], " ")
	}
	switch q.op {
	case selects:
		w.write(lit("SELECT"))
		w.clause("", q.list[option], " ")
		w.clause("", orDefault(q.list[column], "*"), ", ")
		w.clause("FROM", q.tables(), ", ")
	case inserts:
		w.write(lit("INSERT INTO"))
		w.clause("", q.tables(), ", ")
		if len(q.list[column]) > 0 {
			w.write(parens(pieces(q.list[column], ", ")))
		}
		w.clause("VALUES", q.list[row], ", ")
		w.clause("", q.list[source], " ")
	case updates:
		w.write(lit("UPDATE"))
		w.clause("", q.tables(), ", ")
		w.clause("SET", q.list[set], ", ")
		w.clause("FROM", q.list[from], ", ")
	case deletes:
		w.write(lit("DELETE FROM"))
		w.clause("", q.tables(), ", ")
		w.clause("USING", q.list[from], ", ")
	case truncates:
		w.write(lit("TRUNCATE TABLE"))
		w.clause("", q.tables(), ", ")
		w.clause("", q.list[option], " ")
		return w.out
	case raw:
		return pieces(q.list[prefix], " ")
	default:
		return nil
	}
	w.clause("", q.list[joined], " ")
	if q.op != inserts {
		conditions := q.list[where]
		if q.open {
			conditions = append([]piece{something()}, conditions...)
		}
		w.conditions("WHERE", conditions)
	}
	w.clause("GROUP BY", q.list[group], ", ")
	w.conditions("HAVING", q.list[having])
	w.clause("ORDER BY", q.list[order], ", ")
	w.clause("", q.list[limit], " ")
	w.clause("", q.list[suffix], " ")
	w.clause("", q.list[returning], " ")
	if q.also != nil {
		return cat(w.out, lit("; "), q.also.render())
	}
	return w.out
}

// tables are the target or what stands in FROM; a hole if that is not known.
func (q query) tables() []piece {
	if len(q.list[table]) == 0 && (q.open || q.op != selects) {
		return []piece{{text: unknown()}}
	}
	return q.list[table]
}

func orDefault(ps []piece, s string) []piece {
	if len(ps) == 0 {
		return []piece{{text: lit(s)}}
	}
	return ps
}

func pieces(ps []piece, sep string) text {
	texts := make([]text, len(ps))
	for i, p := range ps {
		texts[i] = p.text
	}
	return join(texts, sep)
}

// A writer puts the clauses of a statement in a row.
type writer struct{ out text }

func (w *writer) write(t text) {
	if len(w.out) > 0 && len(t) > 0 {
		w.out = cat(w.out, lit(" "))
	}
	w.out = cat(w.out, t)
}

func (w *writer) clause(keyword string, ps []piece, sep string) {
	if len(ps) == 0 {
		return
	}
	if keyword != "" {
		w.write(lit(keyword))
	}
	w.write(pieces(ps, sep))
}

// conditions writes a clause of conditions. The unknown ones come last: the
// order means nothing to AND, and what is known is read more surely.
func (w *writer) conditions(keyword string, ps []piece) {
	if len(ps) == 0 {
		return
	}
	if !slices.ContainsFunc(ps, isOr) {
		ps = slices.Clone(ps)
		slices.SortStableFunc(ps, func(a, b piece) int { return maybeLast(a) - maybeLast(b) })
	}
	if keyword != "" {
		w.write(lit(keyword))
	}
	for i, p := range ps {
		switch {
		case i == 0:
		case p.or:
			w.write(lit("OR"))
		default:
			w.write(lit("AND"))
		}
		w.write(p.text)
	}
}

func maybeLast(p piece) int {
	if p.maybe {
		return 1
	}
	return 0
}

// quote writes an identifier as the builders do.
func quote(name string) string {
	parts := strings.Split(name, ".")
	for i, p := range parts {
		if p != "*" {
			parts[i] = `"` + strings.ReplaceAll(p, `"`, `""`) + `"`
		}
	}
	return strings.Join(parts, ".")
}
