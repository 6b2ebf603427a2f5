package driver

import (
	"bytes"
	"os"
	"slices"

	"github.com/tenantvet/tenantvet/internal/credential"
	"github.com/tenantvet/tenantvet/internal/evidence"
)

// matters decides, before anything is parsed, whether the facts of a unit could
// say anything.
//
// A unit matters if it imports one of the database packages, or a package that
// has facts. In the main modules a unit also matters for the SQL texts, the
// credentials and the tenantvet comments in its files, and for what it does with
// requests: they live in packages that import no database, too.
func (u unit) matters(databases, requests []string) bool {
	if u.Standard() || u.IsDatabase(databases) {
		return false
	}
	if u.usesDatabase(databases) || u.ImportsFacts() {
		return true
	}
	if !u.Own() {
		return false
	}
	for path := range u.ImportMap {
		if evidence.IsToolkit(path) {
			return true // it says where the programs run that import it
		}
	}
	return u.hasTexts() || u.hasRequests(requests)
}

// usesDatabase reports whether a unit imports a database package and may do more
// with it than to make types fit for it.
func (u unit) usesDatabase(databases []string) bool {
	return slices.ContainsFunc(u.Imports(databases), func(db string) bool {
		return db != "database/sql" || u.Own() || u.hasHandles()
	})
}

// hasRequests reports whether a unit reads requests, or may hand on what they say
// in contexts.
func (u unit) hasRequests(libraries []string) bool {
	return u.ImportMap["context"] != "" || slices.ContainsFunc(libraries, func(lib string) bool { return u.ImportMap[lib] != "" })
}

func (u unit) hasTexts() bool {
	for _, file := range u.GoFiles {
		data, err := os.ReadFile(file)
		if err != nil || hasSQL(data) || bytes.Contains(data, []byte(tableNamer)) || bytes.Contains(data, []byte(embedder)) || credential.HasToken(string(data)) {
			return true // let the parser report what can't be read
		}
	}
	return false
}

// tableNamer is how a model says which table it is, to packages that use gorm.
const tableNamer = ") TableName() string"

// embedder builds a file into the program, which may hold credentials.
const embedder = "\n//go:embed "

// hasSQL reports whether a Go file may hold SQL text. It is true too often
// rather than too seldom.
func hasSQL(file []byte) bool {
	lower := bytes.ToLower(file)
	for _, word := range []string{"set_config", "current_setting", "insert into", "delete from", "search_path", "row_security",
		"set local", "set session", "set role", "reset all", "discard all", "truncate ", "merge into", "with recursive", "tenantvet:"} {
		if bytes.Contains(lower, []byte(word)) {
			return true
		}
	}
	// Fragments; in lower case these are English.
	if bytes.Contains(file, []byte("WHERE ")) || bytes.Contains(file, []byte("FROM ")) {
		return true
	}
	// SELECT and UPDATE, but not Go's select statement and not any update().
	return wordBefore(lower, "select", func(next byte) bool { return next != '{' }) ||
		wordBefore(lower, "update", func(next byte) bool { return 'a' <= next && next <= 'z' || next == '"' || next == '%' })
}

// wordBefore reports whether a word stands in text before white space and a
// byte that fits.
func wordBefore(text []byte, word string, fits func(next byte) bool) bool {
	for {
		i := bytes.Index(text, []byte(word))
		if i < 0 {
			return false
		}
		text = text[i+len(word):]
		rest := bytes.TrimLeft(text, " \t\r\n")
		if len(rest) < len(text) && len(rest) > 0 && fits(rest[0]) {
			return true
		}
	}
}
