package schema_test

import (
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/tenantvet/tenantvet/sqlcheck/schema"
	"golang.org/x/tools/txtar"
)

// FuzzReplay asks of any text: no panic, no hang, problems inside the file.
func FuzzReplay(f *testing.F) {
	archives, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range archives {
		archive, err := txtar.ParseFile(name)
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range archive.Files {
			if file.Name != "model" {
				f.Add(string(file.Data))
			}
		}
	}
	f.Add(usePrelude)
	f.Fuzz(func(t *testing.T, sql string) {
		start := time.Now()
		_, files := schema.Arrange([]schema.File{{Path: "1.sql", SQL: sql}, {Path: "2.sql", SQL: sql}})
		_, problems := schema.Replay(files)
		if took := time.Since(start); took > 20*time.Second {
			t.Errorf("took %v", took)
		}
		for _, p := range problems {
			if p.At.Line < 1 || p.At.Line > strings.Count(sql, "\n")+1 || p.Message == "" {
				t.Errorf("problem outside of the file: %+v", p)
			}
		}
	})
}

// TestBounds replays what would take for ever if it were followed to the end.
func TestBounds(t *testing.T) {
	for name, sql := range map[string]string{
		"endless loop":    "DO $$ BEGIN LOOP EXECUTE 'CREATE TABLE t (id int)'; END LOOP; END $$;",
		"nested loops":    "DO $$ BEGIN " + strings.Repeat("FOR i IN 1..10000 LOOP ", 6) + "NULL;" + strings.Repeat(" END LOOP;", 6) + " END $$;",
		"growing text":    "DO $$ DECLARE x text := 'a'; BEGIN FOR i IN 1..10000 LOOP x := x || x; END LOOP; EXECUTE x; END $$;",
		"recursion":       "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS 'BEGIN PERFORM f(); PERFORM f(); EXECUTE ''SELECT f(), f()''; RETURN f(); END'; SELECT f();",
		"crossed queries": "CREATE TABLE t (a int, b int, c int); DO $$ DECLARE r record; BEGIN FOR r IN SELECT 1 FROM " + strings.Repeat("information_schema.columns, ", 30) + "pg_tables LOOP NULL; END LOOP; END $$;",
		"open quotes":     strings.Repeat("CREATE TABLE t (id int);\nSELECT ';\n", 20000),
		"open groups":     strings.Repeat("CREATE TABLE t (id int;\n", 20000),
		"policy calls":    fanOut(30) + "CREATE TABLE t (id int); CREATE POLICY p ON t USING (f29() = id);",
		"many grants":     manyTables(300) + strings.Repeat("GRANT SELECT ON ALL TABLES IN SCHEMA public TO r1, r2, r3, r4; REVOKE ALL ON ALL TABLES IN SCHEMA public FROM r1;", 1000),
		"many roles":      manyTables(300) + manyGrantees(1000),
		"savepoints":      "BEGIN; SAVEPOINT a; " + strings.Repeat("SELECT 1; ROLLBACK TO a; ", 20000),
		"renames":         manyPolicies(500) + strings.Repeat("ALTER TABLE t RENAME TO u; ALTER TABLE u RENAME TO t; ALTER TABLE t RENAME a TO b; ALTER TABLE t RENAME b TO a;", 500),
		"psql variables":  "\\set a xx\n" + strings.Repeat("\\set a :a:a\n", 1000) + strings.Repeat("SELECT "+strings.Repeat(":a ", 1000)+";\n", 100),
		"role loop":       "CREATE ROLE a; CREATE ROLE b; GRANT a TO b; GRANT b TO a; SET ROLE a; CREATE TABLE t (id int); GRANT SELECT ON t TO b WITH GRANT OPTION; SET ROLE b; GRANT SELECT ON t TO a WITH GRANT OPTION; REVOKE SELECT ON t FROM a CASCADE;",
		"deep blocks":     "DO $$ " + strings.Repeat("BEGIN ", 100000) + "$$;",
	} {
		t.Run(name, func(t *testing.T) {
			done := make(chan struct{})
			go func() {
				defer close(done)
				schema.Replay([]schema.File{{Path: "f.sql", SQL: sql}})
			}()
			select {
			case <-done:
			case <-time.After(30 * time.Second):
				t.Fatal("still running")
			}
		})
	}
}

func manyTables(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "CREATE TABLE t%d (id int);\n", i)
	}
	return b.String()
}

func manyGrantees(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "GRANT SELECT ON ALL TABLES IN SCHEMA public TO r%d WITH GRANT OPTION;\n", i)
	}
	return b.String()
}

func manyPolicies(n int) string {
	var b strings.Builder
	b.WriteString("CREATE TABLE t (id int, a int);\n")
	for i := range n {
		fmt.Fprintf(&b, "CREATE POLICY p%d ON t USING (a = 1 AND EXISTS (SELECT FROM u WHERE u.a = t.a));\n", i)
	}
	return b.String()
}

// fanOut defines functions each of which calls the one before twice.
func fanOut(n int) string {
	var b strings.Builder
	b.WriteString("CREATE FUNCTION f0() RETURNS int LANGUAGE sql AS $$ SELECT current_setting('a.b')::int $$;\n")
	for i := 1; i < n; i++ {
		prev := strings.TrimSpace(strings.Repeat("f"+strconv.Itoa(i-1)+"() + ", 2)) + " 1"
		b.WriteString("CREATE FUNCTION f" + strconv.Itoa(i) + "() RETURNS int LANGUAGE sql AS 'SELECT " + prev + "';\n")
	}
	return b.String()
}
