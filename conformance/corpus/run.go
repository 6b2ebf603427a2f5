package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// A Run is what the tool said about all modules of one checkout.
type Run struct {
	Findings []Finding // sorted; files relative to the checkout
	Totals   Totals
	Modules  []ModuleRun
}

// A ModuleRun is one start of the tool.
type ModuleRun struct {
	Dir    string // relative to the checkout
	Exit   int
	Time   time.Duration
	RSS    int64  // bytes; the largest process of the run, the tool's children included
	Stderr string // its last lines, when the tool produced no report
	Err    error  // the tool could not be run or gave no report
	// Incomplete is what the tool said it could not analyse.
	Incomplete []Incomplete
}

// runAll runs the tool in every module of a checkout and merges the reports. A
// workspace is one run: at its root the tool covers all of its modules.
func runAll(tool, root string, flags []string) (Run, error) {
	modules, err := findModules(root)
	if err != nil {
		return Run{}, err
	}
	if len(modules) == 0 {
		return Run{}, fmt.Errorf("%s: no go.mod", root)
	}
	inWorkspace, err := workspaceModules(root)
	if err != nil {
		return Run{}, err
	}
	if len(inWorkspace) > 0 {
		modules = slices.DeleteFunc(modules, func(dir string) bool { return slices.Contains(inWorkspace, dir) })
		modules = slices.Insert(modules, 0, ".")
	}
	var run Run
	seen := make(map[string]bool)
	for _, dir := range modules {
		// A module that the workspace leaves out stands for itself.
		outside := len(inWorkspace) > 0 && dir != "."
		m, rep := runModule(tool, root, dir, flags, outside)
		run.Modules = append(run.Modules, m)
		run.Totals.add(rep.Totals)
		for _, f := range rep.Findings {
			f = f.relativeTo(root, filepath.Join(root, dir, filepath.FromSlash(rep.Root)))
			if k := f.key(); !seen[k] {
				seen[k] = true
				run.Findings = append(run.Findings, f)
			}
		}
	}
	slices.SortFunc(run.Findings, func(a, b Finding) int {
		p, q := a.Position, b.Position
		return cmp.Or(cmp.Compare(p.File, q.File), cmp.Compare(p.Line, q.Line),
			cmp.Compare(p.Column, q.Column), cmp.Compare(a.Rule, b.Rule))
	})
	return run, nil
}

func runModule(tool, root, dir string, flags []string, outsideWorkspace bool) (ModuleRun, Report) {
	args := append([]string{"-format", "json"}, flags...)
	cmd := exec.Command(tool, append(args, "./...")...)
	cmd.Dir = filepath.Join(root, dir)
	if outsideWorkspace {
		cmd.Env = append(os.Environ(), "GOWORK=off")
	}
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr

	m := ModuleRun{Dir: dir}
	start := time.Now()
	err := cmd.Run()
	m.Time = time.Since(start)
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		m.Err = err
		return m, Report{}
	}
	m.Exit = cmd.ProcessState.ExitCode()
	if u, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		m.RSS = u.Maxrss << 10 // Linux counts in KiB
	}
	rep, err := decodeReport(stdout.Bytes())
	if err != nil {
		m.Err = err
		m.Stderr = lastLines(stderr.String(), 5)
	}
	m.Incomplete = rep.Incomplete
	return m, rep
}

// findModules lists the directories with a go.mod, relative to root, sorted.
func findModules(root string) ([]string, error) {
	var dirs []string
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && path != root && notOurs(d.Name()):
			return fs.SkipDir
		case d.Type().IsRegular() && d.Name() == "go.mod":
			rel, err := filepath.Rel(root, filepath.Dir(path))
			if err != nil {
				return err
			}
			dirs = append(dirs, rel)
		}
		return nil
	})
	slices.Sort(dirs)
	return dirs, err
}

// workspaceModules lists the modules of the go.work in root, if there is one,
// relative to root.
func workspaceModules(root string) ([]string, error) {
	file := filepath.Join(root, "go.work")
	if _, err := os.Stat(file); err != nil {
		return nil, nil
	}
	out, err := exec.Command("go", "work", "edit", "-json", file).Output()
	if err != nil {
		return nil, fmt.Errorf("%s: %v", file, err)
	}
	var work struct{ Use []struct{ DiskPath string } }
	if err := json.Unmarshal(out, &work); err != nil {
		return nil, fmt.Errorf("%s: %v", file, err)
	}
	var dirs []string
	for _, u := range work.Use {
		dirs = append(dirs, filepath.Clean(filepath.FromSlash(u.DiskPath)))
	}
	return dirs, nil
}

// notOurs are directories whose modules the go command ignores or that hold
// other people's code.
func notOurs(name string) bool {
	return name == "vendor" || name == "node_modules" || name == "testdata" ||
		strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_")
}

func lastLines(s string, n int) string {
	lines := strings.Split(strings.TrimRight(s, "\n"), "\n")
	if len(lines) > n {
		lines = lines[len(lines)-n:]
	}
	return strings.Join(lines, "\n")
}

func exists(dir string) bool {
	st, err := os.Stat(dir)
	return err == nil && st.IsDir()
}
