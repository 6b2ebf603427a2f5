package pgparse

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestParseErrorOffset(t *testing.T) {
	for _, tt := range []struct {
		sql, message string
		offset       int
	}{
		{"SELECT 1 FROM x WHERE WHERE", `syntax error at or near "WHERE"`, 22},
		{"SELECT 'éé' FROM x WHERE WHERE", `syntax error at or near "WHERE"`, 27},
		{"SELECT (1", "syntax error at end of input", 9},
	} {
		var e *Error
		_, err := Parse(tt.sql)
		if !errors.As(err, &e) || e.Message != tt.message || e.Offset != tt.offset {
			t.Errorf("Parse(%q) = %+v, want %q at %d", tt.sql, err, tt.message, tt.offset)
		}
	}
}

func TestParseErrorIsUTF8(t *testing.T) {
	if _, err := Parse("SELECT 1⟨"); err == nil || !utf8.ValidString(err.Error()) {
		t.Errorf("got %q", err)
	}
}

func TestSpan(t *testing.T) {
	sql := "-- name: A :one\nSELECT 1 /* x */ ; /* é */ UPDATE t SET a = ';' -- end\n"
	tree, err := Parse(sql)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"SELECT 1", "UPDATE t SET a = ';'"}
	for i, raw := range tree.Stmts {
		if from, to := tree.Span(raw); sql[from:to] != want[i] {
			t.Errorf("statement %d is %q, want %q", i, sql[from:to], want[i])
		}
	}
}

func TestParseAll(t *testing.T) {
	one := "SELECT ';' /* é */ FROM t;\n-- x\n"
	sql := strings.Repeat(one, 2_000)
	tree, err := ParseAll(sql)
	if err != nil || len(tree.Stmts) != 2_000 {
		t.Fatalf("%d statements, %v", len(tree.Stmts), err)
	}
	for i, raw := range tree.Stmts {
		from, to := tree.Span(raw)
		table := raw.GetStmt().GetSelectStmt().GetFromClause()[0].GetRangeVar()
		if from != i*len(one) || sql[from:to] != "SELECT ';' /* é */ FROM t" || sql[tree.Base(i)+int(table.GetLocation())] != 't' {
			t.Fatalf("statement %d is %q, its table at %d", i, sql[from:to], tree.Base(i)+int(table.GetLocation()))
		}
	}
	var e *Error
	if _, err := ParseAll(sql + "SELECT FROM FROM"); !errors.As(err, &e) || e.Offset != len(sql)+len("SELECT FROM ") {
		t.Errorf("got %+v, want an error at %d", err, len(sql)+len("SELECT FROM "))
	}
}

func TestDeparse(t *testing.T) {
	tree, err := Parse("SELECT tenant_id = current_setting('app.tenant')::uuid")
	if err != nil {
		t.Fatal(err)
	}
	expr := tree.Stmts[0].GetStmt().GetSelectStmt().GetTargetList()[0].GetResTarget().GetVal()
	got, err := Deparse(expr)
	if want := "tenant_id = current_setting('app.tenant')::uuid"; err != nil || got != want {
		t.Errorf("Deparse = %q, %v, want %q", got, err, want)
	}
}

func TestReturning(t *testing.T) {
	tree, err := Parse("DELETE FROM t RETURNING a, b")
	if err != nil {
		t.Fatal(err)
	}
	if n := len(Returning(tree.Stmts[0].GetStmt().GetDeleteStmt())); n != 2 {
		t.Errorf("%d items in RETURNING, want 2", n)
	}
}

func TestWhenMatched(t *testing.T) {
	tree, err := Parse("MERGE INTO t USING s ON a WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN DO NOTHING")
	if err != nil {
		t.Fatal(err)
	}
	for i, n := range tree.Stmts[0].GetStmt().GetMergeStmt().GetMergeWhenClauses() {
		if got := WhenMatched(n.GetMergeWhenClause()); got != (i == 0) {
			t.Errorf("clause %d: matched = %t", i, got)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"SELECT * FROM t WHERE a = $1", "UPDATE t SET (a,b) = (SELECT 1,2)", "/* /* */", "$a$", "E'\\",
		"CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; END; SELECT 2",
		"COPY t FROM stdin;\n1\n\\.\nSELECT 1", "SELECT 1 -+- 1 <-> 2", "DO $$BEGIN END$$",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, sql string) {
		tree, err := Parse(sql)
		if err == nil {
			for _, raw := range tree.Stmts {
				if from, to := tree.Span(raw); from < 0 || to < from || to > len(sql) {
					t.Errorf("span %d-%d of %d bytes", from, to, len(sql))
				}
			}
		} else if e := err.(*Error); e.Offset > len(sql) {
			t.Errorf("offset %d of %d bytes", e.Offset, len(sql))
		}
		end := 0
		for _, s := range Split(sql) {
			if s.Start < end || s.End < s.Start || s.End > len(sql) || (s.Node == nil) == (s.Err == nil) {
				t.Errorf("statement %d-%d after %d of %d bytes", s.Start, s.End, end, len(sql))
			}
			end = s.End
		}
		end = 0
		for _, tok := range Lex(sql) {
			if tok.Start < end || tok.End <= tok.Start || tok.End > len(sql) {
				t.Errorf("token %d-%d after %d of %d bytes", tok.Start, tok.End, end, len(sql))
			}
			end = tok.End
		}
	})
}
