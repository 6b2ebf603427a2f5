package sqlcheck_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/tenantvet/tenantvet/sqlcheck"
)

// TestAnalyzeIsBounded holds that no text ends the process or takes long.
func TestAnalyzeIsBounded(t *testing.T) {
	rep := strings.Repeat
	for _, tt := range []struct {
		name, text string
		cause      sqlcheck.Cause // 0: has facts
	}{
		{"sum", "SELECT 1" + rep("+1", 100_000), sqlcheck.TooComplex},
		{"unions", "SELECT 1" + rep(" UNION SELECT 1", 40_000), sqlcheck.TooComplex},
		{"parentheses", "SELECT " + rep("(", 100_000), sqlcheck.TooComplex},
		{"long", "SELECT '" + rep("x", 10<<20) + "'", sqlcheck.TooComplex},
		{"zero byte", "SELECT '\x00'", sqlcheck.Rejected},
		{"not UTF-8", "SELECT '\xff'", sqlcheck.Rejected},
		{"values", "INSERT INTO t VALUES (1)" + rep(",(1)", 20_000), 0},
		{"placeholders", "INSERT INTO t VALUES (?)" + rep(",(?)", 20_000), 0},
		{"list", "SELECT a IN (1" + rep(",1", 10_000) + ") FROM t", 0},
		{"statements", rep("SELECT 1 FROM t;", 15_000), 0},
		{"definitions", rep("CREATE TABLE t (a int); ", 10_000), 0},
		{"common tables", "WITH a AS (SELECT 1)" + rep(", a AS (SELECT 1 FROM a)", 10_000) + "SELECT 1", 0},
		{"holes in a list", "SELECT a IN (1" + rep(",⟨⟩", 10_000) + ") FROM t", 0},
		{"adjacent holes", "SELECT 1 FROM t WHERE a " + rep("⟨⟩", 10_000), 0},
		{"separate holes", "SELECT 1 FROM t WHERE a " + rep("⟨⟩ ", 10_000), 0},
		{"holes as statements", rep("⟨⟩;", 10_000), sqlcheck.Opaque},
		{"holes that never fit", "SELECT ) " + rep("( ⟨⟩ ", 100), sqlcheck.Opaque},
		{"settings in settings", "SELECT " + rep("set_config('a', ", 100) + "'b'" + rep(", true)", 100), 0},
		{"statements of a body", "DO $$ BEGIN " + rep("DELETE FROM t;", 50_000) + "END $$", 0},
		{"branches of a body", "DO $$ BEGIN " + rep("a:='x';IF b THEN ", 10_000) + "END $$", 0},
		{"variables and branches", "DO $$ BEGIN " + rep("IF b THEN a:='x';c:='y';END IF;", 20_000) + "END $$", 0},
		{"texts of a body", "DO $$ DECLARE a text[] := '{x}'; b text := 'x'; BEGIN " + rep("a:=a||a;b:=b||b;", 500) + "EXECUTE b; END $$", 0},
		{"bodies in bodies", bodies(100), 0},
		{"holes of a body", "DO $$ BEGIN " + rep("⟨⟩;", 5_000) + "END $$", 0},
		{"chain of columns", "SELECT 1 FROM t WHERE a0 = a1" + chain(4_000) + " AND a4000 = $1", 0},
		{"chain of joins", "SELECT 1 FROM t t0" + joins(90) + " WHERE t90.a = $1", 0},
		{"chain of left joins", "SELECT 1 FROM t t0" + strings.ReplaceAll(joins(90), "JOIN", "LEFT JOIN") + " WHERE t0.a = $1", 0},
		{"chain of tables", "WITH c0 AS (SELECT a FROM t)" + tables(3_000) + " SELECT 1 FROM c3000 WHERE a = $1", 0},
		{"nested conditions", "SELECT 1 FROM t WHERE " + rep("(a = b AND b = c OR a = c AND (", 40) + "a = $1" + rep("))", 40), 0},
		{"nested sub-selects", "SELECT 1 FROM t WHERE " + rep("EXISTS (SELECT 1 FROM t WHERE a = $1 AND ", 100) + "a = $1" + rep(")", 100), 0},
		{"nested recursion", rep("WITH RECURSIVE x AS (SELECT a FROM t WHERE a = $1 UNION SELECT a FROM x), y AS (", 60) + "SELECT 1" + rep(") SELECT 1 FROM x", 60), 0},
		{"wide from", "SELECT 1 FROM t" + rep(", t", 9_000) + " WHERE a = b" + rep(" AND c = d", 2_000), 0},
		{"names in a circle", "WITH RECURSIVE a AS (SELECT * FROM b), b AS (SELECT * FROM a), c AS (SELECT * FROM c) SELECT x FROM a, c WHERE x = $1 AND a.y = c.z", 0},
		{"columns of a table expression", "WITH x AS (SELECT * FROM t) SELECT 1 FROM x WHERE x.a0 = x.a1" + strings.ReplaceAll(chain(1_500), "a", "x.a"), 0},
		{"lists of lists", "SELECT 1 FROM t WHERE (a, b) IN ((a, b)" + rep(", (b, a)", 5_000) + ")", 0},
		{"tables that double", doubled(60, ", t%d y"), 0},
		{"joins that double", doubled(60, " JOIN t%d y USING (a)"), 0},
		{"natural joins that double", doubled(60, " NATURAL JOIN t%d y"), 0},
		{"unions that double", doubled(60, " UNION SELECT * FROM t%d y"), 0},
		{"a query behind itself", "WITH RECURSIVE a AS (SELECT * FROM t JOIN a USING (b)) SELECT * FROM a WHERE c = $1", 0},
		{"a query behind itself in the first part", "WITH RECURSIVE a AS (SELECT * FROM a UNION SELECT * FROM t) SELECT * FROM a WHERE c = $1", 0},
		{"queries behind each other", "WITH RECURSIVE a AS (SELECT * FROM b), b AS (SELECT * FROM a) UPDATE t SET a = a.c FROM a NATURAL JOIN b WHERE d = $1", 0},
		{"half markers", rep("zq0q", 10_000) + "⟨⟩", sqlcheck.Opaque},
		{"braces", rep("{{ ", 5_000), sqlcheck.Rejected},
		{"colons", rep(":a ", 5_000), sqlcheck.Rejected},
		{"question marks", rep("? ", 400), sqlcheck.Rejected},
		{"quotes", rep("'", 99_999), sqlcheck.Rejected},
		{"dollars", rep("$a$b", 50_000), sqlcheck.Rejected},
	} {
		t.Run(tt.name, func(t *testing.T) {
			start := time.Now()
			facts := sqlcheck.Analyze(template(tt.text))
			if d := time.Since(start); d > 30*time.Second {
				t.Errorf("took %v", d)
			}
			var cause sqlcheck.Cause
			if facts.Err != nil {
				cause = facts.Err.Cause
			}
			if cause != tt.cause {
				t.Errorf("got %v (%v), want %v", cause, facts.Err, tt.cause)
			}
		})
	}
}

// doubled makes common table expressions each of which has the one before twice.
func doubled(n int, again string) string {
	sql := "WITH t0 AS (SELECT * FROM t)"
	for i := range n {
		sql += fmt.Sprintf(", t%d AS (SELECT * FROM t%d x"+again+")", i+1, i, i)
	}
	return sql + fmt.Sprintf(" SELECT a FROM t%d WHERE b = $1 AND c = d", n)
}

// bodies nests a DO in an EXECUTE in a DO.
func bodies(n int) string {
	sql := "DELETE FROM t"
	for i := range n {
		sql = fmt.Sprintf("DO $a%d$ BEGIN EXECUTE $b%d$%s$b%d$; END $a%d$", i, i, sql, i, i)
	}
	return sql
}

func chain(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, " AND a%d = a%d", i, i+1)
	}
	return b.String()
}

func joins(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, " JOIN t t%d ON t%d.a = t%d.a", i+1, i, i+1)
	}
	return b.String()
}

func tables(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, ", c%d AS (SELECT a FROM c%d)", i+1, i)
	}
	return b.String()
}

// A text without holes has the same facts however it is cut, and holes have
// positions of their own.
func TestLocate(t *testing.T) {
	tmpl := template("SELECT ⟨⟩ FROM a")
	for _, tt := range []struct{ offset, part, in int }{
		{0, 0, 0}, {6, 0, 6}, {7, 1, 0}, {12, 1, 0}, {16, 2, 0}, {22, 2, 6}, {23, 2, 7},
	} {
		if part, in, ok := tmpl.Locate(tt.offset); !ok || part != tt.part || in != tt.in {
			t.Errorf("Locate(%d) = %d, %d, %t, want %d, %d", tt.offset, part, in, ok, tt.part, tt.in)
		}
	}
	for _, offset := range []int{-1, 24, 1000} {
		if _, _, ok := tmpl.Locate(offset); ok {
			t.Errorf("Locate(%d) is inside", offset)
		}
	}
}
