package evidence

import (
	"path"
	"slices"
	"strings"
)

// maxFile is the size above which a file is not read.
const maxFile = 8 << 20

var (
	// ddlLine finds statements that build a schema, at the start of a line.
	ddlLine = pattern(`(?im)^[ \t]*(?:create|alter|drop|grant|revoke|comment[ \t]+on|set[ \t]+search_path|do[ \t]+\$)`)
	// schemaText finds what makes a directory worth replaying.
	// It wants lower case.
	schemaText = pattern(`create\s+(?:unlogged\s+|foreign\s+)?table\b|row\s+level\s+security\b|create\s+policy\b`)
	// sqlcQuery heads a statement in a file of queries.
	sqlcQuery = pattern(`(?im)^[ \t]*(--|/\*)[ \t]*name:[ \t]*\w+[ \t]+:\w+`)
	// otherSQL is syntax that only other databases have, outside of comments.
	otherSQL = pattern("(?im)\\bauto_?increment\\b|\\bengine\\s*=\\s*\\w+|^[ \t]*pragma\\b|\\bwithout\\s+rowid\\b|" +
		"\\b(create\\s+table(\\s+if\\s+not\\s+exists)?|from|into|table|exists)\\s+`|\\bdatetime\\(\\s*'now'|" +
		"\\bnvarchar\\s*\\(|\\bvarchar2\\s*\\(|\\[dbo\\]|\\bdbo\\.|\\bidentity\\s*\\(\\s*1\\s*,\\s*1\\s*\\)|\\bmergetree\\b|" +
		"\\bset\\s+foreign_key_checks\\b|\\bunsigned\\s+(not|default|null|auto)|\\blowcardinality\\s*\\(|\\)\\s*strict\\s*;|" +
		"\\bcreate\\s+virtual\\s+table\\b|\\bstrftime\\s*\\(|\\btinyint\\(|\\b(medium|long)text\\b|\\bon\\s+update\\s+current_timestamp\\b|" +
		"\\bcharset\\s*=|\\bstring\\(max\\)|\\binterleave\\s+in\\s+parent\\b|\\b(distkey|diststyle|sortkey)\\b|\\bon\\s+cluster\\b|^go[ \t]*$")
	lineComment  = pattern(`(?m)--.*$`)
	blockComment = pattern(`(?s)/\*.*?\*/`)
)

// otherMarks are what a text must have, one of them, for otherSQL to match:
// looking for them first is much faster.
var otherMarks = []string{"`", "increment", "engine=", "engine =", "pragma", "rowid", "datetime(", "nvarchar", "varchar2", "[dbo]", "dbo.",
	"identity(", "identity (", "mergetree", "foreign_key_checks", "unsigned", "lowcardinality", ") strict", ")strict", "virtual table", "strftime",
	"tinyint(", "mediumtext", "longtext", "on update current_timestamp", "charset", "string(max)", "interleave", "distkey", "diststyle", "sortkey",
	"on cluster", "\ngo\n", "\ngo\r\n"}

// otherDatabases are words in a path that say which database a file is for.
var otherDatabases = []string{"mysql", "mariadb", "sqlite", "sqlite3", "clickhouse", "mssql", "sqlserver", "oracle",
	"spanner", "cassandra", "duckdb", "tidb", "bigquery", "snowflake", "ydb", "libsql", "turso", "cockroach", "cockroachdb", "crdb"}

// postgresWords say the contrary.
var postgresWords = []string{"postgres", "postgresql", "pg", "pgx", "psql", "pgsql"}

var (
	pathWord         = pattern(`[^a-z0-9]+`)
	startsWithNumber = pattern(`^[vV]?[0-9]`)
	gooseName        = pattern(`^[0-9]+_`) // of its migrations in Go
)

// otherDatabase reports whether a SQL file is plainly for another database: by
// a word of its path, or by its syntax.
func otherDatabase(rel, text string) bool {
	dir, base := path.Split(rel)
	if startsWithNumber().MatchString(base) {
		base = "" // 12_import_mysql.sql tells what a migration does
	}
	if NamesOtherDatabase(dir + base) {
		return true
	}
	lower := strings.ToLower(text)
	if !slices.ContainsFunc(otherMarks, func(mark string) bool { return strings.Contains(lower, mark) }) {
		return false
	}
	// Comments talk about other databases.
	text = blockComment().ReplaceAllString(lineComment().ReplaceAllString(text, ""), "")
	return otherSQL().MatchString(text)
}

// NamesOtherDatabase reports whether the words of a path name another database
// and not PostgreSQL.
func NamesOtherDatabase(path string) bool {
	words := pathWord().Split(strings.ToLower(path), -1)
	return !slices.ContainsFunc(words, isPostgres) && slices.ContainsFunc(words, isOther)
}

func isOther(word string) bool {
	if slices.Contains(otherDatabases, word) {
		return true
	}
	return strings.HasSuffix(word, "sqlite") || strings.HasSuffix(word, "mysql") // riversqlite
}

func isPostgres(word string) bool { return slices.Contains(postgresWords, word) }

// weakWords are parts of a path under which tables are made up for a test, a
// demonstration or a text.
var weakWords = []string{"test", "tests", "testing", "testutil", "testutils", "testhelper", "testhelpers", "testsupport", "fixture", "fixtures",
	"mock", "mocks", "e2e", "example", "examples", "doc", "docs", "seed", "seeds", "bench", "benchmark", "benchmarks", "sample", "samples", "demo", "archive", "archived", "backup", "backups", "deprecated"}

func isWeak(dir string) bool {
	for _, part := range strings.Split(strings.ToLower(dir), "/") {
		if slices.Contains(weakWords, part) {
			return true
		}
	}
	return false
}

// traits are what the loader asks about the text of a SQL file.
type traits struct {
	DDL     bool     // changes a schema
	Schema  bool     // builds one
	Queries bool     // is for a query generator
	Other   bool     // is for another database
	Secures bool     // has policies, or switches row level security on
	Reads   []string // custom settings that it reads
}

func traitsOf(rel, text string) traits {
	t := traits{DDL: ddlLine().MatchString(text), Queries: strings.Contains(text, "name:") && sqlcQuery().MatchString(text)}
	if !t.DDL || t.Queries {
		return t
	}
	t.Other = otherDatabase(rel, text)
	lower := strings.ToLower(text)
	t.Schema = !t.Other && (strings.Contains(lower, "table") || strings.Contains(lower, "policy")) && schemaText().MatchString(lower)
	t.Secures, t.Reads = !t.Other && secures(lower), settingsRead(lower)
	return t
}

// secures reports whether a text, in lower case, is about row level security.
func secures(lower string) bool {
	return strings.Contains(lower, "row level security") || strings.Contains(lower, "create policy")
}

// group names the directory whose files are replayed together: the file's own,
// or the one above where each migration has a directory.
func group(rel string) string {
	dir, base := path.Split(rel)
	dir = path.Clean(dir)
	switch base {
	case "migration.sql", "up.sql", "down.sql":
		return path.Dir(dir)
	}
	return dir
}
