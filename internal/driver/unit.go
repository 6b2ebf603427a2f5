package driver

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"sync"

	"github.com/gofrs/flock"
	"golang.org/x/tools/go/analysis/unitchecker"

	"github.com/tenantvet/tenantvet/analyzer"
	"github.com/tenantvet/tenantvet/analyzer/libraries"
	"github.com/tenantvet/tenantvet/internal/config"
	"github.com/tenantvet/tenantvet/internal/dependency"
	"github.com/tenantvet/tenantvet/internal/evidence"
)

// A unit is what the go command says about the package to be analysed, as far
// as the decision needs it; unitchecker reads the rest.
type unit struct {
	dependency.Unit
	ID           string
	Dir          string
	Compiler     string
	GoVersion    string
	NonGoFiles   []string
	PackageFile  map[string]string // package path -> its types
	Stdout       string            // where diagnostics go
	IgnoredFiles []string          // left out by build constraints, tests included

	file      string   // that the go command wrote
	json      bool     // diagnostics are wanted as JSON
	fix       bool     // fixes are wanted instead of diagnostics
	census    bool     // the command line asks
	factsOnly bool     // VetxOnly as the go command has it; see mayBeTarget
	unshown   bool     // nobody sees the diagnostics; see share
	program   []string // GoFiles that are looked at; see leaveTests
}

// runUnit analyses one package for the go command; args end in the unit's file.
// unitchecker ends the process.
func runUnit(args []string, stderr io.Writer) int {
	u, err := readUnit(args)
	if err == nil {
		err = u.leaveTests()
	}
	if err == nil && (len(u.program) == 0 || u.factsOnly && u.cannotMatter()) {
		if err = u.leave(); err == nil {
			return 0
		}
	}
	var twin *flock.Flock
	if err == nil {
		var answered bool
		if answered, twin = u.share(args); answered {
			return 0
		}
		os.Args[len(os.Args)-1], err = u.rewrite()
	}
	if err != nil {
		fmt.Fprintf(stderr, "tenantvet: %v\n", err)
		return 1
	}
	tuneMemory()
	// The go command's key for a unit includes the files that it embeds.
	suite := analyzer.NewSuite(analyzer.Config{Evidence: u.evidence(), ReadFile: os.ReadFile})
	guard(suite, u, fatal)
	unitchecker.Main(suite...)
	runtime.KeepAlive(twin) // what is garbage is closed, and lets go of the lock
	return 0
}

// tuneMemory trades memory for time: a unit's process is over soon, and spends
// a quarter of its time on collecting garbage otherwise. Most units end before the
// first collection. The go command runs as many units at once as there are cores,
// so each keeps to what the machines of continuous integration can spare.
func tuneMemory() {
	const first, plenty = 200 << 20, 360 << 20
	if os.Getenv("GOGC") != "" || os.Getenv("GOMEMLIMIT") != "" {
		return
	}
	debug.SetGCPercent(-1)
	debug.SetMemoryLimit(first)
	// What nothing refers to is cleaned up behind the first collection.
	runtime.AddCleanup(new([64]byte), func(struct{}) {
		debug.SetMemoryLimit(plenty)
		debug.SetGCPercent(150)
	}, struct{}{})
}

// printFlags tells the go command which flags the tool takes.
func printFlags() int {
	unitchecker.Main(analyzer.NewSuite(analyzer.Config{Evidence: noEvidence})...)
	return 0
}

func readUnit(args []string) (unit, error) {
	u := unit{file: args[len(args)-1], json: hasFlag(args, "json"), fix: hasFlag(args, "fix"), census: hasFlag(args, "census.report")}
	if err := dependency.Read(u.file, &u); err != nil {
		return unit{}, err
	}
	u.program = u.GoFiles
	u.factsOnly = u.VetxOnly
	u.VetxOnly = u.VetxOnly && !u.mayBeTarget()
	u.unshown = u.VetxOnly
	if u.census {
		u.ID = u.variant()
	}
	return u, nil
}

func hasFlag(args []string, name string) bool {
	return slices.ContainsFunc(args, func(arg string) bool {
		flag, _, _ := strings.Cut(strings.TrimLeft(arg, "-"), "=")
		return flag == name && strings.HasPrefix(arg, "-")
	})
}

// evidence returns the unit's view of the module around it, read once.
func (u unit) evidence() func(dir string) (*evidence.Module, error) {
	if !u.Own() {
		return noEvidence
	}
	load := sync.OnceValues(func() (*evidence.Module, error) { return loadEvidence(u.Dir) })
	return func(string) (*evidence.Module, error) { return load() }
}

// cannotMatter reports whether neither the package itself nor what the
// configuration says gives a reason to look at it.
func (u unit) cannotMatter() bool {
	return u.Standard() || !u.matters(libraries.Databases(), analyzer.RequestImports()) && !u.importsDeclared()
}

// importsDeclared reports whether the unit imports a package whose API the
// configuration describes.
func (u unit) importsDeclared() bool {
	m, err := u.evidence()("")
	return err == nil && m != nil && slices.ContainsFunc(m.Config.APIs, func(a config.API) bool {
		_, imported := u.ImportMap[a.Package()]
		return imported
	})
}

func noEvidence(string) (*evidence.Module, error) { return nil, nil }
