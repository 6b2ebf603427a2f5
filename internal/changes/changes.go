// Package changes knows which lines of a working tree differ from a revision.
package changes

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bluekeyes/go-gitdiff/gitdiff"
)

// Changes are those since a revision, in the working tree of a repository.
type Changes struct {
	root  string             // of the repository, absolute
	files map[string]*change // by path relative to root
}

// A change is what happened to a file.
type change struct {
	whole bool   // the file is new
	added []span // lines that are new
	// removed are the lines before which others went, 0 for the file's beginning.
	removed []int
}

type span struct{ from, to int } // lines, both included

// Since asks git what has changed in the repository round dir since the commit at
// which rev and the current branch parted. What is not committed counts.
func Since(ctx context.Context, dir, rev string) (*Changes, error) {
	top, err := git(ctx, dir, "rev-parse", "--show-toplevel")
	if err != nil {
		return nil, err
	}
	c := &Changes{root: filepath.FromSlash(strings.TrimRight(string(top), "\r\n")), files: make(map[string]*change)}
	if resolved, err := filepath.EvalSymlinks(c.root); err == nil {
		c.root = resolved
	}
	if _, err := git(ctx, dir, "rev-parse", "--verify", "--quiet", "--end-of-options", rev+"^{commit}"); err != nil {
		return nil, fmt.Errorf("git knows no commit %s; fetch it first", rev)
	}
	base, err := git(ctx, dir, "merge-base", rev, "HEAD")
	if err != nil {
		return nil, fmt.Errorf("git finds no common ancestor of %s and HEAD; a shallow clone must fetch more of the history", rev)
	}
	diff, err := git(ctx, c.root, "-c", "core.quotePath=off", "diff", "--no-color", "--no-ext-diff", "--no-textconv", "--unified=0",
		"--find-renames", "--src-prefix=a/", "--dst-prefix=b/", strings.TrimSpace(string(base)), "--")
	if err != nil {
		return nil, err
	}
	files, _, err := gitdiff.Parse(bytes.NewReader(diff))
	if err != nil {
		return nil, fmt.Errorf("reading git diff: %v", err)
	}
	for _, f := range files {
		c.add(f)
	}
	untracked, err := git(ctx, c.root, "ls-files", "-z", "--others", "--exclude-standard")
	if err != nil {
		return nil, err
	}
	for name := range strings.SplitSeq(string(untracked), "\x00") {
		if name != "" {
			c.files[name] = &change{whole: true}
		}
	}
	return c, nil
}

func (c *Changes) add(f *gitdiff.File) {
	if f.IsDelete {
		return
	}
	ch := &change{whole: f.IsNew}
	for _, t := range f.TextFragments {
		if t.NewLines > 0 {
			ch.added = append(ch.added, span{int(t.NewPosition), int(t.NewPosition + t.NewLines - 1)})
		}
		if t.OldLines > 0 {
			at := int(t.NewPosition)
			if t.NewLines == 0 {
				at++ // git names the line before
			}
			ch.removed = append(ch.removed, at)
		}
	}
	c.files[f.NewName] = ch
}

// Changed lists the files that are new or changed, relative to the repository,
// with slashes.
func (c *Changes) Changed() []string {
	var names []string
	for name := range c.files {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// Touches reports whether lines of a file are new, or lie in a function that has
// lost lines: what is missing there may be what made them safe.
func (c *Changes) Touches(file string, from, to int) bool {
	resolved, err := filepath.EvalSymlinks(file) // git has resolved the root
	if err != nil {
		return false
	}
	rel, err := filepath.Rel(c.root, resolved)
	if err != nil {
		return false
	}
	ch := c.files[filepath.ToSlash(rel)]
	if ch == nil {
		return false
	}
	to = max(from, to)
	if ch.whole || slices.ContainsFunc(ch.added, func(s span) bool { return s.from <= to && from <= s.to }) {
		return true
	}
	if len(ch.removed) == 0 {
		return false
	}
	around := declarations(file)
	return slices.ContainsFunc(ch.removed, func(line int) bool {
		if line == from {
			return true
		}
		return slices.ContainsFunc(around, func(d span) bool { return d.from <= line && line <= d.to && d.from <= from && from <= d.to })
	})
}

func git(ctx context.Context, dir string, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, "git", args...)
	cmd.Dir = dir
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	switch {
	case errors.Is(err, exec.ErrNotFound):
		return nil, errors.New("git is not in PATH")
	case err != nil:
		said, _, _ := strings.Cut(strings.TrimSpace(stderr.String()), "\n")
		if said == "" {
			said = err.Error()
		}
		return nil, fmt.Errorf("git %s: %s", args[0], said)
	}
	return out, nil
}
