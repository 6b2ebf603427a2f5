package driver_test

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tenantvet/tenantvet/internal/report"
)

// TestBrowserProgram looks at a program that builds for browsers only, as its
// users would: by its platform.
func TestBrowserProgram(t *testing.T) {
	if tool == "" {
		t.Skip("needs the built program; -short leaves it out")
	}
	t.Setenv("GOOS", "js")
	t.Setenv("GOARCH", "wasm")
	dir, err := filepath.Abs("../../testdata/src/clientsecret")
	if err != nil {
		t.Fatal(err)
	}
	out := run(t, dir, tool, "-format", "json", "./cmd/browser")
	var rep report.Report
	if err := json.Unmarshal([]byte(out.stdout), &rep); err != nil {
		t.Fatalf("%v\n%s\n%s", err, out.stdout, out.stderr)
	}
	if len(rep.Findings) != 1 {
		t.Fatalf("%d findings, want 1: %s", len(rep.Findings), out.stdout)
	}
	f := rep.Findings[0]
	if f.Rule != "clientsecret" || f.Group != "breach" || !strings.Contains(f.Message, "browsers (syscall/js)") || !strings.Contains(f.Message, "SUPABASE_SERVICE_ROLE_KEY") {
		t.Errorf("got %s %s: %s", f.Group, f.Rule, f.Message)
	}
	var path []string
	for _, s := range f.Path {
		path = append(path, s.Message)
	}
	const want = "uses backend.Orders; uses config.ServiceKey; SUPABASE_SERVICE_ROLE_KEY enters the program here"
	if got := strings.Join(path, "; "); got != want {
		t.Errorf("path %q, want %q", got, want)
	}
}
