package driver

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"go/version"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

// oldestGo is the first Go whose vet passes JSON through on standard output.
const oldestGo = "go1.26"

// A goEnv is what the go command says about the directory.
type goEnv struct {
	GOVERSION string
	GOMOD     string // of the module around the directory
	GOWORK    string
}

// readGoEnv asks the go command and refuses what it can't work with.
func readGoEnv(ctx context.Context, dir string) (goEnv, error) {
	cmd := exec.CommandContext(ctx, "go", "env", "-json", "GOVERSION", "GOMOD", "GOWORK")
	cmd.Dir = dir
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	switch {
	case errors.Is(err, exec.ErrNotFound):
		return goEnv{}, misusef("the go command is not in PATH; tenantvet needs Go %s or later", strings.TrimPrefix(oldestGo, "go"))
	case err != nil:
		return goEnv{}, misusef("go env: %s", firstLine(stderr.String(), err.Error()))
	}
	var env goEnv
	if err := json.Unmarshal(out, &env); err != nil {
		return goEnv{}, misusef("go env: %v", err)
	}
	if version.IsValid(env.GOVERSION) && version.Compare(env.GOVERSION, oldestGo) < 0 {
		return goEnv{}, misusef("the go command here is %s; tenantvet needs %s or later", env.GOVERSION, oldestGo)
	}
	if env.GOWORK == "off" {
		env.GOWORK = ""
	}
	if env.GOMOD == os.DevNull {
		env.GOMOD = ""
	}
	if env.GOMOD == "" && env.GOWORK == "" {
		return goEnv{}, misusef("no go.mod in %s or above; run tenantvet in a Go module, or name one with -C", dir)
	}
	return env, nil
}

// root is the directory that the report's files are relative to.
func (e goEnv) root() string {
	if e.GOWORK != "" {
		return filepath.Dir(e.GOWORK)
	}
	return filepath.Dir(e.GOMOD)
}

// checkToolVersion refuses a module that asks for a newer Go than the tool was
// built with: its type checker wouldn't know the language.
func checkToolVersion(module, goVersion string) error {
	asked := "go" + goVersion
	built := runtime.Version()
	if !version.IsValid(asked) || !version.IsValid(built) || version.Compare(version.Lang(asked), version.Lang(built)) <= 0 {
		return nil
	}
	return misusef("module %s asks for %s, but this tenantvet was built with %s; build tenantvet anew with %s or later",
		module, asked, built, version.Lang(asked))
}

func firstLine(texts ...string) string {
	for _, text := range texts {
		if line, _, _ := strings.Cut(strings.TrimSpace(text), "\n"); line != "" {
			return line
		}
	}
	return ""
}
