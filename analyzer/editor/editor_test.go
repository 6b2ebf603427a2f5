package editor_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/tenantvet/tenantvet/analyzer/editor"
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

// TestLook: a key changes with what is known from outside Go files, for packages of
// the main modules only, and comes back with it; what was looked at before a change
// is not current any more.
func TestLook(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	root, other := t.TempDir(), t.TempDir()
	write(t, filepath.Join(root, "go.mod"), "module example.com/m\n")
	write(t, filepath.Join(root, "store", "store.go"), "package store\n\nimport _ \"embed\"\n\n//go:embed q.sql\nvar q string\n")
	write(t, filepath.Join(root, "store", "q.sql"), "SELECT 1")
	write(t, filepath.Join(other, "go.mod"), "module example.com/o\n")
	configuration := filepath.Join(root, "tenantvet.yaml")
	write(t, configuration, "version: 1\n")

	s := editor.New()
	look := func(file string) editor.Look {
		t.Helper()
		if file != "" && !s.Changed([]string{file}) {
			t.Errorf("a change of %s is none", file)
		}
		return s.Look([]string{root})
	}
	key := func(l editor.Look, dir string) [32]byte { return l.Key([32]byte{1}, dir) }
	store := filepath.Join(root, "store")

	first := look("")
	if key(first, other) != [32]byte{1} {
		t.Error("the key of a package of another module is changed")
	}
	write(t, configuration, "version: 1\nshared: [jobs]\n")
	second := look(configuration)
	if key(second, store) == key(first, store) || first.Current() || !second.Current() {
		t.Error("a changed configuration is not noticed")
	}
	write(t, configuration, "version: 1\nrolls: {}\n")
	if wrong := look(configuration); key(wrong, store) == key(second, store) {
		t.Error("a wrong configuration, which is to be shown, changes no key")
	}
	write(t, configuration, "version: 1\nshared: [jobs]\n")
	if again := look(configuration); key(again, store) != key(second, store) {
		t.Error("the configuration is as it was, the key is not")
	}
	write(t, filepath.Join(store, "q.sql"), "SELECT 2")
	if third := look(filepath.Join(store, "q.sql")); key(third, store) == key(second, store) {
		t.Error("a changed embedded file is not noticed")
	}
	if s.Changed([]string{filepath.Join(store, "store.go")}) {
		t.Error("a Go file concerns the packages that depend on it, which the server knows")
	}
}
