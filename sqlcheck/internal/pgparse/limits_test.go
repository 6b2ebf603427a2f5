package pgparse

import (
	"errors"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/reflect/protoreflect"
)

func repeat(head, part, tail, closer string) func(int) string {
	return func(n int) string {
		return head + strings.Repeat(part, n) + tail + strings.Repeat(closer, n)
	}
}

// deep are texts that end libpg_query's process, make oliphant quadratic, or
// are near to such a text, when n is large.
var deep = map[string]func(n int) string{
	"sum":               repeat("SELECT 1", "+1", "", ""),
	"concatenation":     repeat("SELECT 1", "||1", "", ""),
	"operator word":     repeat("SELECT a", " OPERATOR(+) a", "", ""),
	"minus":             repeat("SELECT ", "- ", "a", ""),
	"not":               repeat("SELECT ", "NOT ", "a", ""),
	"casts":             repeat("SELECT 1", "::int", "", ""),
	"collate":           repeat("SELECT a", " COLLATE b", "", ""),
	"time zone":         repeat("SELECT a", " AT TIME ZONE b", "", ""),
	"is null":           repeat("SELECT a", " IS NULL", "", ""),
	"isnull":            repeat("SELECT a", " ISNULL", "", ""),
	"union":             repeat("SELECT 1, 2", " UNION SELECT 1, 2", "", ""),
	"joins":             repeat("SELECT 1 FROM t", " JOIN t ON a AND b", "", ""),
	"joins, late on":    repeat("SELECT 1 FROM t", " JOIN t", "", " ON a"),
	"cross joins":       repeat("SELECT 1 FROM t", " CROSS JOIN t", "", ""),
	"parentheses":       repeat("SELECT ", "(", "1", ")"),
	"open parentheses":  repeat("SELECT ", "(", "", ""),
	"minus parenthesis": repeat("SELECT ", "-(", "1", ")"),
	"subselects":        repeat("", "SELECT (", "SELECT 1", ")"),
	"derived tables":    repeat("", "SELECT * FROM (", "SELECT 1", ") x"),
	"exists":            repeat("", "SELECT 1 WHERE EXISTS (", "SELECT 1", ")"),
	"nested and or":     repeat("SELECT a", " AND (a OR a", "", ")"),
	"joins in parens":   repeat("SELECT 1 FROM ", "(", "t", " JOIN t ON a)"),
	"case":              repeat("SELECT ", "CASE WHEN a AND ", "1", " END"),
	"case in else":      repeat("SELECT ", "CASE WHEN a THEN 1 ELSE ", "1", " END"),
	"arrays":            repeat("SELECT ", "ARRAY[", "1", "]"),
	"subscripts":        repeat("SELECT ", "a[", "1", "]"),
	"field of":          repeat("SELECT ", "(", "a", ").b"),
	"functions":         repeat("SELECT ", "f(", "1", ")"),
	"filters":           repeat("SELECT ", "f() FILTER (WHERE ", "a", ")"),
	"windows":           repeat("SELECT ", "f() OVER (ORDER BY ", "a", ")"),
	"nested with":       repeat("", "WITH a AS (", "SELECT 1", ") SELECT 1"),
	"closed then chain": func(n int) string {
		return "SELECT " + strings.Repeat("(", n/8) + "1" + strings.Repeat(")", n/8) + strings.Repeat("+1", n/2)
	},
	"comments":        repeat("", "/*", "", "*/"),
	"schema elements": repeat("CREATE SCHEMA a", " CREATE TABLE t (a int)", "", ""),
	// Each column of a multi-column assignment repeats the source.
	"repeated source": repeat("", "WITH x AS (UPDATE t SET (a,b,c) = (", "SELECT 1", ")) SELECT 1"),
	"wide source": func(n int) string {
		list := "a" + strings.Repeat(",a", n/2)
		return "UPDATE t SET (" + list + ") = (SELECT " + list + ")"
	},
}

// flat are texts that may be long: programs send them.
var flat = map[string]func(n int) string{
	"values":     repeat("INSERT INTO t VALUES (1,'a')", ",(1,'a')", "", ""),
	"in":         repeat("SELECT a IN (1", ",1", ")", ""),
	"and":        repeat("SELECT 1 WHERE a = 1", " AND a = 1", "", ""),
	"or":         repeat("SELECT 1 WHERE a = 1", " OR a = 1 AND b = 2", "", ""),
	"targets":    repeat("SELECT a + 1", ", a + 1", "", ""),
	"statements": repeat("", "SELECT 1 + 1; ", "", ""),
	"case":       repeat("SELECT CASE", " WHEN a = 1 THEN 1", " END", ""),
	"paths":      repeat("SELECT a", ".b", "", ""),
	"set":        repeat("UPDATE t SET a = 1", ", a = 1", "", ""),
}

func parseTimed(t *testing.T, sql string) error {
	t.Helper()
	start := time.Now()
	_, err := Parse(sql)
	if d := time.Since(start); d > 30*time.Second {
		t.Errorf("took %v", d)
	}
	return err
}

// checkHeight holds that the tree of a text is no higher than was measured.
func checkHeight(t *testing.T, sql string) {
	t.Helper()
	height, _ := measure(sql)
	tree, err := Parse(sql)
	if err != nil {
		return
	}
	for _, raw := range tree.Stmts {
		// A binary operator takes two messages, a statement some by itself.
		if got := messages(raw.ProtoReflect()); got > 2*height+40 {
			t.Errorf("measured %d, but the tree has %d messages on top of each other", height, got)
		}
	}
}

// messages is the height of a tree of messages.
func messages(m protoreflect.Message) int {
	h := 0
	m.Range(func(fd protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		switch {
		case fd.Message() == nil:
		case fd.IsList():
			for i := range v.List().Len() {
				h = max(h, messages(v.List().Get(i).Message()))
			}
		default:
			h = max(h, messages(v.Message()))
		}
		return true
	})
	return h + 1
}

// FuzzHeight looks for texts whose trees grow higher than was measured.
func FuzzHeight(f *testing.F) {
	for _, text := range deep {
		// The parts of a shape, found again by its first two sizes.
		one, two := text(1), text(2)
		f.Add(one, two[:len(two)-len(one)], "")
	}
	for _, s := range [][3]string{
		{"SELECT ", "(", "1)"}, {"SELECT a", "+a", ""}, {"SELECT a FROM t", " JOIN t USING (a)", ""}, {"SELECT ", "NOT ", "a"},
		{"SELECT a", "[1]", ""}, {"SELECT a", " IN (1) ", ""}, {"SELECT a", " OPERATOR(+) a", ""}, {"SELECT a", " AT TIME ZONE a", ""},
		{"SELECT a", " IS DISTINCT FROM a", ""}, {"SELECT a", " BETWEEN 1 AND 2", ""}, {"SELECT 1", " UNION ALL SELECT 1, 2", ""},
		{"SELECT a FROM t", " NATURAL JOIN t, t", ""}, {"SELECT a", "::int[]", ""}, {"SELECT a", " COLLATE a", ""}, {"SELECT a", " AND a = a", ""},
		{"SELECT CASE", " WHEN a THEN a", " END"}, {"SELECT a FROM t WHERE", " a LIKE a ESCAPE", " a"}, {"CREATE TABLE t (a int", " CHECK (a)", ")"},
		{"SELECT a", " IS NOT NULL", ""}, {"SELECT a", " IS TRUE", ""}, {"SELECT a", " IS JSON", ""}, {"SELECT a", " IS NFC NORMALIZED", ""},
		{"SELECT ", "- + ~ ", "a"}, {"SELECT a", ".b", ""}, {"SELECT a", " SIMILAR TO a", ""}, {"SELECT (a, a)", " OVERLAPS (a, a)", ""},
		{"SELECT ", "int ", "'1'"}, {"SELECT a", " = ANY (a)", ""}, {"SELECT a", " || (a)", ""}, {"SELECT a ", "ISNULL ", ""},
		{"GRANT a", ", a", " TO b"}, {"SELECT ", "VARIADIC ", "a"}, {"SELECT a FROM t", " TABLESAMPLE s (1)", ""}, {"SELECT a", " AT LOCAL", ""},
		{"WITH a AS (SELECT 1) ", "SELECT 1 UNION ", "SELECT 1"}, {"SELECT 1 ", "FOR UPDATE ", ""}, {"EXPLAIN ", "ANALYZE ", "SELECT 1"},
	} {
		f.Add(s[0], s[1], s[2])
	}
	f.Fuzz(func(t *testing.T, head, part, tail string) {
		if len(part) > 100 || strings.Count(part, "(") > 0 && strings.Count(part, ")") == 0 {
			return
		}
		checkHeight(t, head+strings.Repeat(part, 60)+tail)
	})
}

func tooComplexErr(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.TooComplex
}

func TestDeepTextIsRefused(t *testing.T) {
	for name, text := range deep {
		t.Run(name, func(t *testing.T) {
			// The largest text that passes must parse, or be a plain syntax error.
			lo, hi := 1, 1_000_000
			for lo+1 < hi {
				if n := (lo + hi) / 2; Check(text(n)) == nil {
					lo = n
				} else {
					hi = n
				}
			}
			if hi == 1_000_000 {
				t.Fatalf("never refused")
			}
			if err := parseTimed(t, text(lo)); tooComplexErr(err) {
				t.Errorf("%d: %v", lo, err)
			}
			checkHeight(t, text(lo))
			for _, n := range []int{hi, 30_000, 200_000} {
				if err := parseTimed(t, text(n)); !tooComplexErr(err) {
					t.Errorf("%d: got %v, want too complex", n, err)
				}
			}
		})
	}
}

func TestFlatTextIsParsed(t *testing.T) {
	for name, text := range flat {
		t.Run(name, func(t *testing.T) {
			n := 10_000
			if name == "case" || name == "and" || name == "paths" {
				n = 2_000
			}
			if name == "or" {
				n = 1_000
			}
			if err := parseTimed(t, text(n)); err != nil {
				t.Errorf("%d: %v", n, err)
			}
			if err := parseTimed(t, text(2_000_000)); !tooComplexErr(err) {
				t.Errorf("got %v, want too complex", err)
			}
		})
	}
}

func TestCheckBytes(t *testing.T) {
	for _, tt := range []struct {
		sql    string
		offset int
	}{
		{"SELECT '\x00'", 8},
		{"SELECT 'é\xff'", 10},
		{"\xc3", 0},
	} {
		var e *Error
		if _, err := Parse(tt.sql); !errors.As(err, &e) || e.Offset != tt.offset || e.TooComplex {
			t.Errorf("Parse(%q) = %+v, want an error at %d", tt.sql, err, tt.offset)
		}
	}
	if _, err := Parse("SELECT '\uFFFD'"); err != nil {
		t.Errorf("a replacement character is valid UTF-8: %v", err)
	}
}
