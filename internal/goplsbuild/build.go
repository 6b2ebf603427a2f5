// Package goplsbuild builds gopls with tenantvet's analyzers in it. gopls loads no
// analyzers of others; what it is built from is in the module cache, so a private
// copy of that gets a few files more and some changed lines.
package goplsbuild

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"go/version"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/semver"
)

// Known is the version of gopls that the tests build.
const Known = "v0.23.0"

const (
	goplsModule = "golang.org/x/tools/gopls"
	ownModule   = "github.com/tenantvet/tenantvet"
)

// Options say what to build.
type Options struct {
	Gopls  string // version
	Source string // a directory with tenantvet's source, "" for that of the running program
	Output string // file
	Log    io.Writer
}

// A Refusal is what the user can do something about.
type Refusal struct{ error }

func refuse(format string, args ...any) error { return Refusal{fmt.Errorf(format, args...)} }

func (r Refusal) Unwrap() error { return r.error }

// Build builds gopls and sees that it answers.
func Build(ctx context.Context, o Options) error {
	self, err := source(o.Source)
	if err != nil {
		return err
	}
	if !semver.IsValid(o.Gopls) && o.Gopls != "latest" {
		return refuse("-gopls %s: not a version, such as %s", o.Gopls, Known)
	}
	work, err := os.MkdirTemp("", "tenantvet-gopls")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)

	fmt.Fprintf(o.Log, "fetching gopls %s\n", o.Gopls)
	found, err := download(ctx, work, o.Gopls)
	if err != nil {
		return err
	}
	dir := filepath.Join(work, "gopls")
	if err := copyTree(dir, found.Dir); err != nil {
		return err
	}
	if err := apply(dir); err != nil {
		return err
	}
	if err := wire(filepath.Join(dir, "go.mod"), self, ownTools()); err != nil {
		return err
	}

	fmt.Fprintf(o.Log, "building it with tenantvet %s\n", self)
	built := filepath.Join(work, "built"+exeSuffix())
	stamp := "-X main.version=" + found.Version + "-tenantvet"
	out, err := goCommand(ctx, dir, "build", "-mod=mod", "-ldflags", stamp, "-o", built, ".").CombinedOutput()
	if err != nil {
		return fmt.Errorf("building gopls: %v\n%s", err, tail(out))
	}
	if err := verify(ctx, built); err != nil {
		return fmt.Errorf("gopls was built, but does not work: %w", err)
	}
	return install(built, o.Output)
}

// A module is what go mod download says.
type module struct{ Version, Dir, GoMod, Error string }

// download brings gopls's source into the module cache.
func download(ctx context.Context, dir, wanted string) (module, error) {
	cmd := goCommand(ctx, dir, "mod", "download", "-json", goplsModule+"@"+wanted)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, runErr := cmd.Output()
	var m module
	if err := json.Unmarshal(out, &m); err != nil {
		return module{}, fmt.Errorf("go mod download %s@%s: %v\n%s", goplsModule, wanted, errors.Join(runErr, err), tail(stderr.Bytes()))
	}
	if m.GoMod != "" {
		data, err := os.ReadFile(m.GoMod)
		if err != nil {
			return module{}, err
		}
		needs, err := modfile.ParseLax(m.GoMod, data, nil)
		if err != nil {
			return module{}, err
		}
		have, err := goCommand(ctx, dir, "env", "GOVERSION").Output()
		if err != nil {
			return module{}, fmt.Errorf("go env GOVERSION: %v", err)
		}
		current := strings.TrimSpace(string(have))
		if needs.Go != nil && m.Dir == "" && version.Compare("go"+needs.Go.Version, current) > 0 {
			return module{}, refuse("gopls %s needs Go %s, and this is %s; choose an older one with -gopls, such as %s",
				m.Version, needs.Go.Version, strings.TrimPrefix(current, "go"), Known)
		}
	}
	if m.Error != "" || m.Dir == "" {
		return module{}, refuse("gopls %s can't be had: %s", wanted, m.Error)
	}
	return m, nil
}

// copyTree copies what is built; the module cache can't be written.
func copyTree(to, from string) error {
	return filepath.WalkDir(from, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, name)
		if err != nil {
			return err
		}
		switch {
		case d.IsDir() && d.Name() == "testdata":
			return fs.SkipDir
		case d.IsDir():
			return os.MkdirAll(filepath.Join(to, rel), 0o755)
		case strings.HasSuffix(name, "_test.go"):
			return nil
		}
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(to, rel), data, 0o644)
	})
}

// An origin is where tenantvet's own source is: a version or a directory.
type origin struct{ version, dir string }

func (o origin) String() string {
	if o.dir != "" {
		return "from " + o.dir
	}
	return o.version
}

// source finds the source that the running program was built from, so that the
// command line and the editor say the same.
func source(given string) (origin, error) {
	if given != "" {
		dir, err := filepath.Abs(given)
		if err != nil || !isSource(dir) {
			return origin{}, refuse("-source %s: not a directory with tenantvet's source", given)
		}
		return origin{dir: dir}, nil
	}
	info, _ := debug.ReadBuildInfo()
	var main debug.Module
	if info != nil {
		main = info.Main
		for _, dep := range info.Deps { // a test's, or another program's
			if dep.Path == ownModule {
				main = *dep
			}
		}
	}
	if main.Path == ownModule && main.Sum != "" { // from the module cache
		return origin{version: main.Version}, nil
	}
	if _, file, _, ok := runtime.Caller(0); ok {
		if dir := filepath.Dir(filepath.Dir(filepath.Dir(file))); isSource(dir) {
			return origin{dir: dir}, nil
		}
	}
	return origin{}, refuse("this tenantvet was built from a checkout that is not there any more: name one with -source, or install a version with go install %s/cmd/tenantvet@latest", ownModule)
}

func isSource(dir string) bool {
	data, err := os.ReadFile(filepath.Join(dir, "go.mod"))
	return err == nil && modfile.ModulePath(data) == ownModule
}

// toolsModule is developed together with gopls, which uses what is internal to it: a
// gopls works with the version that it asks for, or one close to it.
const toolsModule = "golang.org/x/tools"

// ownTools is the version of it that tenantvet asks for, "" if that is not known.
func ownTools() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	for _, dep := range info.Deps {
		if dep.Path == toolsModule {
			return dep.Version
		}
	}
	return ""
}

// wire makes tenantvet a requirement of gopls. tools is the version of toolsModule
// that comes with it.
func wire(file string, self origin, tools string) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	mod, err := modfile.Parse(file, data, nil)
	if err != nil {
		return err
	}
	for _, r := range mod.Require {
		if r.Mod.Path == toolsModule && semver.Compare(r.Mod.Version, tools) < 0 {
			return refuse("this gopls is made for %s %s, and tenantvet needs %s; choose a newer one with -gopls, such as %s", toolsModule, r.Mod.Version, tools, Known)
		}
	}
	required := self.version
	if self.dir != "" {
		required = "v0.0.0"
		if err := mod.AddReplace(ownModule, "", self.dir, ""); err != nil {
			return err
		}
	}
	if err := mod.AddRequire(ownModule, required); err != nil {
		return err
	}
	if data, err = mod.Format(); err != nil {
		return err
	}
	return os.WriteFile(file, data, 0o644)
}

// goCommand runs the go command outside any workspace of the user's.
func goCommand(ctx context.Context, dir string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=-buildvcs=false")
	return cmd
}

// install moves the program to its place at once: a running one can't be
// overwritten.
func install(built, output string) error {
	if err := os.MkdirAll(filepath.Dir(output), 0o755); err != nil {
		return err
	}
	data, err := os.ReadFile(built)
	if err != nil {
		return err
	}
	tmp := output + ".new"
	if err := os.WriteFile(tmp, data, 0o755); err != nil {
		return err
	}
	return os.Rename(tmp, output)
}

// Default is where the program goes unless the user says otherwise: beside what go
// install installs, under a name of its own.
func Default(ctx context.Context) (string, error) {
	out, err := goCommand(ctx, "", "env", "-json", "GOBIN", "GOPATH").Output()
	if err != nil {
		return "", fmt.Errorf("go env: %v", err)
	}
	var env struct{ GOBIN, GOPATH string }
	if err := json.Unmarshal(out, &env); err != nil {
		return "", err
	}
	bin := env.GOBIN
	if bin == "" {
		first, _, _ := strings.Cut(env.GOPATH, string(filepath.ListSeparator))
		bin = filepath.Join(first, "bin")
	}
	return filepath.Join(bin, "gopls-tenantvet"+exeSuffix()), nil
}

func exeSuffix() string {
	if runtime.GOOS == "windows" {
		return ".exe"
	}
	return ""
}

// tail is the end of what a command said.
func tail(out []byte) []byte {
	const enough = 4 << 10
	return out[max(0, len(out)-enough):]
}
