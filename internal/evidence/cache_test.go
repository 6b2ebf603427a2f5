package evidence_test

import (
	"os"
	"path/filepath"
	"reflect"
	"sync"
	"testing"
	"time"

	"github.com/tenantvet/tenantvet/internal/evidence"
)

func load(t *testing.T, root string) *evidence.Module {
	t.Helper()
	m, err := evidence.Load(root, "test")
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestCache(t *testing.T) {
	root := write(t, map[string]string{"migrations/1.up.sql": tenantSQL, "a.go": "package a\n\nconst q = `SET LOCAL app.tenant_id = '1'`\n"})
	first := refresh(t, root)
	if again := refresh(t, root); !reflect.DeepEqual(first, again) {
		t.Errorf("unchanged, but different:\n%+v\n%+v", first, again)
	}
	if loaded := load(t, root); !reflect.DeepEqual(first, loaded) {
		t.Errorf("loaded another:\n%+v\n%+v", first, loaded)
	}

	changed := map[string]bool{first.Digest: true}
	for _, edit := range []struct{ name, text string }{
		{"migrations/1.up.sql", tenantSQL + "ALTER TABLE orders FORCE ROW LEVEL SECURITY;\n"},
		{"migrations/2.up.sql", "DROP POLICY tenant ON orders;\n"},
		{"tenantvet.yaml", "version: 1\nshared: [orders]\n"},
		{"a.go", "package a\n\nconst q = `SET LOCAL app.org_id = '1'`\n"},
		{"migrations/3.up.sql", "CREATE oops;\n"},
	} {
		put(t, filepath.Join(root, edit.name), edit.text)
		stale := load(t, root)
		m := refresh(t, root)
		if changed[m.Digest] {
			t.Errorf("%s: the digest stays as it was", edit.name)
		}
		if !changed[stale.Digest] {
			t.Errorf("%s: Load looked at the files", edit.name)
		}
		changed[m.Digest] = true
		if load(t, root).Digest != m.Digest {
			t.Errorf("%s: Load gives the old evidence after Refresh", edit.name)
		}
	}

	before := refresh(t, root).Digest
	put(t, filepath.Join(root, "b.go"), "package a\n\nfunc f() {}\n")
	put(t, filepath.Join(root, "notes.sql"), "SELECT 1;\n")
	if after := refresh(t, root).Digest; after != before {
		t.Error("code without evidence changes the digest")
	}
}

// A file that is written twice within one tick of the file system's clock, with
// the same size, is read again.
func TestSameTick(t *testing.T) {
	root := write(t, map[string]string{"migrations/1.up.sql": tenantSQL + "ALTER TABLE orders   FORCE ROW LEVEL SECURITY;\n"})
	file := filepath.Join(root, "migrations/1.up.sql")
	info, err := os.Stat(file)
	if err != nil {
		t.Fatal(err)
	}
	first := refresh(t, root)
	put(t, file, tenantSQL+"ALTER TABLE orders DISABLE ROW LEVEL SECURITY;\n")
	if err := os.Chtimes(file, info.ModTime(), info.ModTime()); err != nil {
		t.Fatal(err)
	}
	if second := refresh(t, root); second.Digest == first.Digest || second.Schemas[0].Model.Tables[0].RLS {
		t.Error("the second write was not seen")
	}
}

func TestDigestKnowsNoMachine(t *testing.T) {
	files := map[string]string{"migrations/1.up.sql": tenantSQL, "tenantvet.yaml": "version: 1\ntests: true\n", "go.mod": "module example.com/shop\n"}
	a := refresh(t, write(t, files))
	root := write(t, files)
	old := time.Now().Add(-time.Hour)
	if err := os.Chtimes(filepath.Join(root, "migrations/1.up.sql"), old, old); err != nil {
		t.Fatal(err)
	}
	b := refresh(t, root)
	if a.Digest != b.Digest {
		t.Error("the digest differs between two checkouts")
	}
	if a.Root == b.Root {
		t.Error("the roots should differ")
	}
}

func TestDamagedCache(t *testing.T) {
	root := write(t, map[string]string{"migrations/1.up.sql": tenantSQL})
	want := refresh(t, root)
	entries, err := filepath.Glob(filepath.Join(os.Getenv("XDG_CACHE_HOME"), "tenantvet", "*"))
	if err != nil || len(entries) == 0 {
		t.Fatal(entries, err)
	}
	for _, damage := range []string{"", "junk", string(make([]byte, 4096))} {
		for _, e := range entries {
			if err := os.WriteFile(e, []byte(damage), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if got := load(t, root); !reflect.DeepEqual(got, want) {
			t.Errorf("after damage: %+v", got)
		}
	}
}

func TestOtherToolReadsItsOwn(t *testing.T) {
	root := write(t, map[string]string{"migrations/1.up.sql": plainSQL})
	refresh(t, root)
	put(t, filepath.Join(root, "migrations/1.up.sql"), tenantSQL)
	m, err := evidence.Load(root, "another")
	if err != nil || !m.Schemas[0].Model.Tables[0].RLS {
		t.Error("another tool's evidence was used", err)
	}
}

func TestWithoutCache(t *testing.T) {
	root := write(t, map[string]string{"migrations/1.up.sql": tenantSQL})
	want := refresh(t, root)
	t.Setenv("XDG_CACHE_HOME", filepath.Join(root, "go.mod")) // not a directory
	if got := load(t, root); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v", got)
	}
}

func TestConcurrentRefresh(t *testing.T) {
	root := write(t, map[string]string{"migrations/1.up.sql": tenantSQL})
	want := refresh(t, root).Digest
	var wg sync.WaitGroup
	for i := range 16 {
		wg.Go(func() {
			var m *evidence.Module
			var err error
			if i%2 == 0 {
				m, err = evidence.Refresh(root, "test")
			} else {
				m, err = evidence.Load(root, "test")
			}
			if err != nil || m.Digest != want {
				t.Errorf("got %v %v", m, err)
			}
		})
	}
	wg.Wait()
	if left, _ := filepath.Glob(filepath.Join(os.Getenv("XDG_CACHE_HOME"), "tenantvet", "tmp-*")); len(left) > 0 {
		t.Errorf("temporary files stay: %v", left)
	}
}
