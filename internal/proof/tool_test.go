package proof

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"github.com/tenantvet/tenantvet/internal/report"
)

// runTool runs tenantvet on all packages of a directory and returns its report.
// The exit code must be as given.
func runTool(t *testing.T, dir string, wantCode int) report.Report {
	t.Helper()
	out := output(t, ".", wantCode, "-C", dir, "-format", "json", "./...")
	var r report.Report
	if err := json.Unmarshal(out, &r); err != nil {
		t.Fatalf("tenantvet in %s: %v\n%s", dir, err, out)
	}
	return r
}

// output runs tenantvet and returns what it prints.
func output(t *testing.T, workDir string, wantCode int, args ...string) []byte {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), buildTool(t), args...)
	cmd.Dir = workDir
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil && !errors.As(err, new(*exec.ExitError)) {
		t.Fatal(err)
	}
	if code := cmd.ProcessState.ExitCode(); code != wantCode {
		t.Fatalf("tenantvet %s: exit code %d, want %d\n%s%s", strings.Join(args, " "), code, wantCode, &stderr, &stdout)
	}
	return stdout.Bytes()
}

// buildTool returns the path of a tenantvet. It is built once, at the first
// call: linking takes longer than most tests here.
func buildTool(t *testing.T) string {
	t.Helper()
	if err := building(); err != nil {
		t.Fatal(err)
	}
	return tool
}

var building = sync.OnceValue(func() error {
	out, err := exec.Command("go", "build", "-buildvcs=false", "-o", tool, "../../cmd/tenantvet").CombinedOutput()
	if err != nil {
		return fmt.Errorf("building tenantvet: %w\n%s", err, out)
	}
	return nil
})
