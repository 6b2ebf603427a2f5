package schema_test

import (
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
