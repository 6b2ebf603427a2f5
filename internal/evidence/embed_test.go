package evidence_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/tenantvet/tenantvet/internal/evidence"
)

// TestEmbedded: the sum tells of what is embedded, and of nothing else.
func TestEmbedded(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	root := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		name = filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	sum := func() string {
		t.Helper()
		m, err := evidence.Refresh(root, "test")
		if err != nil {
			t.Fatal(err)
		}
		return m.Embedded()
	}
	write("go.mod", "module example.com/m\n")
	write("store/store.go", "package store\n\nimport \"embed\"\n\n//go:embed all:sql *.txt\nvar files embed.FS\n")
	write("store/sql/deep/orders.sql", "SELECT 1")
	write("store/other.sql", "SELECT 1")
	first := sum()
	write("store/other.sql", "SELECT 2")
	write("notes.txt", "nobody embeds this")
	if sum() != first {
		t.Error("the sum changed with files that are not embedded")
	}
	write("store/sql/deep/orders.sql", "SELECT 2")
	second := sum()
	if second == first {
		t.Error("the sum did not change with an embedded file")
	}
	write("store/new.txt", "")
	if sum() == second {
		t.Error("the sum did not change with a new embedded file")
	}
}
