package sqlcheck

import (
	"strings"

	pg "github.com/tenantvet/tenantvet/sqlcheck/internal/pgparse"
)

// do walks the statements in the body of a DO. PL/pgSQL is not parsed: the
// statements are found by the words that can stand before one, and those that
// the SQL parser doesn't take are left out. What they set is never certain.
func (w *walker) do(s *pg.DoStmt) {
	for _, a := range s.GetArgs() {
		switch d := a.GetDefElem(); d.GetDefname() {
		case "language":
			if d.GetArg().GetString_().GetSval() != "plpgsql" {
				return
			}
		case "as":
			if start, end, ok := bodyText(w.sql, w.base+int(d.GetLocation())); ok {
				w.body(start, end)
			}
		}
	}
}

// bodyText finds the text between the dollar quotes at or after an offset. A
// body in single quotes has its quotes doubled, so that it is not read.
func bodyText(sql string, from int) (start, end int, ok bool) {
	if from < 0 || from >= len(sql) || sql[from] != '$' {
		return 0, 0, false
	}
	tag := strings.IndexByte(sql[from+1:], '$') + 2
	if tag < 2 {
		return 0, 0, false
	}
	start = from + tag
	n := strings.Index(sql[start:], sql[from:start])
	return start, start + n, n >= 0
}

// body walks the statements between two offsets.
func (w *walker) body(start, end int) {
	text := w.sql[start:end]
	var tokens []pg.Token
	for _, t := range pg.Lex(text) {
		if t.Kind != pg.CommentToken {
			tokens = append(tokens, t)
		}
	}
	fresh := true // a statement may start here
	for i := 0; i < len(tokens); i++ {
		word := strings.ToLower(tokens[i].Text(text))
		if !fresh || !startsInBody(word) {
			fresh = startsAfter(word)
			continue
		}
		j := i + 1
		for j < len(tokens) && !endsInBody(strings.ToLower(tokens[j].Text(text))) {
			j++
		}
		w.inBody(text, start, tokens[i:j])
		i, fresh = j, true
	}
}

// startsInBody reports whether a word in a body starts a statement that SQL has too.
func startsInBody(word string) bool {
	switch word {
	case "perform", "select", "insert", "update", "delete", "merge", "with", "truncate", "copy", "lock",
		"set", "reset", "values":
		return true
	}
	return false
}

// startsAfter reports whether a statement can follow a word of PL/pgSQL.
func startsAfter(word string) bool {
	switch word {
	case ";", "begin", "then", "else", "loop", "in", "query", "for", "is":
		return true
	}
	return false
}

func endsInBody(word string) bool { return word == ";" || word == "loop" }

// inBody walks one statement of a body that starts at an offset.
func (w *walker) inBody(text string, start int, tokens []pg.Token) {
	from, to := tokens[0].Start, tokens[len(tokens)-1].End
	sql := text[from:to]
	if strings.EqualFold(tokens[0].Text(text), "perform") {
		sql = " SELECT" + sql[len("perform"):] // of the same length
	}
	tree, err := pg.Parse(sql)
	if err != nil {
		if i := returningInto(text, tokens); i > 0 {
			tree, err = pg.Parse(text[from:tokens[i].Start])
		}
	}
	if err != nil || len(tree.Stmts) != 1 {
		return
	}
	st := Statement{Pos: w.rendered(start + from)}
	in := walker{filling: w.filling, st: &st, ctes: map[string]int{}, deferred: true, base: start + from}
	in.statement(tree.Stmts[0].GetStmt())
	before := len(w.st.Relations)
	for _, r := range st.Relations {
		r.Within = InBody
		w.st.Relations = append(w.st.Relations, r)
	}
	for _, i := range st.Inserts {
		i.Relation += before
		w.st.Inserts = append(w.st.Inserts, i)
	}
	for _, u := range st.Updates {
		u.Relation += before
		w.st.Updates = append(w.st.Updates, u)
	}
	w.st.Functions = append(w.st.Functions, st.Functions...)
	for _, s := range st.Settings {
		s.Conditional = true
		w.st.Settings = append(w.st.Settings, s)
	}
	w.deferred = true
}

// returningInto finds the INTO after RETURNING, which is no SQL; 0 if there is none.
func returningInto(text string, tokens []pg.Token) int {
	returning := false
	for i, t := range tokens {
		switch word := t.Text(text); {
		case strings.EqualFold(word, "returning"):
			returning = true
		case returning && strings.EqualFold(word, "into"):
			return i
		}
	}
	return 0
}
