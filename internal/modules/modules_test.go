package modules_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/tenantvet/tenantvet/internal/config"
	"github.com/tenantvet/tenantvet/internal/modules"
)

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestOf: evidence is that of the innermost main module round a directory; what is
// vendored, and what lies outside, has none.
func TestOf(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	t.Setenv("GOWORK", "")
	root := t.TempDir()
	write(t, filepath.Join(root, "go.work"), "go 1.26\n\nuse (\n\t./a\n\t./b\n)\n")
	for _, m := range []string{"a", "b", "c"} {
		write(t, filepath.Join(root, m, "go.mod"), "module example.com/"+m+"\n")
		write(t, filepath.Join(root, m, "x", "x.go"), "package x\n")
	}
	write(t, filepath.Join(root, "a", "vendor", "example.com", "v", "v.go"), "package v\n")
	set, err := modules.Refresh(filepath.Join(root, "a", "x"), "test", nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	for dir, want := range map[string]string{"a": "example.com/a", "a/x": "example.com/a", "b/x": "example.com/b", "c/x": "", "a/vendor/example.com/v": "", ".": ""} {
		m, err := set.Of(filepath.Join(root, filepath.FromSlash(dir)))
		got := ""
		if m != nil {
			got = m.Path
		}
		if err != nil || got != want {
			t.Errorf("%s belongs to %q (%v), want %q", dir, got, err, want)
		}
	}
	before := set.Key()
	write(t, filepath.Join(root, "b", "tenantvet.yaml"), "version: 1\nshared: [jobs]\n")
	set, err = modules.Refresh(filepath.Join(root, "a"), "test", nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if set.Key() == before {
		t.Error("the key does not change with the configuration of another module of the workspace")
	}
}

// TestErrors: a wrong configuration is an error that names its place, wherever the
// configuration stands.
func TestErrors(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	root := t.TempDir()
	write(t, filepath.Join(root, "go.mod"), "module example.com/m\n")
	write(t, filepath.Join(root, "tenantvet.yaml"), "version: 1\nrules: {rawpol: false}\n")
	_, err := modules.Refresh(root, "test", nil, []string{"rawpool"})
	var e *config.Error
	if !errors.As(err, &e) || e.Line != 2 || filepath.Base(e.File) != "tenantvet.yaml" {
		t.Errorf("%v", err)
	}
	given, err := config.Inline("elsewhere", map[string]any{"rules": map[string]any{"rawpol": false}})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(root, "tenantvet.yaml")); err != nil {
		t.Fatal(err)
	}
	if _, err = modules.Refresh(root, "test", &given, []string{"rawpool"}); !errors.As(err, &e) || e.File != "elsewhere" || e.Line != 0 {
		t.Errorf("%v", err)
	}
}
