package report

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/url"
	"slices"
	"strings"
)

// writeSARIF writes r as SARIF 2.1.0: for code scanning, and for editors that
// show its flows. Files are relative to the repository, columns count UTF-16.
func writeSARIF(w io.Writer, r Report, v View) error {
	s := &sarifWriter{View: v, sources: newSources(v.Root)}
	for _, rule := range v.metadata() {
		s.rules = append(s.rules, descriptor(rule))
	}
	run := sarifRun{
		Tool: sarifTool{sarifDriver{
			Name: "tenantvet", Version: r.Tool, InformationURI: "https://github.com/tenantvet/tenantvet", Rules: s.rules,
		}},
		Invocations: []sarifInvocation{s.invocation(r)},
		ColumnKind:  "utf16CodeUnits",
		Results:     []sarifResult{},
	}
	for _, f := range r.Findings {
		run.Results = append(run.Results, s.result(f))
	}
	return encode(w, sarifLog{
		Schema:  "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
		Version: "2.1.0",
		Runs:    []sarifRun{run},
	})
}

type sarifWriter struct {
	View
	sources *sources
	rules   []sarifRule
}

// level is SARIF's word for a group.
func level(group string) string {
	switch group {
	case "breach":
		return "error"
	case "suspect":
		return "warning"
	}
	return "note"
}

// invocation says whether silence means something.
func (s *sarifWriter) invocation(r Report) sarifInvocation {
	out := sarifInvocation{Successful: len(r.Incomplete) == 0}
	for _, i := range r.Incomplete {
		n := sarifNotification{Level: "error", Message: sarifText{Text: i.Reason}}
		if i.Package != "" {
			n.Message.Text = i.Package + ": " + i.Reason
		}
		if i.Position != nil {
			n.Locations = []sarifLocation{s.location(*i.Position)}
		}
		out.Notifications = append(out.Notifications, n)
	}
	for _, note := range r.Notes {
		out.Notifications = append(out.Notifications, sarifNotification{Level: "note", Message: sarifText{Text: note}})
	}
	return out
}

func (s *sarifWriter) result(f Finding) sarifResult {
	at := s.location(f.Position)
	if f.Function != "" {
		name := f.Function
		if f.Package != "" {
			name = f.Package + "." + name
		}
		at.Logical = []sarifLogical{{name, "function"}}
	}
	out := sarifResult{
		RuleID: f.Rule, Level: level(f.Group), Message: sarifText{Text: f.whole()},
		Locations:    []sarifLocation{at},
		Fingerprints: map[string]string{"tenantvet/v1": f.ID()},
		CodeFlows:    s.flows(f),
	}
	if i := slices.IndexFunc(s.rules, func(r sarifRule) bool { return r.ID == f.Rule }); i >= 0 {
		out.RuleIndex = &i
	}
	for _, fix := range f.Fixes {
		out.Fixes = append(out.Fixes, s.fix(fix))
	}
	return out
}

// whole is the message with the advice, with which it may end already.
func (f Finding) whole() string {
	if f.Advice == "" || strings.HasSuffix(f.Message, f.Advice) {
		return f.Message
	}
	return f.Message + "; " + f.Advice
}

// ID tells a finding from all others of a program, however its lines move.
func (f Finding) ID() string {
	sum := sha256.Sum256([]byte(f.Rule + "\x00" + f.Package + "\x00" + f.Fingerprint))
	return hex.EncodeToString(sum[:12])
}

// flows is the way that proves a finding, from where it stands.
func (s *sarifWriter) flows(f Finding) []sarifCodeFlow {
	if len(f.Path) == 0 {
		return nil
	}
	var flow sarifThreadFlow
	add := func(pos Position, message string) {
		at := s.location(pos)
		at.Message = &sarifText{Text: message}
		flow.Locations = append(flow.Locations, sarifStep{at})
	}
	add(f.Position, f.Message)
	for _, step := range f.Path {
		if step.Position.Line > 0 || step.Position.inDatabase() {
			add(step.Position, step.Message)
		}
	}
	return []sarifCodeFlow{{[]sarifThreadFlow{flow}}}
}

func (s *sarifWriter) fix(fix Fix) sarifFix {
	out := sarifFix{Description: sarifText{Text: fix.Message}}
	for _, e := range fix.Edits {
		i := slices.IndexFunc(out.Changes, func(c sarifChange) bool { return c.Artifact == s.artifact(e.File) })
		if i < 0 {
			i = len(out.Changes)
			out.Changes = append(out.Changes, sarifChange{Artifact: s.artifact(e.File)})
		}
		file := s.sources.file(e.File)
		deleted := Position{File: e.File}
		deleted.Line, deleted.Column = file.at(e.Start)
		deleted.EndLine, deleted.EndColumn = file.at(e.End)
		replacement := sarifReplacement{Deleted: s.region(deleted)}
		if e.New != "" {
			replacement.Inserted = &sarifText{Text: e.New}
		}
		out.Changes[i].Replacements = append(out.Changes[i].Replacements, replacement)
	}
	return out
}

func (s *sarifWriter) location(pos Position) sarifLocation {
	if object, ok := strings.CutPrefix(pos.File, databasePrefix); ok {
		return sarifLocation{Logical: []sarifLogical{{Name: object}}}
	}
	out := sarifLocation{Physical: &sarifPhysical{Artifact: s.artifact(pos.File)}}
	if pos.Line > 0 {
		region := s.region(pos)
		out.Physical.Region = &region
	}
	return out
}

func (s *sarifWriter) artifact(file string) sarifArtifact {
	u := url.URL{Path: s.inRepository(file)}
	return sarifArtifact{URI: u.EscapedPath(), Base: "%SRCROOT%"}
}

func (s *sarifWriter) region(pos Position) sarifRegion {
	file := s.sources.file(pos.File)
	out := sarifRegion{StartLine: pos.Line, StartColumn: file.utf16Column(pos.Line, pos.Column)}
	if pos.EndLine >= pos.Line {
		out.EndLine, out.EndColumn = pos.EndLine, file.utf16Column(pos.EndLine, pos.EndColumn)
	}
	return out
}
