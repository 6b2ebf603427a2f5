package goddl

import (
	"fmt"
	"regexp"
	"strings"
	"sync"

	"github.com/tenantvet/tenantvet/sqlcheck"
)

// A Segment is what code of one file runs in a row.
type Segment struct {
	File  string
	SQL   string
	Lines []int // Lines[i] is where the line i of SQL stands in the file
	Asks  bool  // it asks the catalog which tables there are
}

// ddl finds statements that change a schema upward at the beginning of a text, or of a
// line of it. What a program sets while it runs is none of them, nor is what takes
// tables away.
var ddl = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?im)^\s*(create|alter|grant|revoke|do\s*\$|drop\s+(policy|trigger|index|function|view|materialized))\b`)
})

// protects finds those that may protect tables, or make them.
var protects = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)\b(row\s+level\s+security|policy|create\s+(unlogged\s+|foreign\s+)?table)\b`)
})

// An each is a loop over the rows of a query.
type each struct {
	query *query
	vars  []string // one for each column that is looked at
	body  []node
}

// A node is a statement in such a loop, or a loop in it.
type node struct {
	conds []string
	sql   text
	loop  *each
}

// An output collects the statements of a run.
type output struct {
	segments []Segment
	unknown  map[place]bool
	used     map[string]map[int]bool // file → offsets of the literals that statements are made of
	seen     map[string]bool
}

type place struct {
	file string
	line int
}

// send is called where a text reaches something that may run it.
func (r *run) send(t text) {
	shape := t.shape()
	if len(shape) > maxText || !ddl().MatchString(shape) {
		return
	}
	if _, known := t.known(); known && !isSQL(shape) {
		return
	}
	for _, p := range t {
		if p.lit.IsValid() && p.file != nil {
			used := r.out.used[p.file.rel]
			if used == nil {
				used = map[int]bool{}
				r.out.used[p.file.rel] = used
			}
			used[r.m.fset.Position(p.lit).Offset] = true
		}
	}
	at, ok := t.place()
	if !ok {
		return
	}
	if !t.whole() || r.doubt > 0 {
		if protects().MatchString(shape) {
			r.out.unknown[at] = true
		}
		return
	}
	if len(r.loops) > 0 {
		in := r.loops[len(r.loops)-1]
		in.body = append(in.body, node{conds: append([]string(nil), r.conds...), sql: t})
		return
	}
	if sql, ok := t.known(); ok {
		key := fmt.Sprint(at) + sql
		if !r.out.seen[key] {
			r.out.seen[key] = true
			r.out.add(at.file, func(w *writer) { w.text(t, false) })
		}
	}
}

// maxText bounds the statements that loops put together.
const maxText = 1 << 20

// isSQL reports whether a constant is SQL, and not English that begins alike.
func isSQL(s string) bool { return sqlcheck.Analyze(sqlcheck.Text(s)).Err == nil }

// place is where the first constant of a text stands.
func (t text) place() (place, bool) {
	for _, p := range t {
		if p.file != nil && strings.TrimSpace(p.text) != "" {
			trimmed := p.cut(len(p.text)-len(strings.TrimLeft(p.text, " \t\r\n")), len(p.text))
			return place{p.file.rel, trimmed.line}, true
		}
	}
	return place{}, false
}

// closeLoop writes the outermost loop over rows as a DO block.
func (r *run) closeLoop(l *each) {
	if len(r.loops) > 0 || len(l.body) == 0 {
		return
	}
	r.out.add(l.query.file.rel, func(w *writer) {
		w.line(l.query.line, "DO $tenantvet$ DECLARE "+declarations(l)+"BEGIN")
		w.loop(l)
		w.line(l.query.line, "END $tenantvet$")
	})
	r.out.segments[len(r.out.segments)-1].Asks = true
}

func declarations(l *each) string {
	out := ""
	for _, v := range l.vars {
		out += v + " text; "
	}
	for _, n := range l.body {
		if n.loop != nil {
			out += declarations(n.loop)
		}
	}
	return out
}

// add appends a statement to the last segment, if that is of the same file.
func (o *output) add(file string, write func(*writer)) {
	if len(o.segments) == 0 || o.segments[len(o.segments)-1].File != file {
		o.segments = append(o.segments, Segment{File: file})
	}
	s := &o.segments[len(o.segments)-1]
	w := &writer{file: file}
	write(w)
	s.SQL += w.b.String() + ";\n"
	s.Lines = append(s.Lines, w.lines...)
}

// A writer writes a statement and notes where its lines stand.
type writer struct {
	file  string
	b     strings.Builder
	lines []int
	mid   bool // in a line
	last  int  // line of the file
}

func (w *writer) start(line int) {
	if w.mid {
		return
	}
	if line <= 0 {
		line = w.last
	}
	w.mid, w.last = true, line
	w.lines = append(w.lines, line)
}

func (w *writer) end() {
	w.b.WriteByte('\n')
	w.mid = false
}

func (w *writer) line(at int, s string) {
	for l := range strings.SplitSeq(s, "\n") {
		if w.mid {
			w.end()
		}
		w.start(at)
		w.b.WriteString(l)
	}
}

// text writes a statement, or as the literals and expressions of EXECUTE.
func (w *writer) text(t text, quote bool) {
	if at, ok := t.place(); ok {
		w.last = at.line
	}
	if !quote {
		t = t.trim(" \t\r\n;")
	}
	for i, p := range t {
		if p.file != nil && p.file.rel != w.file {
			p.line = w.last // a part from another file
		}
		if quote && i > 0 {
			w.b.WriteString(" || ")
		}
		if p.expr != "" {
			w.start(p.line)
			w.b.WriteString(p.expr)
			continue
		}
		s := p.text
		if quote {
			s = literal(s)
		}
		line := p.line
		for j, l := range strings.Split(s, "\n") {
			if j > 0 {
				w.end()
				if p.raw {
					line++
				}
			}
			w.start(line)
			w.b.WriteString(l)
		}
		if p.file != nil {
			w.last = line
		}
	}
}

// loop writes a loop over rows in PL/pgSQL.
func (w *writer) loop(l *each) {
	w.line(l.query.line, "FOR "+strings.Join(l.vars, ", ")+" IN "+l.query.sql+" LOOP")
	for _, n := range l.body {
		if len(n.conds) > 0 {
			w.line(0, "IF ("+strings.Join(n.conds, ") AND (")+") THEN")
		}
		if n.loop != nil {
			w.loop(n.loop)
		} else {
			w.end()
			at, _ := n.sql.place()
			w.start(at.line)
			w.b.WriteString("EXECUTE ")
			w.text(n.sql, true)
			w.b.WriteString(";")
		}
		if len(n.conds) > 0 {
			w.b.WriteString(" END IF;")
		}
	}
	w.line(0, "END LOOP;")
}
