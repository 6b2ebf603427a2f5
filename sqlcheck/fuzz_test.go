package sqlcheck

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tenantvet/tenantvet/sqlcheck/internal/pgparse"
)

// FuzzAnalyze holds, for any template, that the analysis ends with facts or an
// error, that all positions are inside the rendered text, and that a plain text
// gives the same facts in one part and in several.
func FuzzAnalyze(f *testing.F) {
	for _, s := range []string{
		"SELECT * FROM orders WHERE id = $1 ⟨⟩", "SET LOCAL ⟨⟩ = '⟨⟩'", "SELECT set_config('a.b', ⟨⟩, true)",
		"⟨⟩ LIMIT 1", "SELECT⟨⟩FROM⟨⟩⟨⟩", "INSERT INTO a (⟨⟩) VALUES ($⟨⟩, ?, :b, @c)", "{{ a }} %s ?? ? ?b", "SELECT {{.A}} FROM t_%s.{{ if .B }}b{{ end }} WHERE '{{.C}}' = a[1:%[1]d]",
		"PREPARE q AS SELECT set_config($1, ⟨⟩, $2) FROM a; EXECUTE q(?, ⟨⟩)",
		"/*⟨⟩*/ E'\\⟨⟩' $a$⟨⟩$a$ \"⟨⟩\" U&'⟨⟩'", "SELECT 1⟨⟩; ⟨⟩; WITH x AS (⟨⟩) ⟨⟩", "é⟨⟩ü ⟨⟩.⟨⟩",
		"DO $$ BEGIN PERFORM set_config('a.b', '⟨⟩', true); END $$",
		"DO $$ DECLARE a text[] := '{x,y}'; BEGIN FOREACH t IN ARRAY a || ARRAY['z'] LOOP EXECUTE format('DELETE FROM %I ⟨⟩', t); END LOOP; END $$",
		"DO 'BEGIN IF a THEN q := ''SELECT '' || ⟨⟩; END IF; EXECUTE q; END'", `DO E'BEGIN EXECUTE \'DO $x$ ⟨⟩ $x$\'; END'`,
		"UPDATE t SET (a,b) = (SELECT ⟨⟩), ⟨⟩ = CASE ⟨⟩ END WHERE a = ANY(?) RETURNING ⟨⟩",
		"SELECT * FROM a LEFT JOIN b USING (a) NATURAL JOIN t WHERE a.b = $1 AND (a, b) IN (SELECT a, ⟨⟩ FROM c) OR NOT t.a IS DISTINCT FROM 'x' ⟨⟩",
		"WITH RECURSIVE a AS (SELECT * FROM t WHERE b = $1 UNION SELECT t.* FROM t JOIN a USING (b)) UPDATE b SET a = a.b FROM a WHERE b.b = a.b AND b.a = ANY(⟨⟩)",
		"MERGE INTO a USING b ON ⟨⟩ WHEN MATCHED THEN DELETE", "COPY (SELECT 1 FROM a) TO STDOUT ⟨⟩",
	} {
		for trust := range uint8(4) {
			f.Add(s, trust)
		}
	}
	f.Fuzz(func(t *testing.T, s string, trust uint8) {
		var tmpl Template
		for i, text := range strings.Split(s, "⟨⟩") {
			if i > 0 {
				tmpl.Parts = append(tmpl.Parts, Part{Hole: &Hole{Trust: Trust(trust % 6)}})
			}
			tmpl.Parts = append(tmpl.Parts, Part{Text: text})
		}
		facts := inTime(t, tmpl, nil)
		checkFacts(t, inTime(t, tmpl, fewColumns{}), len(tmpl.Parts), len(tmpl.Render()))
		checkFacts(t, facts, len(tmpl.Parts), len(tmpl.Render()))
		if facts.String() != Analyze(tmpl).String() {
			t.Errorf("two runs differ")
		}

		plain := Template{}
		for rest := s; rest != ""; {
			n := min(len(rest), 5)
			plain.Parts = append(plain.Parts, Part{Text: rest[:n]})
			rest = rest[n:]
		}
		if a, b := analyze(Text(s), nil).String(), analyze(plain, nil).String(); a != b {
			t.Errorf("in one part:\n%s\nin several:\n%s", a, b)
		}
	})
}

// inTime analyzes a template, which must not take long.
func inTime(t *testing.T, tmpl Template, c Catalog) Facts {
	t.Helper()
	watch := time.AfterFunc(20*time.Second, func() {
		panic(fmt.Sprintf("still at it after 20 s: %q", tmpl.Render()))
	})
	defer watch.Stop()
	return analyze(tmpl, c)
}

// fewColumns is a catalog of small tables.
type fewColumns struct{}

func (fewColumns) Columns(n Name) ([]string, bool) { return []string{"a", "b", n.Name}, n.Name != "t" }

func (fewColumns) Unique(_ Name, columns []string) (unique, known bool) {
	return slices.Contains(columns, "a"), true
}

// checkFacts holds facts to a template of so many parts and bytes.
func checkFacts(t *testing.T, f Facts, parts, size int) {
	t.Helper()
	if f.Err != nil {
		if len(f.Statements) > 0 || f.Err.Offset < -1 || f.Err.Offset > size || f.Err.Message == "" || f.Err.Cause == 0 {
			t.Errorf("error %+v with %d statements in %d bytes", *f.Err, len(f.Statements), size)
		}
		return
	}
	end := 0
	for _, s := range f.Statements {
		if s.Pos < end || s.End < s.Pos || s.End > size {
			t.Errorf("statement %d-%d after %d in %d bytes", s.Pos, s.End, end, size)
		}
		end = s.End
		inside := func(pos int, what any) {
			if pos < 0 || pos > size {
				t.Errorf("%+v in %d bytes", what, size)
			}
		}
		for _, r := range s.Relations {
			if inside(r.Pos, r); !r.Hole && r.Name.Name == "" {
				t.Errorf("relation %+v has no name", r)
			}
			for i, p := range r.Pins {
				if inside(p.Pos, p); p.Column == "" || i > 0 && p.Column <= r.Pins[i-1].Column || p.To == FromElsewhere {
					t.Errorf("pins %+v of %s", r.Pins, r.Name)
				}
			}
		}
		for _, in := range s.Inserts {
			if inside(in.Pos, in); in.Relation < 0 || in.Relation >= len(s.Relations) {
				t.Errorf("insertion %+v into none of %d relations", in, len(s.Relations))
			}
		}
		for _, u := range s.Updates {
			if inside(u.Pos, u); u.Relation < 0 || u.Relation >= len(s.Relations) {
				t.Errorf("assignments %+v to none of %d relations", u, len(s.Relations))
			}
		}
		for _, h := range s.Holes {
			if h.Part < 0 || h.Part >= parts {
				t.Errorf("hole %+v of %d parts", h, parts)
			}
		}
		for _, v := range s.Settings {
			if v.Pos < 0 || v.Pos > size || v.Name != strings.ToLower(v.Name) {
				t.Errorf("setting %+v in %d bytes", v, size)
			}
		}
	}
}

// FuzzBody holds that a body is understood alike however it is quoted, and that
// all positions are inside the text.
func FuzzBody(f *testing.F) {
	for _, s := range []string{
		"BEGIN DELETE FROM a; UPDATE b.c SET d = 'e'; END", "DECLARE t text; BEGIN FOREACH t IN ARRAY ARRAY['a','b'] LOOP EXECUTE 'TRUNCATE '||t; END LOOP; END",
		"BEGIN EXECUTE format('DELETE FROM %I WHERE %s = %L', 'a', b, c) USING d; EXCEPTION WHEN others THEN PERFORM f(); END",
		"BEGIN IF a THEN b := 'TRUNCATE x'; ELSE b := $q$SET a.b = 'c'$q$; END IF; EXECUTE b; CASE a WHEN 1, 2 THEN RETURN; END CASE; END",
		"<<l>> DECLARE c CURSOR (a int) FOR SELECT 1 FROM t; BEGIN FOR i IN REVERSE 1..2 BY 3 LOOP EXIT l WHEN a; END LOOP; OPEN c; END",
		"BEGIN FOR r IN SELECT unnest('{a,b}'::text[]) LOOP EXECUTE E'DO $x$BEGIN DELETE FROM \\'' || r; END LOOP; END",
	} {
		f.Add(s)
	}
	places := regexp.MustCompile(`@[0-9]+|[0-9]+-[0-9]+`)
	f.Fuzz(func(t *testing.T, body string) {
		if strings.Contains(body, "$fuzz$") || strings.HasSuffix(body, "$") || strings.Contains(body, "{{") {
			return
		}
		dollars, quotes := "DO $fuzz$"+body+"$fuzz$", "DO '"+strings.ReplaceAll(body, "'", "''")+"'"
		var facts [2]string
		for i, text := range []string{dollars, quotes} {
			got := inTime(t, Text(text), nil)
			checkFacts(t, got, 1, len(text))
			if got.Err != nil {
				got.Err.Message = ""
				got.Err.Offset = 0
			}
			facts[i] = places.ReplaceAllString(got.String(), "")
		}
		if facts[0] != facts[1] {
			t.Errorf("between dollars:\n%s\nbetween quotes:\n%s", facts[0], facts[1])
		}
	})
}

// FuzzDialects holds that a statement does the same whichever way its
// placeholders are written, if it is understood.
func FuzzDialects(f *testing.F) {
	for _, s := range []string{
		"SELECT * FROM a WHERE b = $1 AND c IN ($2, $3) LIMIT $4", "INSERT INTO a (b, c) VALUES ($1, $2::int) ON CONFLICT DO NOTHING",
		"SELECT set_config('a.b', $1, $2), data->>$3, d @> $4 FROM e", "UPDATE a SET b = coalesce($1, b), c = c + $2 WHERE d = ANY($3)",
		"SET LOCAL a.b = $1", "SELECT a[$1], CASE WHEN b < $2 THEN $3 ELSE $4 END FROM c JOIN d ON e BETWEEN $5 AND $6",
		"DELETE FROM a USING b WHERE a.c LIKE $1 ESCAPE $2 OR (d, e) = ($3, $4); CALL f($5, g => $6)",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, sql string) {
		base := inTime(t, Text(sql), nil)
		if checkFacts(t, base, 1, len(sql)); base.Err != nil {
			return
		}
		for _, mark := range []string{"?", ":", "@"} {
			text, ok := withPlaceholders(sql, mark)
			if !ok {
				return
			}
			got := inTime(t, Text(text), nil)
			checkFacts(t, got, 1, len(text))
			if got.Err == nil && relationsOf(got) != relationsOf(base) {
				t.Errorf("%s\n%s\nand %s\n%s", sql, base, text, got)
			}
		}
	})
}

// withPlaceholders rewrites $1 as ?, :a or @a; false if the text holds what
// could be mistaken for one.
func withPlaceholders(sql, mark string) (string, bool) {
	if strings.Contains(sql, "{{") || strings.Contains(sql, "%") {
		return "", false
	}
	var b strings.Builder
	pos := 0
	var last pgparse.Token
	for _, tok := range pgparse.Lex(sql) {
		text := tok.Text(sql)
		before := last
		last = tok
		switch tok.Kind {
		case pgparse.OperatorToken:
			if strings.ContainsAny(text, "?@") {
				return "", false
			}
		case pgparse.PunctToken:
			if strings.ContainsAny(text, ":[") {
				return "", false
			}
		case pgparse.ParamToken:
			if len(text) != 2 || text[1] == '0' {
				return "", false
			}
			switch before.Kind { // libpg_query takes f()$1, which the server doesn't
			case pgparse.PunctToken:
				if c := before.Text(sql); c != "(" && c != "," {
					return "", false
				}
			case pgparse.WordToken, pgparse.OperatorToken:
			default:
				return "", false
			}
			b.WriteString(sql[pos:tok.Start] + " " + mark)
			if mark != "?" {
				b.WriteByte('a' + text[1] - '1')
			}
			b.WriteByte(' ')
			pos = tok.End
		}
	}
	return b.String() + sql[pos:], pos > 0
}

// relationsOf lists operations, relations and settings without positions.
func relationsOf(f Facts) string {
	var b strings.Builder
	for _, s := range f.Statements {
		fmt.Fprintln(&b, s.Op, s.Tx)
		for _, r := range s.Relations {
			fmt.Fprintln(&b, r.Name, r.Alias, r.Role, r.Within, r.Write, r.Hole)
		}
		for _, v := range s.Settings {
			fmt.Fprintln(&b, v.Name, v.Lifetime, v.Form, v.Certain)
		}
	}
	return b.String()
}
