package driver

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"
)

// A target is a package that the user asks about.
type target struct {
	path    string // import path
	dir     string
	module  *packages.Module
	imports []string // import paths of what it and its tests import, all the way down
	broken  string   // why go vet can't be asked about it, or ""
	at      string   // file:line:column of that, or ""
	// brokenTests: only the tests are broken; go vet is asked about the rest.
	brokenTests bool
	// code, tested, external: there are files besides tests, tests in the
	// package, and tests outside of it.
	code, tested, external bool
}

// A listing is what the go command says the patterns match.
type listing struct {
	targets []*target // sorted by path
	skipped int       // packages without Go files in this build configuration
	// unresolved are patterns, or directories that they match, that are no package.
	unresolved []error
}

// list asks the go command for the packages before go vet is started, as one
// package that doesn't load makes go vet say nothing about any.
func list(ctx context.Context, o options, patterns []string, overlay *overlay) (listing, error) {
	// Each round may bring up the next missing file of a package.
	for rounds := 4; ; rounds-- {
		pkgs, err := load(ctx, o, patterns, overlay)
		if err != nil {
			return listing{}, err
		}
		if rounds == 0 || !overlay.supplyEmbeds(pkgs) {
			return newListing(o, pkgs)
		}
	}
}

func load(ctx context.Context, o options, patterns []string, overlay *overlay) ([]*packages.Package, error) {
	flags, err := o.buildFlags(overlay)
	if err != nil {
		return nil, err
	}
	pkgs, err := packages.Load(&packages.Config{
		Context: ctx,
		Dir:     o.dir,
		Mode: packages.NeedName | packages.NeedFiles | packages.NeedImports | packages.NeedDeps |
			packages.NeedModule | packages.NeedForTest |
			// Only when asked for the files does go list look whether there are any.
			packages.NeedEmbedPatterns | packages.NeedEmbedFiles,
		Tests:      o.tests,
		BuildFlags: flags,
	}, patterns...)
	if err != nil {
		if ctx.Err() != nil {
			return nil, err
		}
		// Such as a go.mod that can't be read.
		return nil, misusef("go list: %s", tidyGoError(err))
	}
	return pkgs, nil
}

// buildFlags are the flags for go list and go vet alike.
func (o options) buildFlags(overlay *overlay) ([]string, error) {
	flags, err := overlay.flags()
	if o.tags != "" {
		flags = append(flags, "-tags="+o.tags)
	}
	return flags, err
}

func newListing(o options, pkgs []*packages.Package) (listing, error) {
	targets := make(map[string]*target)
	var skipped int
	var unresolved []error
	for _, p := range pkgs {
		name := p.PkgPath
		switch {
		case p.ForTest == "" && strings.HasSuffix(p.ID, ".test") && p.Name == "main":
			continue // the generated test program
		case p.ForTest != "":
			name = p.ForTest
		case len(p.GoFiles) == 0 && excluded(p):
			skipped++
			continue
		case len(p.GoFiles) == 0 && len(p.IgnoredFiles) == 0 && len(p.OtherFiles) == 0 && len(p.Errors) > 0:
			unresolved = append(unresolved, errors.New(tidyGoError(p.Errors[0])))
			continue
		}
		t := targets[name]
		if t == nil {
			t = &target{path: name}
			targets[name] = t
		}
		t.add(p)
	}
	if len(unresolved) > 0 && len(unresolved) == len(pkgs) {
		return listing{}, misuse{errors.Join(unresolved...)}
	}
	l := listing{unresolved: unresolved}
	for _, name := range slices.Sorted(maps.Keys(targets)) {
		t := targets[name]
		if t.dir == "" && t.broken == "" {
			skipped++
			continue
		}
		l.targets = append(l.targets, t)
	}
	l.skipped = skipped
	if len(targets) == 0 && skipped == 0 {
		return listing{}, misusef("no packages match %s in %s", strings.Join(o.patterns, " "), o.dir)
	}
	if len(l.targets) == 0 {
		return listing{}, misusef("no Go files in the packages that match %s in %s, with these build tags", strings.Join(o.patterns, " "), o.dir)
	}
	return l, nil
}

// excluded reports whether build constraints, or -tests=false, leave nothing of
// a package.
func excluded(p *packages.Package) bool {
	return slices.ContainsFunc(p.Errors, func(e packages.Error) bool {
		return strings.HasPrefix(e.Msg, "build constraints exclude all Go files") || strings.HasPrefix(e.Msg, "no non-test Go files")
	})
}

// add takes in one variant of the package: itself, with its tests, or its
// external tests.
func (t *target) add(p *packages.Package) {
	if p.Module != nil && t.module == nil {
		t.module = p.Module
	}
	if len(p.GoFiles) > 0 {
		t.dir = filepath.Dir(p.GoFiles[0])
	}
	switch {
	case p.ForTest == "":
		t.code = len(p.GoFiles) > 0
	case p.ForTest == p.PkgPath:
		t.tested = true
	default:
		t.external = true
	}
	reason, at := failure(p)
	switch {
	case reason == "" || t.broken != "" && !t.brokenTests:
	case p.ForTest == "":
		t.broken, t.at, t.brokenTests = reason, at, false
	case t.broken == "":
		t.broken, t.at, t.brokenTests = reason, at, true
	}
	t.imports = append(t.imports, closure(p)...)
}

// failure says why a package doesn't load: itself, or the first of what it
// imports, in the order of the import paths.
func failure(p *packages.Package) (reason, at string) {
	if len(p.Errors) > 0 {
		return tidyGoError(p.Errors[0]), p.Errors[0].Pos
	}
	var failed []*packages.Package
	packages.Visit([]*packages.Package{p}, nil, func(dep *packages.Package) {
		if dep != p && len(dep.Errors) > 0 {
			failed = append(failed, dep)
		}
	})
	if len(failed) == 0 {
		return "", ""
	}
	dep := slices.MinFunc(failed, func(a, b *packages.Package) int { return cmp.Compare(a.ID, b.ID) })
	return fmt.Sprintf("imports %s, which doesn't load: %s", dep.PkgPath, tidyGoError(dep.Errors[0])), dep.Errors[0].Pos
}

func closure(p *packages.Package) []string {
	var paths []string
	packages.Visit([]*packages.Package{p}, nil, func(dep *packages.Package) {
		if dep.PkgPath != p.PkgPath && dep.PkgPath != p.ForTest {
			paths = append(paths, dep.PkgPath)
		}
	})
	return paths
}

// tidyGoError makes one line of what the go command says.
func tidyGoError(err error) string {
	text := err.Error()
	if e := (packages.Error{}); errors.As(err, &e) {
		text = e.Msg
	}
	text = strings.TrimPrefix(text, "err: exit status 1: stderr: ")
	return strings.Join(strings.Fields(text), " ")
}

// expandWorkspace adds the modules of a workspace below a pattern such as
// ./... to it: to the go command, that pattern ends at a module's border, or is
// an error where there is no module.
func expandWorkspace(o options, roots []string) []string {
	var out []string
	for _, pattern := range o.patterns {
		prefix, all := strings.CutSuffix(pattern, "/...")
		if !all || !strings.HasPrefix(pattern, ".") || strings.Contains(prefix, "...") {
			out = append(out, pattern)
			continue
		}
		dir := filepath.Join(o.dir, filepath.FromSlash(prefix))
		kept := false
		for _, root := range roots {
			switch rel, err := filepath.Rel(dir, root); {
			case err != nil:
			case rel == "." || within(root, dir):
				kept = true
			case filepath.IsLocal(rel):
				out = append(out, prefix+"/"+filepath.ToSlash(rel)+"/...")
			}
		}
		if kept || len(out) == 0 {
			out = append(out, pattern)
		}
	}
	return out
}

// within reports whether dir is root or below it.
func within(root, dir string) bool {
	rel, err := filepath.Rel(root, dir)
	return err == nil && filepath.IsLocal(rel)
}
