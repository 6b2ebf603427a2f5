package driver

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// vetTargets runs go vet over the targets that load. Tests that don't compile
// would take their package with them; such packages get a second run without
// their tests.
func vetTargets(ctx context.Context, o options, patterns []string, listed listing, overlay *overlay, progress *progress) (*vetResult, error) {
	var names []string
	everything := listed.skipped == 0 && len(listed.unresolved) == 0
	for _, t := range listed.targets {
		if !o.tests || t.broken != "" && t.brokenTests {
			t.hideTests(overlay)
		}
		if t.broken != "" && (!t.brokenTests || !t.code) {
			everything = false
			continue
		}
		names = append(names, t.path)
	}
	result := newVetResult()
	if len(names) == 0 {
		return result, nil
	}
	progress.start("analysing", len(listed.targets))
	run, err := newVetRun(o, overlay, progress.step)
	if err != nil {
		return nil, err
	}
	if everything {
		// Patterns are short, however many packages they match.
		if err := result.run(ctx, run, patterns); err != nil {
			return nil, err
		}
	}
	if result.answers == 0 && !toolRefused(result.other) {
		result.other = nil
		if err := result.vet(ctx, run, names); err != nil {
			return nil, err
		}
	}

	if !o.tests {
		return result, nil
	}
	var again []*target
	names = nil
	for _, t := range listed.targets {
		if t.broken == "" && t.code && t.tested && result.units[t.unit()] == nil && result.message(t) != "" {
			t.hideTests(overlay)
			again = append(again, t)
			names = append(names, t.path)
		}
	}
	if len(again) > 0 {
		run, err := newVetRun(o, overlay, progress.step)
		if err != nil {
			return nil, err
		}
		if err := result.vet(ctx, run, names); err != nil {
			return nil, err
		}
	}
	for _, t := range listed.targets {
		external := t.external && result.units[externalUnit(t.path)] == nil && len(result.messages[t.path+"_test"]) > 0
		if result.units[t.unit()] != nil && (external || slices.Contains(again, t)) {
			t.broken, t.brokenTests = result.message(t), true
		}
	}
	return result, nil
}

func (t *target) hideTests(overlay *overlay) {
	overlay.hide(testFiles(t.dir))
	t.tested, t.external = false, false
}

// unit names what the tool is asked about when the user asks about the package:
// the package, together with its tests if it has any.
func (t *target) unit() string {
	if t.tested {
		return testUnit(t.path)
	}
	return t.path
}

// message is what the compiler or the tool said about a package or its tests.
func (r *vetResult) message(t *target) string {
	for _, id := range []string{t.path, testUnit(t.path), t.path + "_test", externalUnit(t.path)} {
		if lines := r.messages[id]; len(lines) > 0 {
			return tidyMessages(lines)
		}
	}
	return ""
}

// testFiles lists the test files of a directory, those that build constraints
// leave out included.
func testFiles(dir string) []string {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil // the go command says so
	}
	var files []string
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), "_test.go") {
			files = append(files, filepath.Join(dir, e.Name()))
		}
	}
	return files
}
