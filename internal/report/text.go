package report

import (
	"bytes"
	"fmt"
	"io"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/fatih/color"
)

// writeText writes r for people at a terminal.
func writeText(w io.Writer, r Report, v View) error {
	p := &printer{View: v, sources: newSources(v.Root)}
	for _, f := range alike(r.Findings) {
		p.finding(f.Finding, f.others)
	}
	if len(r.Incomplete) > 0 {
		for _, c := range obstacles(r.Incomplete) {
			p.incomplete(c)
		}
		p.line("")
	}
	p.summary(r)
	_, err := w.Write(p.out.Bytes())
	return err
}

type printer struct {
	View
	out     bytes.Buffer
	sources *sources
}

func (p *printer) line(format string, args ...any) {
	fmt.Fprintf(&p.out, format, args...)
	p.out.WriteByte('\n')
}

// paint colours a text for a terminal; elsewhere it stays as it is.
func (p *printer) paint(text string, attributes ...color.Attribute) string {
	c := color.New(attributes...)
	if p.Color {
		c.EnableColor()
	} else {
		c.DisableColor()
	}
	return c.Sprint(text)
}

// shownSteps bounds the steps of a path that are shown: a store's pool may be used
// in hundreds of places.
const shownSteps = 12

// finding shows a finding, and where else the same was found.
func (p *printer) finding(f Finding, others []Finding) {
	rule := p.paint(f.Rule, groupColor(f.Group), color.Bold)
	if f.Group != "breach" {
		rule += " (" + f.Group + ")"
	}
	// What to do is part of the message, for go vet; here it has a line of its own.
	message := f.Message
	if f.Advice != "" {
		message = strings.TrimSuffix(message, "; "+f.Advice)
	}
	p.line("%s: %s: %s", p.paint(p.where(f.Position, true), color.Bold), rule, message)
	p.excerpt(f.Position, f.Rule, f.Group)
	p.statement(f.Statement)
	for i, s := range f.Path {
		if more := len(f.Path) - i; i >= shownSteps && more > 1 {
			p.line("    and %d more, which the JSON report has", more)
			break
		}
		if s.Position.Line == 0 && !s.Position.inDatabase() {
			p.line("    %s", s.Message)
			continue
		}
		p.line("    %s: %s", p.where(s.Position, false), s.Message)
		if s.Position.extends() {
			p.excerpt(s.Position, f.Rule, f.Group)
		}
	}
	p.others(others)
	if f.Callers > 0 {
		p.line("    %s", reliance(f.Callers))
	}
	if f.Advice != "" {
		p.line("    %s %s", p.paint("do:", color.FgCyan), f.Advice)
	}
	for _, fix := range f.Fixes {
		p.line("    %s %s", p.paint("fix offered:", color.FgCyan), fix.Message)
	}
	p.line("")
}

func reliance(callers int) string {
	if callers == 1 {
		return "1 caller relies on it"
	}
	return strconv.Itoa(callers) + " callers rely on it"
}

func groupColor(group string) color.Attribute {
	if group == "breach" {
		return color.FgRed
	}
	return color.FgYellow
}

// excerpt shows the line of a position, with what is meant underlined.
func (p *printer) excerpt(pos Position, rule, group string) {
	text, width, ok := p.sources.file(pos.File).excerpt(pos, rule, p.width())
	if !ok {
		return
	}
	number := strconv.Itoa(pos.Line)
	gutter := strings.Repeat(" ", max(4, len(number)))
	p.line("%s%s | %s", gutter[len(number):], number, text.line)
	p.line("%s | %s%s", gutter, strings.Repeat(" ", text.indent), p.paint(strings.Repeat("^", width), groupColor(group)))
}

func (p *printer) incomplete(c obstacle) {
	what := ""
	if c.Position != nil {
		what = p.where(*c.Position, c.Position.Column > 0) + ": "
	}
	if c.Package != "" && len(c.packages) == 1 {
		what += c.Package + ": "
	}
	p.line("%s %s%s", p.paint("incomplete:", color.FgYellow, color.Bold), what, c.Reason)
	if others := c.Others(); others != "" {
		p.line("    %s", others)
	}
}

// where returns a position as file:line:column.
func (p *printer) where(pos Position, column bool) string {
	s := p.shown(pos.File)
	if pos.Line == 0 {
		return s
	}
	s += ":" + strconv.Itoa(pos.Line)
	if column {
		s += ":" + strconv.Itoa(pos.Column)
	}
	return s
}

// statement shows the beginning of what the server says of an object.
func (p *printer) statement(text string) {
	line, _, more := strings.Cut(strings.TrimSpace(text), "\n")
	if line == "" {
		return
	}
	if more {
		line += " .."
	}
	cut, _ := window("", expand(line, 0), "", p.width())
	p.line("     | %s", cut.line)
}

// shown returns a file relative to the directory of the user.
func (p *printer) shown(file string) string {
	if (Position{File: file}).inDatabase() {
		return file
	}
	rel, err := filepath.Rel(p.Dir, p.sources.path(file))
	if err != nil {
		return p.sources.path(file)
	}
	return rel
}
