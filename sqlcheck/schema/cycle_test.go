package schema_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/tenantvet/tenantvet/sqlcheck/schema"
)

// What no server lets be does not make the replay go round in circles.
func TestCycles(t *testing.T) {
	const tail = "CREATE UNIQUE INDEX ON a (x); ALTER TABLE a ADD FOREIGN KEY (x) REFERENCES a; CREATE TRIGGER g BEFORE INSERT ON a FOR EACH ROW EXECUTE FUNCTION f();" +
		"ALTER TABLE a DISABLE TRIGGER ALL; ALTER TABLE a ADD COLUMN y int UNIQUE; ALTER TABLE a DROP COLUMN x CASCADE; DROP TABLE a;"
	for _, sql := range []string{
		"CREATE TABLE a PARTITION OF a DEFAULT PARTITION BY LIST (x);",
		"CREATE TABLE a (x int) PARTITION BY LIST (x); ALTER TABLE a ATTACH PARTITION a DEFAULT;",
		"CREATE TABLE a (x int) PARTITION BY LIST (x); CREATE TABLE b PARTITION OF a DEFAULT PARTITION BY LIST (x); ALTER TABLE b ATTACH PARTITION a DEFAULT;",
		"CREATE TABLE b PARTITION OF a DEFAULT PARTITION BY LIST (x); CREATE TABLE c PARTITION OF b DEFAULT PARTITION BY LIST (x); ALTER TABLE c RENAME TO a;",
		"CREATE TABLE a (x int) INHERITS (a); ALTER TABLE a INHERIT a;",
		"CREATE TABLE a (LIKE a INCLUDING ALL, x int UNIQUE);",
		"CREATE VIEW a AS SELECT * FROM a;",
	} {
		schema.Replay([]schema.File{{Path: "1.sql", SQL: sql + tail}})
	}
}

// Names that are taken thousands of times don't make a replay hang.
func TestManyNames(t *testing.T) {
	var b strings.Builder
	b.WriteString("CREATE TABLE t (a int, b int);\n")
	for i := range 1000 {
		fmt.Fprintf(&b, "CREATE INDEX ON t (a);\nALTER TABLE t ADD UNIQUE (a, b);\nCREATE TABLE t%d (id serial PRIMARY KEY, a int CHECK (a > 0) REFERENCES t);\n", i)
	}
	start := time.Now()
	model, problems := schema.Replay([]schema.File{{Path: "1.sql", SQL: b.String()}})
	if len(problems) > 0 || len(model.Tables) != 1001 {
		t.Fatal(len(model.Tables), problems)
	}
	if d := time.Since(start); d > 30*time.Second {
		t.Errorf("took %v", d)
	} else {
		t.Log(d)
	}
}
