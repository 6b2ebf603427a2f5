package pgparse

import (
	"slices"
	"testing"
)

func TestSplit(t *testing.T) {
	for _, tt := range []struct {
		name, sql string
		want      []string // "!" before those with an error
	}{
		{"plain", "SELECT 1; SELECT ';' ;; -- x\nSELECT $$;$$", []string{"SELECT 1", "SELECT ';'", "SELECT $$;$$"}},
		{"bad in the middle", "CREATE TABLE a (b int);\nCREATE TABEL c;\nCREATE TABLE d (e int);",
			[]string{"CREATE TABLE a (b int)", "!CREATE TABEL c", "CREATE TABLE d (e int)"}},
		{"comments only", "-- a\n/* b */;", nil},
		{"rule", "CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2); SELECT 3",
			[]string{"CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2)", "SELECT 3"}},
		{"begin atomic", "CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END; SELECT 3",
			[]string{"CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END", "SELECT 3"}},
		{"transaction", "BEGIN; SELECT 1; END; SELECT 2", []string{"BEGIN", "SELECT 1", "END", "SELECT 2"}},
		{"dump", "\\restrict abc\nCOPY t (a) FROM stdin;\n1;\n'\n\\.\n\n\\connect x\nSELECT 1;\n",
			[]string{"COPY t (a) FROM stdin", "SELECT 1"}},
		{"dump, two copies", "COPY t FROM stdin;\r\n1\r\n\\.\r\nCOPY u FROM stdin;\n\\.\nSELECT 1",
			[]string{"COPY t FROM stdin", "COPY u FROM stdin", "SELECT 1"}},
		{"copy without data at the end", "COPY t FROM STDIN;\nSELECT 1;", []string{"COPY t FROM STDIN", "SELECT 1"}},
		{"copy without data", "COPY t FROM STDIN; SELECT 1;", []string{"COPY t FROM STDIN", "SELECT 1"}},
		{"unfinished", "SELECT 1; SELECT 'a", []string{"SELECT 1", "!SELECT 'a"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, s := range Split(tt.sql) {
				text := tt.sql[s.Start:s.End]
				if s.Err != nil {
					text = "!" + text
				}
				got = append(got, text)
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestSplitErrorOffset(t *testing.T) {
	sql := "SELECT 'é'; SELECT 1 FROM FROM; SELECT 2"
	s := Split(sql)
	if len(s) != 3 || s[1].Err == nil || s[1].Err.Offset != 27 {
		t.Fatalf("got %+v, want an error at 27", s)
	}
}
