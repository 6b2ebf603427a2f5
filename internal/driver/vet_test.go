package driver

import (
	"slices"
	"strings"
	"testing"
)

func TestChunks(t *testing.T) {
	args := []string{"aaaa", "bbbb", strings.Repeat("c", 30), "d", "e"}
	got := chunks(args, 10)
	if joined := slices.Concat(got...); !slices.Equal(joined, args) {
		t.Errorf("arguments lost or out of order: %q", got)
	}
	if len(got) != 3 {
		t.Errorf("%d parts, want 3: %q", len(got), got)
	}
	if got := chunks(nil, 10); len(got) != 0 {
		t.Errorf("parts from nothing: %q", got)
	}
}

func TestReadMessages(t *testing.T) {
	r := newVetResult()
	said := r.readMessages(`# shop/a
# [shop/a]
tenantvet: a/a.go:1:2: bad
more
# shop/b [shop/b.test]
b/b.go:3:4: worse
go: error obtaining buildID
after
`)
	if !said {
		t.Error("nothing said")
	}
	if got := r.messages["shop/a"]; !slices.Equal(got, []string{"tenantvet: a/a.go:1:2: bad", "more"}) {
		t.Errorf("shop/a: %q", got)
	}
	if got := r.messages["shop/b [shop/b.test]"]; !slices.Equal(got, []string{"b/b.go:3:4: worse"}) {
		t.Errorf("shop/b: %q", got)
	}
	if !slices.Equal(r.other, []string{"go: error obtaining buildID", "after"}) {
		t.Errorf("other: %q", r.other)
	}
}

func TestTidyMessages(t *testing.T) {
	tests := []struct {
		lines []string
		want  string
	}{
		{[]string{"vet: a.go:1:2: bad"}, "a.go:1:2: bad"},
		{[]string{"tenantvet: bad", "worse"}, "bad (and more; go vet shows all)"},
		{[]string{"fatal error: stack overflow", "", "goroutine 1 [running]:", "main.main()"}, "the analysis crashed: fatal error: stack overflow; please report it"},
	}
	for _, tt := range tests {
		if got := tidyMessages(tt.lines); got != tt.want {
			t.Errorf("tidyMessages(%q) = %q, want %q", tt.lines, got, tt.want)
		}
	}
}

func TestSplitPosn(t *testing.T) {
	tests := []struct {
		posn, file   string
		line, column int
	}{
		{"/a/b.go:12:3", "/a/b.go", 12, 3},
		{"/a/b.go:12", "/a/b.go", 12, 0},
		{"/a/b.go", "/a/b.go", 0, 0},
		{`C:\a b\c.go:12:3`, `C:\a b\c.go`, 12, 3},
		{`C:\a.go`, `C:\a.go`, 0, 0},
		{"a:b.go:7:1", "a:b.go", 7, 1},
		{"", "", 0, 0},
		{"-", "-", 0, 0},
	}
	for _, tt := range tests {
		if file, line, column := splitPosn(tt.posn); file != tt.file || line != tt.line || column != tt.column {
			t.Errorf("splitPosn(%q) = %q, %d, %d", tt.posn, file, line, column)
		}
	}
}

func TestStandIn(t *testing.T) {
	for pattern, want := range map[string]string{
		"dist":        "dist",
		"dist/*":      "dist/tenantvet",
		"tpl/*.html":  "tpl/tenantvet.html",
		"v?/[ab]x.js": "vx/ax.js",
		"a\\*b":       "a*b",
		"[^a]":        "^",
		"../up":       "", // the go command refuses it anyway
	} {
		if got := missingEmbed(t.TempDir(), pattern); got != want {
			t.Errorf("missingEmbed(%q) = %q, want %q", pattern, got, want)
		}
	}
}

func TestExpandWorkspace(t *testing.T) {
	roots := []string{"/ws", "/ws/a", "/ws/b/c", "/elsewhere"}
	tests := []struct {
		dir     string
		roots   []string
		pattern string
		want    []string
	}{
		{"/ws", roots, "./...", []string{"./a/...", "./b/c/...", "./..."}},
		{"/ws", roots[1:], "./...", []string{"./a/...", "./b/c/..."}},
		{"/ws/a", roots[1:], "./...", []string{"./..."}},
		{"/ws/a", roots[1:], "../...", []string{"../a/...", "../b/c/..."}},
		{"/ws", roots[1:], "./b/...", []string{"./b/c/..."}},
		{"/ws", roots[1:], "./none/...", []string{"./none/..."}},
		{"/ws", roots, "./a", []string{"./a"}},
		{"/ws", roots, "all", []string{"all"}},
	}
	for _, tt := range tests {
		got := expandWorkspace(options{dir: tt.dir, patterns: []string{tt.pattern}}, tt.roots)
		if !slices.Equal(got, tt.want) {
			t.Errorf("in %s, %s became %q, want %q", tt.dir, tt.pattern, got, tt.want)
		}
	}
}

func TestCheckToolVersion(t *testing.T) {
	if err := checkToolVersion("shop", "1.21"); err != nil {
		t.Error(err)
	}
	err := checkToolVersion("shop", "1.999.1")
	if err == nil || !strings.Contains(err.Error(), "module shop asks for go1.999.1") || strings.Contains(err.Error(), "\n") {
		t.Errorf("a module of the future: %v", err)
	}
}
