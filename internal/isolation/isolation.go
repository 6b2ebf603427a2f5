// Package isolation looks for the tests of a module that set tenants against each
// other, and tells which tables they name.
//
// What a test asserts can't be told from outside. A file counts as an isolation test
// where it has to do with two tenants: by names such as tenantA and tenantB, org1 and
// org2, otherTenant, or as SQL, by two contexts that it sets. It exercises a table that
// it names, in SQL or in an identifier such as ListOrders.
package isolation

import (
	"go/scanner"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/tenantvet/tenantvet/sqlcheck"
)

// maxFile bounds what is read of a test.
const maxFile = 4 << 20

// Tests are the isolation tests that were found.
type Tests struct {
	Files []string // absolute
	words map[string]bool
	runs  [][]string // words of identifiers, in their order
}

// Find looks below the directories. tenants are words for a tenant, such as "org";
// settings carry the tenant.
func Find(dirs, tenants, settings []string) *Tests {
	t := &Tests{words: map[string]bool{}}
	for _, dir := range dirs {
		filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return nil // who reads the directory for its program says so
			case d.IsDir() && path != dir && (strings.HasPrefix(d.Name(), ".") || d.Name() == "vendor" || d.Name() == "node_modules" || d.Name() == "testdata"):
				return filepath.SkipDir
			case !d.Type().IsRegular() || slices.Contains(t.Files, path):
				return nil
			}
			if strings.HasSuffix(path, "_test.go") {
				t.goFile(path, read(path), tenants)
			} else if strings.HasSuffix(path, ".sql") {
				t.sqlFile(path, read(path), settings)
			}
			return nil
		})
	}
	return t
}

func read(path string) string {
	if info, err := os.Stat(path); err != nil || info.Size() > maxFile {
		return ""
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return ""
	}
	return string(data)
}

// Exercise reports whether an isolation test names a table.
func (t *Tests) Exercise(table string) bool {
	if t.words[strings.ToLower(table)] {
		return true
	}
	want := split(table)
	return slices.ContainsFunc(t.runs, func(run []string) bool {
		for i := range run {
			if i+len(want) <= len(run) && slices.EqualFunc(run[i:i+len(want)], want, sameNoun) {
				return true
			}
		}
		return false
	})
}

// sameNoun compares words without their plural.
func sameNoun(a, b string) bool { return singular(a) == singular(b) }

func singular(word string) string {
	switch {
	case strings.HasSuffix(word, "ies"):
		return strings.TrimSuffix(word, "ies") + "y"
	case strings.HasSuffix(word, "ses"), strings.HasSuffix(word, "xes"), strings.HasSuffix(word, "ches"):
		return strings.TrimSuffix(word, "es")
	}
	return strings.TrimSuffix(word, "s")
}

// goFile takes in a Go test if it has to do with two tenants.
func (t *Tests) goFile(path, text string, tenants []string) {
	var s scanner.Scanner
	fset := token.NewFileSet()
	s.Init(fset.AddFile(path, -1, len(text)), []byte(text), nil, 0)
	found := Tests{words: map[string]bool{}}
	which := map[string]bool{}
	for {
		_, tok, lit := s.Scan()
		if tok == token.EOF {
			break
		}
		switch tok {
		case token.IDENT:
			run := split(lit)
			found.runs = append(found.runs, run)
			if w := oneOf(run, tenants); w != "" {
				which[w] = true
			}
		case token.STRING:
			value, err := strconv.Unquote(lit)
			if err != nil {
				continue
			}
			if w := oneOf(split(value), tenants); w != "" && len(value) < shortText && !strings.Contains(value, " ") {
				which[w] = true // "tenant-a"
			}
			for _, word := range sqlWords(value) {
				found.words[word] = true
				if w := oneOf(split(word), tenants); w != "" {
					which[w] = true
				}
			}
		}
	}
	if len(which) < 2 && !which[other] {
		return
	}
	t.Files = append(t.Files, path)
	t.runs = append(t.runs, found.runs...)
	for word := range found.words {
		t.words[word] = true
	}
}

// shortText is the length below which a text may be a tenant's name.
const shortText = 40

// other is a tenant that there is only where there is another one.
const other = "other"

// oneOf says which tenant a name is for, "" if it is for none or for any.
func oneOf(words, tenants []string) string {
	if !slices.ContainsFunc(words, func(w string) bool { return slices.Contains(tenants, w) }) {
		return ""
	}
	for _, w := range words {
		switch w {
		case "other", "another", "foreign", "theirs", "victim", "wrong", "cross":
			return other
		case "one", "two", "three", "first", "second", "mine", "alice", "bob":
			return w
		}
		if len(w) == 1 && (w >= "a" && w <= "d" || w >= "1" && w <= "9") {
			return w
		}
	}
	return ""
}

// sqlFile takes in a test in SQL (pgTAP) if it sets two contexts.
func (t *Tests) sqlFile(path, text string, settings []string) {
	lower := strings.ToLower(text)
	if !strings.Contains(lower, "plan(") && !strings.Contains(lower, "no_plan") {
		return
	}
	contexts := map[string]bool{}
	for _, span := range sqlcheck.Split(text) {
		statement := strings.ToLower(text[span.Pos:span.End])
		sets := strings.Contains(statement, "authenticate_as") || strings.Contains(statement, "request.jwt")
		for _, setting := range settings {
			sets = sets || strings.Contains(statement, setting)
		}
		if sets && (strings.Contains(statement, "set") || strings.Contains(statement, "authenticate_as")) {
			contexts[strings.Join(strings.Fields(statement), " ")] = true
		}
	}
	if len(contexts) < 2 {
		return
	}
	t.Files = append(t.Files, path)
	for _, word := range sqlWords(text) {
		t.words[word] = true
	}
}

// sqlWords are the words of a text, in lower case.
func sqlWords(text string) []string {
	return strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// split takes a name apart: OrderItems, order_items and orderItemsA are words.
func split(name string) []string {
	var out []string
	var word []rune
	flush := func() {
		if len(word) > 0 {
			out = append(out, strings.ToLower(string(word)))
			word = nil
		}
	}
	runes := []rune(name)
	for i, r := range runes {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			flush()
			continue
		case unicode.IsUpper(r) && (i == 0 || !unicode.IsUpper(runes[i-1]) || i+1 < len(runes) && unicode.IsLower(runes[i+1])),
			unicode.IsDigit(r) && i > 0 && !unicode.IsDigit(runes[i-1]):
			flush()
		}
		word = append(word, r)
	}
	flush()
	return out
}
