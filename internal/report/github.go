package report

import (
	"bytes"
	"fmt"
	"io"
	"strings"
)

// writeGitHub writes r as commands that make GitHub Actions annotate the lines
// of a change, and then the totals for the log.
func writeGitHub(w io.Writer, r Report, v View) error {
	v.Color = false
	p := &printer{View: v, sources: newSources(v.Root)}
	for _, f := range r.Findings {
		p.command(githubLevel(f.Group), f.Position, "tenantvet "+f.Rule, p.told(f))
	}
	for _, c := range obstacles(r.Incomplete) {
		p.command("error", c.position(), "tenantvet is incomplete", c.text())
	}
	p.summary(r)
	_, err := w.Write(p.out.Bytes())
	return err
}

func githubLevel(group string) string {
	if l := level(group); l != "note" {
		return l
	}
	return "notice"
}

// told is a finding in words, with its path.
func (p *printer) told(f Finding) string {
	var b bytes.Buffer
	if f.Position.inDatabase() {
		b.WriteString(f.Position.File + ": ")
	}
	b.WriteString(f.whole())
	for _, s := range f.Path {
		b.WriteByte('\n')
		if s.Position.inDatabase() {
			b.WriteString(s.Position.File + ": ")
		}
		if s.Position.Line > 0 {
			fmt.Fprintf(&b, "%s:%d: ", p.inRepository(s.Position.File), s.Position.Line)
		}
		b.WriteString(s.Message)
	}
	if f.Callers > 0 {
		b.WriteString("\n" + reliance(f.Callers))
	}
	return b.String()
}

func (p *printer) command(name string, at Position, title, message string) {
	var parts []string
	property := func(key, value string) {
		parts = append(parts, key+"="+githubProperty.Replace(value))
	}
	if at.File != "" && !at.inDatabase() {
		property("file", p.inRepository(at.File))
	}
	if at.Line > 0 {
		property("line", fmt.Sprint(at.Line))
		property("endLine", fmt.Sprint(max(at.Line, at.EndLine)))
	}
	// Columns only where the words are on one line: GitHub refuses others.
	if at.Column > 0 && at.EndLine == at.Line {
		file := p.sources.file(at.File)
		property("col", fmt.Sprint(file.utf16Column(at.Line, at.Column)))
		property("endColumn", fmt.Sprint(file.utf16Column(at.Line, max(at.Column, at.EndColumn))))
	}
	property("title", title)
	p.line("::%s %s::%s", name, strings.Join(parts, ","), githubMessage.Replace(message))
}

var (
	githubMessage  = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	githubProperty = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)
