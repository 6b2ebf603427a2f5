package sqlcheck

import (
	"strings"
	"testing"
	"time"
)

// FuzzAnalyze holds, for any template, that the analysis ends with facts or an
// error, that all positions are inside the rendered text, and that a plain text
// gives the same facts in one part and in several.
func FuzzAnalyze(f *testing.F) {
	for _, s := range []string{
		"SELECT * FROM orders WHERE id = $1 ⟨⟩", "SET LOCAL ⟨⟩ = '⟨⟩'", "SELECT set_config('a.b', ⟨⟩, true)",
		"⟨⟩ LIMIT 1", "SELECT⟨⟩FROM⟨⟩⟨⟩", "INSERT INTO a (⟨⟩) VALUES ($⟨⟩, ?, :b, @c)", "{{ a }} %s ?? ? ?b",
		"/*⟨⟩*/ E'\\⟨⟩' $a$⟨⟩$a$ \"⟨⟩\" U&'⟨⟩'", "SELECT 1⟨⟩; ⟨⟩; WITH x AS (⟨⟩) ⟨⟩", "é⟨⟩ü ⟨⟩.⟨⟩",
		"DO $$ BEGIN PERFORM set_config('a.b', '⟨⟩', true); END $$",
		"DO $$ DECLARE a text[] := '{x,y}'; BEGIN FOREACH t IN ARRAY a || ARRAY['z'] LOOP EXECUTE format('DELETE FROM %I ⟨⟩', t); END LOOP; END $$",
		"DO 'BEGIN IF a THEN q := ''SELECT '' || ⟨⟩; END IF; EXECUTE q; END'", `DO E'BEGIN EXECUTE \'DO $x$ ⟨⟩ $x$\'; END'`,
		"UPDATE t SET (a,b) = (SELECT ⟨⟩), ⟨⟩ = CASE ⟨⟩ END WHERE a = ANY(?) RETURNING ⟨⟩",
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
		start := time.Now()
		facts := analyze(tmpl, nil)
		if d := time.Since(start); d > 5*time.Second {
			t.Errorf("took %v", d)
		}
		checkFacts(t, facts, len(tmpl.Render()))
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

func checkFacts(t *testing.T, f Facts, size int) {
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
		for _, r := range s.Relations {
			if r.Pos < 0 || r.Pos > size || !r.Hole && r.Name.Name == "" {
				t.Errorf("relation %+v in %d bytes", r, size)
			}
		}
		for _, v := range s.Settings {
			if v.Pos < 0 || v.Pos > size || v.Name != strings.ToLower(v.Name) {
				t.Errorf("setting %+v in %d bytes", v, size)
			}
		}
	}
}
