package report

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tenantvet/tenantvet/analyzer"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// secretKey is put together at run time, so that no scanner takes this file for a leak.
func secretKey() string { return "sb_" + "secret_" + "N1xQ82hTbW5zRkpaVnE0Zw_a1B2c3D4" }

// sample writes a small program to a temporary directory and returns a report about it.
func sample(t *testing.T) (root string, r Report) {
	t.Helper()
	root = t.TempDir()
	write(t, filepath.Join(root, "internal", "orders", "list.go"), `package orders

func (s *Store) List(ctx context.Context) error {
	if true {
		rows, err := s.pool.Query(ctx, "SELECT id FROM orders") // über
	}
}

const key = "`+secretKey()+`"
const split = "sb_sec" + "ret_N1xQ82hTb" + "W5zRkpaVnE0Zw"
`)
	at := func(line, column, endLine, endColumn int) Position {
		return Position{File: "internal/orders/list.go", Line: line, Column: column, EndLine: endLine, EndColumn: endColumn}
	}
	return root, Report{
		Tool: "v1.2.3",
		Root: ".",
		Findings: []Finding{
			{Rule: "servicerole", Group: "breach", Position: at(9, 13, 9, 13+len(secretKey())+2), Package: "shop/internal/orders",
				Message: "key " + secretKey() + " in the program", Fixes: []Fix{{Message: "inline", Edits: []Edit{{File: "a.go", New: secretKey()}}}}},
			{Rule: "servicerole", Group: "breach", Position: at(10, 15, 10, 56), Package: "shop/internal/orders", Message: "key in the program"},
			{Rule: "rawpool", Group: "breach", Position: at(5, 16, 5, 28), Package: "shop/internal/orders", Function: "(*Store).List",
				Message: `query on tenant table "orders" over a pool; run it on the scoped transaction`, Advice: "run it on the scoped transaction", Fingerprint: "abc",
				Path:  []Step{{Position: at(3, 1, 3, 1), Message: "called from here"}, {Message: "without a position"}},
				Fixes: []Fix{{Message: "use tx", Edits: []Edit{{File: "internal/orders/list.go", Start: 1, End: 2, New: "<tx>"}}}}},
			{Rule: "untrustedtenant", Group: "suspect", Position: at(99, 1, 99, 1), Message: "beyond the file"},
		},
		Totals: Totals{Packages: Packages{Analysed: 3, Skipped: 1, Failed: 1},
			Sites: Sites{Safe: 4, Breach: 1, Unknown: 3, Causes: map[string]int{"dynamic-sql": 1, "budget": 2}}},
		Incomplete: append(behind(at(1, 9, 1, 9), "shop/internal/api", "shop/internal/jobs", "shop/internal/orders", "shop/internal/pay", "shop/internal/web"),
			Incomplete{Package: "shop/internal/broken", Reason: "does not compile"}),
		Schemas: []string{"db/2.sql", "db/1.sql", "db/1.sql"},
		Notes:   []string{"nothing else"},
	}
}

// behind are packages that a module which doesn't load keeps from being analysed.
func behind(at Position, packages ...string) []Incomplete {
	var out []Incomplete
	for _, pkg := range packages {
		out = append(out, Incomplete{Package: pkg, Position: &at, Reason: "imports example.com/lost, which doesn't load"})
	}
	return out
}

func write(t *testing.T, name, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		write(t, path, string(got))
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs (go test -update rewrites it); got:\n%s", path, got)
	}
}

// written returns a report in one of the forms.
func written(t *testing.T, form string, r Report, v View) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, form, r, v); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestForms(t *testing.T) {
	root, r := sample(t)
	if err := os.Mkdir(filepath.Join(root, ".git"), 0o755); err != nil {
		t.Fatal(err)
	}
	rules := []analyzer.Rule{
		{Name: "rawpool", Group: analyzer.Breach, Title: "query over a pool", Doc: "rawpool: query over a pool\n\nBad:\n\n\tpool.Query()\n", URL: "https://example.com/#rawpool"},
		{Name: "servicerole", Group: analyzer.Breach, Title: "credential in the program", Doc: "servicerole: credential", URL: "https://example.com/#servicerole"},
	}
	for form, file := range map[string]string{"text": "report.txt", "json": "report.json", "sarif": "report.sarif", "github": "report.github", "markdown": "report.md", "html": "report.html"} {
		t.Run(form, func(t *testing.T) {
			golden(t, file, written(t, form, r, View{Root: root, Dir: filepath.Join(root, "internal"), Rules: rules}))
		})
	}
}

func TestEmpty(t *testing.T) {
	for form, file := range map[string]string{"text": "empty.txt", "json": "empty.json", "sarif": "empty.sarif", "github": "empty.github", "markdown": "empty.md"} {
		golden(t, file, written(t, form, Report{}, View{Root: t.TempDir(), Dir: "/"}))
	}
}

func TestNoSecretIsShown(t *testing.T) {
	root, r := sample(t)
	for _, form := range Forms() {
		for _, colour := range []bool{false, true} {
			out := string(written(t, form, r, View{Root: root, Dir: root, Color: colour}))
			for _, secret := range []string{secretKey(), "N1xQ82hTb", "W5zRkpaVnE0Zw"} {
				if strings.Contains(out, secret) {
					t.Errorf("%s, colour %v: the output shows %s:\n%s", form, colour, secret, out)
				}
			}
		}
	}
}

func TestColour(t *testing.T) {
	root, r := sample(t)
	for _, form := range Forms() {
		for _, colour := range []bool{false, true} {
			out := string(written(t, form, r, View{Root: root, Dir: root, Color: colour}))
			if got, want := strings.Contains(out, "\x1b["), colour && form == "text"; got != want {
				t.Errorf("%s, colour %v: escape sequences %v, want %v", form, colour, got, want)
			}
		}
	}
}

// The words of a text are shown wherever they stand: in a raw string of several
// lines, and in a step of the path when the finding is about the call.
func TestWordsInSQL(t *testing.T) {
	root := t.TempDir()
	write(t, filepath.Join(root, "a.go"), "const q = `\n\tSELECT id\n\tFROM orders o`\n\nfunc f() { pool.Query(q) }\n")
	words := Position{File: "a.go", Line: 3, Column: 7, EndLine: 3, EndColumn: 13}
	call := Position{File: "a.go", Line: 5, Column: 12, EndLine: 5, EndColumn: 22}
	point := Position{File: "a.go", Line: 5, Column: 12, EndLine: 5, EndColumn: 12}
	r := Report{Findings: []Finding{
		{Rule: "boundset", Group: "breach", Position: words, Message: "wrong words", Path: []Step{{Position: point, Message: "sent here"}}},
		{Rule: "rawpool", Group: "breach", Position: call, Message: "wrong handle", Path: []Step{{Position: words, Message: "SELECT on orders"}}},
	}}
	const want = `a.go:3:7: boundset: wrong words
   3 |     FROM orders o` + "`" + `
     |          ^^^^^^
    a.go:5: sent here

a.go:5:12: rawpool: wrong handle
   5 | func f() { pool.Query(q) }
     |            ^^^^^^^^^^
    a.go:3: SELECT on orders
   3 |     FROM orders o` + "`" + `
     |          ^^^^^^

`
	if got, _, _ := strings.Cut(string(written(t, "text", r, View{Root: root, Dir: root})), "2 findings"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestExcerpt(t *testing.T) {
	long := strings.Repeat("a", 300)
	tests := []struct {
		name, line         string
		column, endColumn  int
		wantLine, wantMark string
	}{
		{"tabs", "\t\tx := f()", 8, 9, "        x := f()", "             ^"},
		{"tab within", "ab\tcd", 1, 6, "ab  cd", "^^^^^^"},
		{"runes", "«é» bad", 8, 11, "«é» bad", "    ^^^"},
		{"point", "abc", 2, 2, "abc", " ^"},
		{"end of line", "abc", 4, 4, "abc", "   ^"},
		{"escape sequence", "a\x1b[31mb", 1, 2, "a�[31mb", "^"},
		{"bidi override", "a\u202eb", 1, 2, "a�b", "^"},
		{"not UTF-8", "a\xffb", 3, 4, "a�b", "  ^"},
		{"carriage return", "abc\r", 1, 4, "abc", "^^^"},
		{"wide", "世界 bad", 8, 11, "世界 bad", "     ^^^"},
		{"long", long + "BAD" + long, 301, 304, "…" + long[:40] + "BAD" + long[:115] + "…", strings.Repeat(" ", 41) + "^^^"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newSource([]byte(tt.line + "\n"))
			text, width, ok := s.excerpt(Position{Line: 1, Column: tt.column, EndLine: 1, EndColumn: tt.endColumn}, "rawpool", defaultWidth)
			if !ok {
				t.Fatal("no excerpt")
			}
			if mark := strings.Repeat(" ", text.indent) + strings.Repeat("^", width); text.line != tt.wantLine || mark != tt.wantMark {
				t.Errorf("got\n%s\n%s\nwant\n%s\n%s", text.line, mark, tt.wantLine, tt.wantMark)
			}
		})
	}
	for _, pos := range []Position{{}, {Line: 5, Column: 1}, {Line: 1, Column: 99}, {Line: 1}} {
		if _, _, ok := newSource([]byte("abc\n")).excerpt(pos, "rawpool", defaultWidth); ok {
			t.Errorf("%+v: an excerpt from nowhere", pos)
		}
	}
}

func FuzzExcerpt(f *testing.F) {
	f.Add("const k = \"sb_\" + `x`\n", 1, 3, 1, 9)
	f.Add("\t\xff`\r\n`", 2, 1, 1, 1)
	f.Fuzz(func(t *testing.T, data string, line, column, endLine, endColumn int) {
		pos := Position{Line: line, Column: column, EndLine: endLine, EndColumn: endColumn}
		text, width, ok := newSource([]byte(data)).excerpt(pos, "servicerole", defaultWidth)
		if !ok {
			return
		}
		if columns(text.line) > defaultWidth+2 || text.indent > columns(text.line) || width < 1 {
			t.Fatalf("line of %d columns, mark at %d, %d wide", columns(text.line), text.indent, width)
		}
	})
}
