package schema_test

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/tenantvet/tenantvet/sqlcheck"
	"github.com/tenantvet/tenantvet/sqlcheck/schema"
)

const catalogSQL = `
CREATE SCHEMA app; CREATE SCHEMA other;
CREATE TABLE users (id int PRIMARY KEY, org int, mail text, nick text, UNIQUE (org, mail));
CREATE UNIQUE INDEX ON users (lower(nick));
CREATE UNIQUE INDEX ON users (nick) WHERE nick <> '';
CREATE TABLE app.users (app_id int);
CREATE TABLE app.only (id int PRIMARY KEY);
CREATE TABLE other.twice (a int); CREATE TABLE app.twice (b int);
CREATE TABLE parent (id int PRIMARY KEY); CREATE TABLE child () INHERITS (parent);
CREATE VIEW v AS SELECT id, mail AS address FROM users;
CREATE VIEW unclear AS SELECT * FROM json_each('{}');
CREATE MATERIALIZED VIEW mv AS SELECT id FROM users; CREATE UNIQUE INDEX ON mv (id);
ALTER TABLE elsewhere ENABLE ROW LEVEL SECURITY;`

func replayed(t *testing.T, sql string) *schema.Model {
	t.Helper()
	m, problems := schema.Replay([]schema.File{{Path: "1.sql", SQL: sql}})
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return m
}

func name(s string) sqlcheck.Name {
	if schema, rel, ok := strings.Cut(s, "."); ok {
		return sqlcheck.Name{Schema: schema, Name: rel}
	}
	return sqlcheck.Name{Name: s}
}

func TestColumns(t *testing.T) {
	m := replayed(t, catalogSQL)
	for relation, want := range map[string]string{
		"users":        "id org mail nick",
		"public.users": "id org mail nick",
		"app.users":    "app_id",
		"only":         "id", // in one schema only, so that a search_path leads there
		"v":            "id address",
		"mv":           "id",
		"child":        "id",
		"twice":        "unknown",
		"unclear":      "unknown",
		"elsewhere":    "unknown",
		"missing":      "unknown",
		"zzz.users":    "unknown",
	} {
		columns, known := m.Columns(name(relation))
		got := strings.Join(columns, " ")
		if !known {
			got = "unknown"
		}
		if got != want {
			t.Errorf("the columns of %s are %q, want %q", relation, got, want)
		}
	}
}

func TestUnique(t *testing.T) {
	m := replayed(t, catalogSQL)
	for _, test := range []struct {
		relation, columns string
		unique, known     bool
	}{
		{"users", "id", true, true},
		{"users", "nick id", true, true},
		{"users", "mail org", true, true},
		{"users", "mail", false, true},
		{"users", "nick", false, true}, // an expression and a part of the rows
		{"users", "", false, true},
		{"only", "id", true, true},
		{"mv", "id", true, true},
		{"parent", "id", false, true}, // a child may have the same id
		{"child", "id", false, true},
		{"v", "id", false, false},
		{"elsewhere", "id", false, false},
		{"missing", "id", false, false},
	} {
		unique, known := m.Unique(name(test.relation), strings.Fields(test.columns))
		if unique != test.unique || known != test.known {
			t.Errorf("Unique(%s, %s) = %v, %v", test.relation, test.columns, unique, known)
		}
	}
}

// A model is kept in caches: it must survive both encodings.
func TestModelIsPlainData(t *testing.T) {
	m := replayed(t, catalogSQL+`
		CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.org := current_setting(''app.org''); RETURN NEW; END';
		CREATE TRIGGER g BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION f();
		ALTER TABLE users ADD COLUMN tenant text DEFAULT current_setting('app.tenant'), ADD FOREIGN KEY (id) REFERENCES app.only ON DELETE CASCADE;`)
	users := m.Table(name("users"))
	if len(users.Keys) != 4 || len(users.Triggers) != 1 || !slices.Equal(users.Triggers[0].Assigns, []string{"org"}) ||
		len(users.ForeignKeys) != 1 || len(users.Columns[4].DefaultSettings) != 1 {
		t.Fatalf("%+v", users)
	}
	var b bytes.Buffer
	var byGob, byJSON schema.Model
	if err := gob.NewEncoder(&b).Encode(m); err != nil {
		t.Fatal(err)
	}
	if err := gob.NewDecoder(&b).Decode(&byGob); err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &byJSON); err != nil {
		t.Fatal(err)
	}
	if got := byGob.Table(name("users")); !reflect.DeepEqual(got, users) {
		t.Errorf("gob: %+v, want %+v", got, users)
	}
	if got := byJSON.Table(name("users")); !reflect.DeepEqual(got, users) {
		t.Errorf("JSON: %+v, want %+v", got, users)
	}
}
