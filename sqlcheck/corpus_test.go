package sqlcheck_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/tenantvet/tenantvet/sqlcheck/internal/pgparse"
)

// A corpusText is a text of the corpus, with holes as in the golden files.
type corpusText struct {
	name, text string
	parts      []string // names of the texts that this one is made of
}

// corpus is all the SQL that the two parsers are compared on: the texts of the
// golden files, every literal of the Go programs and every SQL file that the
// repository keeps for tests, and PostgreSQL's own regression tests.
func corpus(t testing.TB) []corpusText {
	t.Helper()
	out := goldenTexts(t)
	for _, dir := range []string{"../testdata", "../examples", "../internal/proof", "schema/testdata"} {
		out = append(out, harvest(t, dir)...)
	}
	return append(out, regression(t)...)
}

// goldenTexts are the texts of testdata/facts.
func goldenTexts(t testing.TB) []corpusText {
	t.Helper()
	files, err := filepath.Glob("testdata/facts/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no golden files: %v", err)
	}
	var out []corpusText
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		_, cases, _ := strings.Cut(string(data), "== ")
		for _, c := range strings.Split(cases, "\n== ") {
			title, body, _ := strings.Cut(c, "\n")
			sql, _, _ := strings.Cut(body, "\n--\n")
			out = append(out, corpusText{name: filepath.Base(file) + "/" + title, text: sql})
		}
	}
	return out
}

// harvest takes the SQL files and the literals of the Go files below a folder;
// most of these are no SQL, on which the parsers have to agree as well.
func harvest(t testing.TB, dir string) []corpusText {
	t.Helper()
	var out []corpusText
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		switch filepath.Ext(path) {
		case ".sql", ".txtar":
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			for i, s := range pgparse.Split(string(data)) {
				out = append(out, corpusText{name: fmt.Sprintf("%s#%d", filepath.ToSlash(path), i), text: string(data[s.Start:s.End])})
			}
		case ".go":
			// Test programs may be wrong on purpose; what could be read counts.
			file, _ := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
			if file == nil {
				return nil
			}
			n := 0
			ast.Inspect(file, func(node ast.Node) bool {
				lit, ok := node.(*ast.BasicLit)
				if !ok || lit.Kind != token.STRING {
					return true
				}
				if s, err := strconv.Unquote(lit.Value); err == nil && strings.Contains(s, " ") {
					out = append(out, corpusText{name: fmt.Sprintf("%s#%d", filepath.ToSlash(path), n), text: s})
				}
				n++
				return true
			})
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// regression is PostgreSQL's regression SQL, statement by statement, as it is
// in the module of one of the parsers, whose own tests rest on it; nothing of
// it is copied here. Each file is also read in texts of several statements.
func regression(t testing.TB) []corpusText {
	t.Helper()
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/sqlc-dev/oliphant").Output()
	if err != nil || strings.TrimSpace(string(dir)) == "" {
		t.Fatalf("go list does not find the module with PostgreSQL's regression tests, which go.mod requires: %v", err)
	}
	files, err := filepath.Glob(filepath.Join(strings.TrimSpace(string(dir)), "parser/testdata/fingerprint/*_regress/*.test"))
	if err != nil || len(files) < 200 {
		t.Fatalf("%d files of regression tests: %v", len(files), err)
	}
	var out []corpusText
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		name := strings.TrimSuffix(filepath.Base(file), ".test")
		var group corpusText
		var texts []string
		flush := func() {
			if len(texts) > 1 {
				group.text = strings.Join(texts, ";\n")
				out = append(out, group)
			}
			group, texts = corpusText{}, nil
		}
		for i, c := range strings.Split("\n"+string(data), "\n== ")[1:] {
			_, body, _ := strings.Cut(c, "\n")
			// A line "--" ends the text; those of the text start with a bar.
			sql, _, _ := strings.Cut(body, "\n--\n")
			sql = strings.ReplaceAll(strings.TrimPrefix("\n"+sql, "\n|"), "\n|--", "\n--")
			sql = strings.TrimPrefix(sql, "\n")
			one := corpusText{name: fmt.Sprintf("%s#%d", name, i+1), text: sql}
			out = append(out, one)
			group.name = one.name + " and those before"
			group.parts = append(group.parts, one.name)
			if texts = append(texts, sql); len(texts) == 8 {
				flush()
			}
		}
		flush()
	}
	return out
}
