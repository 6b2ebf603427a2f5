package evidence_test

import (
	"path/filepath"
	"reflect"
	"testing"

	"github.com/tenantvet/tenantvet/internal/evidence"
)

// TestPortable: nothing that the analyzers go by is lost on the way.
func TestPortable(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	base, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{"examples/shop", "testdata/src", "testdata/hooked"} {
		m, err := evidence.Refresh(filepath.Join(base, dir), "test")
		if err != nil {
			t.Fatal(err)
		}
		text, err := m.Portable(m.Root)
		if err != nil {
			t.Fatal(err)
		}
		got, where, err := evidence.FromPortable(text)
		if err != nil || where != "." {
			t.Fatalf("%s: %v", where, err)
		}
		t.Logf("%s: %d bytes", dir, len(text))
		again, err := got.Portable(".")
		if err != nil || again != text {
			t.Errorf("%s: written again it is another text (%v)", dir, err)
		}
		cached, err := evidence.Load(m.Root, "test")
		if err != nil {
			t.Fatal(err)
		}
		for i := range cached.Schemas {
			if !reflect.DeepEqual(cached.Schemas[i].Model, got.Schemas[i].Model) {
				t.Errorf("%s: the model of %s has changed", dir, got.Schemas[i].Dir)
			}
		}
		text, err = m.Portable(base)
		if err != nil {
			t.Fatal(err)
		}
		got, where, err = evidence.FromPortable(text)
		if err != nil || where != dir || len(got.Schemas) > 0 && got.Schemas[0].Dir != dir+"/"+m.Schemas[0].Dir {
			t.Errorf("from the repository's root it is %s: %v", where, err)
		}
	}
	if _, _, err := evidence.FromPortable("nonsense"); err == nil {
		t.Error("nonsense was read")
	}
}
