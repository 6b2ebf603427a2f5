package driver

import (
	"fmt"
	"os"
	"runtime"
	"strings"

	"golang.org/x/tools/go/analysis"
)

// guard turns a panic of an analyzer into an error that names the package, and
// sees to it that no error is lost. unitchecker shows the errors of the rules
// themselves; that of an analyzer which others require, or that of a unit which
// is wanted for its facts only, it drops, and what rests on those facts would
// be silence. Such an error goes to fatal.
//
// The analyzers are changed in place: they were made for this one unit.
func guard(suite []*analysis.Analyzer, u unit, fatal func(error)) {
	roots := make(map[*analysis.Analyzer]bool)
	for _, a := range suite {
		roots[a] = true
	}
	seen := make(map[*analysis.Analyzer]bool)
	var visit func(a *analysis.Analyzer)
	visit = func(a *analysis.Analyzer) {
		if seen[a] {
			return
		}
		seen[a] = true
		for _, required := range a.Requires {
			visit(required)
		}
		run := a.Run
		a.Run = func(pass *analysis.Pass) (result any, err error) {
			defer func() {
				if cause := recover(); cause != nil {
					err = fmt.Errorf("panic: %v at %s; please report it", cause, panicSite())
				}
				if err == nil {
					return
				}
				err = fmt.Errorf("%s: analyzer %s: %w", u.ID, a.Name, err)
				if !roots[a] || u.unshown {
					fatal(err)
				}
			}()
			return run(pass)
		}
	}
	for _, a := range suite {
		visit(a)
	}
}

// panicSite returns the function and line that panicked.
func panicSite() string {
	var pcs [64]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs[:])])
	panicking := false
	for {
		frame, more := frames.Next()
		switch {
		case frame.Function == "runtime.gopanic":
			panicking = true
		case panicking && !strings.HasPrefix(frame.Function, "runtime."):
			return fmt.Sprintf("%s:%d", frame.Function, frame.Line)
		}
		if !more {
			return "unknown"
		}
	}
}

// fatal ends the process: the go command shows the line under the package's
// name and caches nothing.
func fatal(err error) {
	fmt.Fprintf(os.Stderr, "tenantvet: %v\n", err)
	os.Exit(1)
}
