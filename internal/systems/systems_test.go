package systems

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tenantvet/tenantvet/internal/proof/pgserver"
)

const examples = "../../examples/systems"

// The question is what the server shows: every line of an asking program says whether
// a tenant got at what is another's.
func TestOnServer(t *testing.T) {
	dirs, err := filepath.Glob(examples + "/*/*/go.mod")
	if err != nil || len(dirs) == 0 {
		t.Fatal(dirs, err)
	}
	for _, mod := range dirs {
		dir, form := filepath.Dir(mod), filepath.Base(filepath.Dir(mod))
		name := filepath.Base(filepath.Dir(dir))
		t.Run(name+"/"+form, func(t *testing.T) {
			leaks, held := ask(t, name, form, dir)
			t.Logf("leaks:\n\t%s\nholds:\n\t%s", strings.Join(leaks, "\n\t"), strings.Join(held, "\n\t"))
			if form == "safe" && len(leaks) > 0 || len(leaks)+len(held) == 0 {
				t.Errorf("leaks:\n\t%s", strings.Join(leaks, "\n\t"))
			}
			if form == "leaking" && len(held) > 0 {
				t.Errorf("what does not leak, though it is planted:\n\t%s", strings.Join(held, "\n\t"))
			}
		})
	}
}

// ask runs what asks a system, over a server of its own: the systems make roles of the
// same names.
func ask(t *testing.T, name, form, dir string) (leaks, held []string) {
	t.Helper()
	server, err := pgserver.Start()
	if errors.Is(err, pgserver.ErrNoServer) && os.Getenv(pgserver.RequireEnv) == "" {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Stop(); err != nil {
			t.Error(err)
		}
	})
	if err := server.Prepare(t.Context(), "shared", statements(t, name, dir)...); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute) // to build it, mostly
	defer cancel()
	cmd := exec.CommandContext(ctx, "go", "run", "-tags="+form, "-overlay="+overlay(t, name, dir), "./asking")
	cmd.Dir, cmd.WaitDelay = dir, time.Second
	var out, problems bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &problems
	cmd.Env = append(os.Environ(), "ADMIN_URL="+server.URL(pgserver.Superuser, "shared"), "DATABASE_URL="+server.URL("app", "shared"))
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v\n%s%s", err, problems.String(), out.String())
	}
	for line := range strings.Lines(out.String()) {
		switch answer, what, _ := strings.Cut(strings.TrimSpace(line), " "); answer {
		case "leaks":
			leaks = append(leaks, what)
		case "holds":
			held = append(held, what)
		case "fails":
			t.Errorf("what a tenant is to get, and does not: %s", what)
		default:
			t.Errorf("unreadable answer: %s", line)
		}
	}
	return leaks, held
}

// statements are those that make a system's database: what is there before, its
// migrations, and the rows of two tenants.
func statements(t *testing.T, name, dir string) []string {
	t.Helper()
	var files []string
	for _, pattern := range []string{
		filepath.Join("testdata", name, "before.sql"),
		filepath.Join(dir, "migrations", "*.sql"),
		filepath.Join(dir, "migrations", "shared", "*.sql"),
		filepath.Join(dir, "supabase", "migrations", "*.sql"),
		filepath.Join("testdata", name, "rows.sql"),
	} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		slices.Sort(found)
		files = append(files, found...)
	}
	var texts []string
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, string(text))
	}
	return texts
}

// overlay puts what asks a system into its module.
func overlay(t *testing.T, name, dir string) string {
	t.Helper()
	sources, err := filepath.Glob(filepath.Join("testdata", name, "*.go"))
	if err != nil || len(sources) == 0 {
		t.Fatalf("nothing asks the system %s: %v", name, err)
	}
	replace := map[string]string{}
	for _, source := range append(sources, filepath.Join("testdata", "answers.go")) {
		from, err := filepath.Abs(source)
		if err != nil {
			t.Fatal(err)
		}
		to, err := filepath.Abs(filepath.Join(dir, "asking", filepath.Base(source)))
		if err != nil {
			t.Fatal(err)
		}
		replace[to] = from
	}
	text, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "overlay.json")
	if err := os.WriteFile(file, text, 0o666); err != nil {
		t.Fatal(err)
	}
	return file
}
