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
	everything := listed.skipped == 0
	for _, t := range listed.targets {
		switch {
		case !o.tests:
			overlay.hide(testFiles(t.dir))
		case t.broken != "" && t.brokenTests:
			overlay.hide(testFiles(t.dir))
		}
		if t.broken != "" && !t.brokenTests {
			everything = false
			continue
		}
		names = append(names, t.path)
	}
	result := newVetResult()
	if len(names) == 0 {
		return result, nil
	}
	if everything {
		names = patterns // short, however many packages they match
	}
	progress.start("analysing", len(listed.targets))
	if err := result.vet(ctx, o, names, overlay, progress.step); err != nil {
		return nil, err
	}

	if !o.tests {
		return result, nil
	}
	var again []*target
	names = nil
	for _, t := range listed.targets {
		if files := testFiles(t.dir); len(files) > 0 && t.broken == "" && !result.answered(t) && result.message(t) != "" {
			overlay.hide(files)
			again = append(again, t)
			names = append(names, t.path)
		}
	}
	if len(again) > 0 {
		if err := result.vet(ctx, o, names, overlay, progress.step); err != nil {
			return nil, err
		}
	}
	for _, t := range listed.targets {
		_, external := result.units[externalTestID(t.path)]
		if result.answered(t) && (slices.Contains(again, t) || !external && len(result.messages[t.path+"_test"]) > 0) {
			t.broken, t.brokenTests = result.message(t), true
		}
	}
	return result, nil
}

// The go command's names for a package with its tests, and for its external tests.
func testID(path string) string         { return path + " [" + path + ".test]" }
func externalTestID(path string) string { return path + "_test [" + path + ".test]" }

// answered reports whether there is a result for the package itself.
func (r *vetResult) answered(t *target) bool {
	_, plain := r.units[t.path]
	_, tested := r.units[testID(t.path)]
	return plain || tested
}

// message is what the compiler or the tool said about a package or its tests.
func (r *vetResult) message(t *target) string {
	for _, id := range []string{t.path, testID(t.path), t.path + "_test", externalTestID(t.path)} {
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
