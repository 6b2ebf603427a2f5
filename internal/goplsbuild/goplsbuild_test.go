package goplsbuild

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/mod/modfile"
)

// TestUnknownLayout: a gopls in which one of the places is missing, or there twice,
// is refused by name of the place, not built with a part of the changes.
func TestUnknownLayout(t *testing.T) {
	for _, times := range []int{0, 2} {
		dir := t.TempDir()
		texts := map[string]string{}
		for _, p := range patches() {
			texts[p.file] += p.before
		}
		last := patches()[len(patches())-1]
		texts[last.file] = strings.Repeat(last.before, times)
		for name, text := range texts {
			name = filepath.Join(dir, filepath.FromSlash(name))
			if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		err := apply(dir)
		if err == nil || !strings.Contains(err.Error(), last.file) || !strings.Contains(err.Error(), "-gopls") {
			t.Errorf("%d times: %v", times, err)
		}
	}
}

// TestSource: the source of the running program is what is built in.
func TestSource(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	found, err := source("")
	if err != nil || found.dir != root {
		t.Errorf("the source is %s, %v; want %s", found, err, root)
	}
	if _, err := source(t.TempDir()); err == nil || !strings.Contains(err.Error(), "-source") {
		t.Errorf("a directory without the source: %v", err)
	}
}

func TestWire(t *testing.T) {
	for _, self := range []origin{{dir: "/src/tenantvet"}, {version: "v1.2.3"}} {
		file := filepath.Join(t.TempDir(), "go.mod")
		if err := os.WriteFile(file, []byte("module golang.org/x/tools/gopls\n\ngo 1.26.0\n\nrequire golang.org/x/tools v0.47.1\n"), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := wire(file, self, "v0.47.0"); err != nil {
			t.Fatal(err)
		}
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		mod, err := modfile.Parse(file, data, nil)
		if err != nil || len(mod.Require) != 2 || len(mod.Replace) > 1 {
			t.Fatalf("%v\n%s", err, data)
		}
		switch {
		case self.version != "" && (mod.Require[1].Mod.Version != self.version || len(mod.Replace) > 0),
			self.dir != "" && (len(mod.Replace) != 1 || mod.Replace[0].New.Path != self.dir):
			t.Errorf("%s: %s", self, data)
		}
	}
}

// TestOldTools: gopls uses what is internal to golang.org/x/tools, so one that was
// made for an older version than comes with tenantvet does not build.
func TestOldTools(t *testing.T) {
	file := filepath.Join(t.TempDir(), "go.mod")
	if err := os.WriteFile(file, []byte("module golang.org/x/tools/gopls\n\ngo 1.26.0\n\nrequire golang.org/x/tools v0.46.1\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := wire(file, origin{version: "v1.2.3"}, "v0.47.0"); err == nil || !strings.Contains(err.Error(), "made for golang.org/x/tools v0.46.1") {
		t.Errorf("%v", err)
	}
}
