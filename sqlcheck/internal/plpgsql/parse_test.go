package plpgsql_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/tenantvet/tenantvet/sqlcheck/internal/plpgsql"
)

// TestParse reads one body with each kind of statement, and holds that all
// texts stand where they say.
func TestParse(t *testing.T) {
	const body = `#variable_conflict use_column
<<outer>>
DECLARE
  n int := 1; c CONSTANT text NOT NULL DEFAULT 'a;b';
  cur CURSOR (k int) FOR SELECT 1 FROM a;
BEGIN
  n := n + 1; r.f[1] = 2;
  SELECT x, y INTO STRICT n, r.g FROM b;
  INSERT INTO d (a) SELECT 1 RETURNING id INTO n;
  PERFORM f(1);
  IF n > 1 THEN NULL; ELSIF n > 2 THEN EXECUTE 'x' INTO n USING 1, 2; ELSE RETURN; END IF;
  CASE n WHEN 1, 2 THEN NULL; ELSE NULL; END CASE;
  FOR i IN REVERSE 1..10 BY 2 LOOP EXIT outer WHEN i = 3; END LOOP;
  FOR r IN SELECT 1 FROM e LOOP CONTINUE; END LOOP;
  FOR r IN EXECUTE 'q' USING 3 LOOP END LOOP;
  FOREACH v SLICE 1 IN ARRAY ARRAY[1] LOOP END LOOP;
  WHILE (SELECT true) LOOP END LOOP;
  OPEN cur(7); OPEN cur FOR SELECT 2; OPEN cur FOR EXECUTE 'z' USING 4;
  FETCH cur INTO n; RETURN QUERY SELECT 3; RETURN QUERY EXECUTE 'w' USING 5; RETURN NEXT n;
  RAISE NOTICE '%', n USING hint = 'h';
  BEGIN NULL; EXCEPTION WHEN others THEN NULL; END;
  GRANT a TO b;
END outer`
	block, ok := plpgsql.Parse(body)
	if !ok {
		t.Fatal("not read")
	}
	var got strings.Builder
	dump(t, &got, body, []plpgsql.Stmt{block}, "")
	const want = `block
  declares n
    "1"
  declares c
    "'a;b'"
  declares cur
    "SELECT 1 FROM a"
  assign [n]
    "n + 1"
  assign [r.f[1]]
    "2"
  sql [n r]
    "SELECT x, y                    FROM b"
  sql [n]
    "INSERT INTO d (a) SELECT 1 RETURNING id       "
  perform
    "f(1)"
  if
    "n > 1"
    other
    "n > 2"
    execute [n]
      "'x'"
      "1"
      "2"
    return
  if
    "n"
    "1, 2"
    other
    other
  for range [i]
    "1"
    "10"
    exit
      "i = 3"
  for query [r]
    "SELECT 1 FROM e"
    continue
  for execute [r]
    "'q'"
    "3"
  foreach [v]
    "ARRAY[1]"
  loop
    "(SELECT true)"
  other
    "7"
  open
    "SELECT 2"
  open execute
    "'z'"
    "4"
  other [fetch cur into n]
  return query
    "SELECT 3"
  return execute
    "'w'"
    "5"
  return
    "n"
  other
    "'%'"
    "n"
    "'h'"
  block
    other
    other
  sql
    "GRANT a TO b"
`
	if got.String() != want {
		t.Errorf("got:\n%s\nwant:\n%s", got.String(), want)
	}
}

var kinds = map[plpgsql.Kind]string{
	plpgsql.Other: "other", plpgsql.SQL: "sql", plpgsql.Assign: "assign", plpgsql.Execute: "execute",
	plpgsql.Perform: "perform", plpgsql.Return: "return", plpgsql.ReturnQuery: "return query",
	plpgsql.ReturnExecute: "return execute", plpgsql.If: "if", plpgsql.ForQuery: "for query",
	plpgsql.ForExecute: "for execute", plpgsql.ForRange: "for range", plpgsql.Foreach: "foreach", plpgsql.Loop: "loop",
	plpgsql.Block: "block", plpgsql.Exit: "exit", plpgsql.Continue: "continue", plpgsql.Open: "open",
	plpgsql.OpenExecute: "open execute",
}

func dump(t *testing.T, b *strings.Builder, body string, list []plpgsql.Stmt, indent string) {
	t.Helper()
	inner := indent + "  "
	expr := func(e plpgsql.Expr) {
		if e.Text == "" {
			return
		}
		fmt.Fprintf(b, "%s%q\n", inner, e.Text)
		if e.At < 0 || e.At+len(e.Text) > len(body) {
			t.Errorf("%q at %d is outside", e.Text, e.At)
		} else if source := body[e.At : e.At+len(e.Text)]; e.Text != source && !strings.Contains(strings.ToLower(source), "into") {
			t.Errorf("%q at %d, where it says %q", e.Text, e.At, source)
		}
	}
	for i := range list {
		s := &list[i]
		b.WriteString(indent + kinds[s.Kind])
		if len(s.Into) > 0 {
			fmt.Fprintf(b, " %v", s.Into)
		}
		b.WriteString("\n")
		for _, d := range s.Decls {
			b.WriteString(inner + "declares " + d.Name + "\n")
			inner += "  "
			expr(d.Init)
			expr(d.Query)
			inner = indent + "  "
		}
		expr(s.Subject)
		expr(s.Expr)
		expr(s.High)
		for _, e := range append(s.Using, s.More...) {
			expr(e)
		}
		for _, br := range s.Branches {
			expr(br.When)
			dump(t, b, body, br.Body, inner)
		}
		dump(t, b, body, s.Body, inner)
		dump(t, b, body, s.Handlers, inner)
	}
}

// FuzzParse holds that every text that is read stands where it says, and that
// reading ends soon.
func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"BEGIN a := 1; END", "DECLARE a int := 1; b CURSOR FOR SELECT 1; BEGIN SELECT a INTO STRICT b FROM c; END",
		"BEGIN IF a THEN CASE b WHEN 1 THEN NULL; END CASE; ELSIF c THEN LOOP EXIT; END LOOP; END IF; END",
		"BEGIN FOR a IN EXECUTE 'b' USING c LOOP END LOOP; FOREACH d IN ARRAY e LOOP END LOOP; EXCEPTION WHEN f THEN RAISE; END",
		"#x y <<z>> BEGIN OPEN c(a := 1) FOR EXECUTE 'x' USING y; RETURN QUERY SELECT 1; a[1].b = 2; END", "BEGIN (((", "BEGIN CASE",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, body string) {
		start := time.Now()
		block, ok := plpgsql.Parse(body)
		if d := time.Since(start); d > 3*time.Second {
			t.Errorf("took %v for %d bytes", d, len(body))
		}
		if ok {
			var b strings.Builder
			dump(t, &b, body, []plpgsql.Stmt{block}, "")
		}
	})
}
