package pgparse

import (
	"errors"
	"strings"
	"testing"
	"time"
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
	if d := time.Since(start); d > 10*time.Second {
		t.Errorf("took %v", d)
	}
	return err
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
