package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"path/filepath"
)

// reportVersion is the version of the tool's JSON that this program reads.
const reportVersion = 2

// A Report is the part of the tool's JSON that is compared here. It is decoded
// with types of its own, so that a change of the form is noticed as users
// would notice it.
type Report struct {
	Version    int          `json:"version"`
	Root       string       `json:"root"`
	Findings   []Finding    `json:"findings"`
	Totals     Totals       `json:"totals"`
	Incomplete []Incomplete `json:"incomplete"`
}

// A Finding is one diagnostic.
type Finding struct {
	Rule     string `json:"rule"`
	Group    string `json:"group"`
	Position Place  `json:"position"`
	Message  string `json:"message"`
	Path     []Step `json:"path"`
}

// A Step is one step of the path that proves a finding.
type Step struct {
	Position Place  `json:"position"`
	Message  string `json:"message"`
}

// A Place is the start of a range in a file.
type Place struct {
	File   string `json:"file"`
	Line   int    `json:"line"`
	Column int    `json:"column"`
}

// Totals say how much the tool looked at, so that silence can be told from
// blindness.
type Totals struct {
	Packages Packages `json:"packages"`
	Sites    Sites    `json:"sites"`
}

// Packages counts packages.
type Packages struct {
	Analysed int `json:"analysed"`
	Skipped  int `json:"skipped"`
	Failed   int `json:"failed"`
}

// Sites counts query sites by verdict.
type Sites struct {
	Safe       int            `json:"safe"`
	Breach     int            `json:"breach"`
	Suspect    int            `json:"suspect"`
	Privileged int            `json:"privileged"`
	Unknown    int            `json:"unknown"`
	Causes     map[string]int `json:"causes"` // of unknown
}

// An Incomplete is a package or file that the tool could not analyse.
type Incomplete struct {
	Package string `json:"package"`
	Reason  string `json:"reason"`
}

func (t *Totals) add(o Totals) {
	t.Packages.Analysed += o.Packages.Analysed
	t.Packages.Skipped += o.Packages.Skipped
	t.Packages.Failed += o.Packages.Failed
	t.Sites.Safe += o.Sites.Safe
	t.Sites.Breach += o.Sites.Breach
	t.Sites.Suspect += o.Sites.Suspect
	t.Sites.Privileged += o.Sites.Privileged
	t.Sites.Unknown += o.Sites.Unknown
	for c, n := range o.Sites.Causes {
		if t.Sites.Causes == nil {
			t.Sites.Causes = make(map[string]int)
		}
		t.Sites.Causes[c] += n
	}
}

func decodeReport(data []byte) (Report, error) {
	if len(bytes.TrimSpace(data)) == 0 {
		return Report{}, fmt.Errorf("no report on standard output")
	}
	var r Report
	if err := json.Unmarshal(data, &r); err != nil {
		return Report{}, fmt.Errorf("report: %v", err)
	}
	if r.Version != reportVersion {
		return Report{}, fmt.Errorf("report has version %d, this program reads %d", r.Version, reportVersion)
	}
	return r, nil
}

// relativeTo rewrites the finding's files to be relative to checkout; in the
// report they are relative to base.
func (f Finding) relativeTo(checkout, base string) Finding {
	f.Position.File = relative(f.Position.File, checkout, base)
	steps := make([]Step, len(f.Path))
	for i, s := range f.Path {
		s.Position.File = relative(s.Position.File, checkout, base)
		steps[i] = s
	}
	f.Path = steps
	return f
}

func relative(file, checkout, base string) string {
	if !filepath.IsAbs(file) {
		file = filepath.Join(base, filepath.FromSlash(file))
	}
	if rel, err := filepath.Rel(checkout, file); err == nil {
		return filepath.ToSlash(rel)
	}
	return file
}

func (p Place) String() string { return fmt.Sprintf("%s:%d", p.File, p.Line) }

func (f Finding) key() string {
	return fmt.Sprintf("%s %v:%d", f.Rule, f.Position, f.Position.Column)
}
