// Package baseline remembers the findings that a program had when it began to use
// tenantvet, so that only new ones fail.
package baseline

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/tenantvet/tenantvet/internal/credential"
	"github.com/tenantvet/tenantvet/internal/report"
)

// FileName is where a baseline is looked for: beside go.mod, or go.work.
const FileName = "tenantvet.baseline.json"

// version grows when old tools would misread the file.
const version = 1

// A Baseline is the content of a file. Each entry stands for one finding; two
// equal entries for two.
type Baseline struct {
	Version  int     `json:"version"`
	Findings []Entry `json:"findings"`
}

// An Entry is a known finding. What tells it from others is ID; the rest is for
// those who read the file, and says what was true when it was written.
type Entry struct {
	ID       string `json:"id"`
	Rule     string `json:"rule"`
	Group    string `json:"group"`
	Package  string `json:"package,omitempty"` // of Go code
	File     string `json:"file"`              // relative to the directory of the baseline
	Function string `json:"function,omitempty"`
	Message  string `json:"message"`
}

// Of is the baseline that knows all of the findings.
func Of(findings []report.Finding) Baseline {
	b := Baseline{Version: version, Findings: []Entry{}}
	for _, f := range findings {
		b.Findings = append(b.Findings, Entry{
			ID: f.ID(), Rule: f.Rule, Group: f.Group, Package: f.Package,
			File: f.Position.File, Function: f.Function, Message: credential.Redact(f.Message),
		})
	}
	return b
}

// Split divides findings into those that the baseline knows and new ones, and
// returns the entries that nothing was found for.
func (b Baseline) Split(findings []report.Finding) (known, fresh []report.Finding, unmatched []Entry) {
	left := make(map[string]int)
	for _, e := range b.Findings {
		left[e.ID]++
	}
	for _, f := range findings {
		if id := f.ID(); left[id] > 0 {
			left[id]--
			known = append(known, f)
		} else {
			fresh = append(fresh, f)
		}
	}
	for _, e := range slices.Backward(b.Findings) {
		if left[e.ID] > 0 {
			left[e.ID]--
			unmatched = append(unmatched, e)
		}
	}
	slices.Reverse(unmatched)
	return known, fresh, unmatched
}

// Read reads a file, strictly: what an edit by hand has broken must not make
// findings known.
func Read(name string) (Baseline, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return Baseline{}, err
	}
	var b Baseline
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&b); err != nil {
		offset := dec.InputOffset()
		if e := (*json.SyntaxError)(nil); errors.As(err, &e) {
			offset = e.Offset
		}
		if e := (*json.UnmarshalTypeError)(nil); errors.As(err, &e) {
			offset = e.Offset
		}
		return Baseline{}, fmt.Errorf("%s:%d: not a baseline: %v; write it anew with tenantvet baseline write", name, lineAt(data, offset), err)
	}
	if _, err := dec.Token(); err != io.EOF {
		return Baseline{}, fmt.Errorf("%s:%d: more than one baseline; write it anew with tenantvet baseline write", name, lineAt(data, dec.InputOffset()))
	}
	if b.Version != version {
		return Baseline{}, fmt.Errorf("%s: version %d is not known to this tenantvet, which reads version %d; update tenantvet, or write the baseline anew", name, b.Version, version)
	}
	for i, e := range b.Findings {
		if e.ID == "" || e.Rule == "" {
			return Baseline{}, fmt.Errorf("%s: entry %d has no id or no rule; write it anew with tenantvet baseline write", name, i+1)
		}
	}
	return b, nil
}

func lineAt(data []byte, offset int64) int {
	return bytes.Count(data[:min(int(offset), len(data))], []byte("\n")) + 1
}

// Write writes a file, an entry a line, in an order that changes little.
func (b Baseline) Write(name string) error {
	b.Version = version
	b.Findings = slices.Clone(b.Findings)
	slices.SortStableFunc(b.Findings, func(x, y Entry) int {
		return cmp.Or(cmp.Compare(x.Package, y.Package), cmp.Compare(x.File, y.File), cmp.Compare(x.Rule, y.Rule),
			cmp.Compare(x.Function, y.Function), cmp.Compare(x.Message, y.Message), cmp.Compare(x.ID, y.ID))
	})
	var out bytes.Buffer
	fmt.Fprintf(&out, "{\n  \"version\": %d,\n  \"findings\": [", b.Version)
	for i, e := range b.Findings {
		var line bytes.Buffer
		enc := json.NewEncoder(&line)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(e); err != nil {
			return err
		}
		if i > 0 {
			out.WriteByte(',')
		}
		out.WriteString("\n    ")
		out.Write(bytes.TrimSpace(line.Bytes()))
	}
	if len(b.Findings) > 0 {
		out.WriteString("\n  ")
	}
	out.WriteString("]\n}\n")
	return os.WriteFile(name, out.Bytes(), 0o666)
}
