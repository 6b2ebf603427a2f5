package report

import (
	"fmt"
	"io"
	"strings"
)

// writeMarkdown writes r for a comment on a change, or a summary of a job.
func writeMarkdown(w io.Writer, r Report, v View) error {
	v.Color = false
	p := &printer{View: v, sources: newSources(v.Root)}
	brief := r
	brief.Totals.ByRule = nil // they have a table
	p.line("## tenantvet: %s", markdown(p.totals(brief)[0]))
	p.line("")
	if len(r.Incomplete) > 0 {
		p.line("**Incomplete:** silence about the following means nothing.\n")
		for _, i := range obstacles(r.Incomplete) {
			what := i.Package
			if i.Position != nil {
				what = p.inRepository(i.Position.File)
				if i.Position.Line > 0 {
					what += fmt.Sprintf(":%d", i.Position.Line)
				}
			}
			if what != "" {
				what = code(what) + ": "
			}
			reason := i.Reason
			if others := i.Others(); others != "" {
				reason += "; " + others
			}
			p.line("- %s%s", what, markdown(reason))
		}
		p.line("")
	}
	if len(r.Findings) > 0 {
		p.line("| rule | group | findings |")
		p.line("|---|---|---|")
		groups := make(map[string]string)
		for _, f := range r.Findings {
			if was, ok := groups[f.Rule]; !ok || level(f.Group) == "error" {
				groups[f.Rule] = f.Group
			} else {
				groups[f.Rule] = was
			}
		}
		for _, rule := range byCount(r.Totals.ByRule) {
			p.line("| %s | %s | %d |", p.ruleLink(rule), groups[rule], r.Totals.ByRule[rule])
		}
		p.line("")
	}
	file := ""
	for _, f := range r.Findings {
		if name := p.inRepository(f.Position.File); name != file {
			file = name
			p.line("### %s\n", code(file))
		}
		group := ""
		if f.Group != "breach" {
			group = " (" + f.Group + ")"
		}
		line := ""
		if f.Position.Line > 0 {
			line = fmt.Sprintf("**line %d**, ", f.Position.Line)
		}
		p.line("- %s%s%s: %s", line, p.ruleLink(f.Rule), group, markdown(f.whole()))
		for _, s := range f.Path {
			switch name := p.inRepository(s.Position.File); {
			case s.Position.Line > 0:
				p.line("  - %s: %s", code(fmt.Sprintf("%s:%d", name, s.Position.Line)), markdown(s.Message))
			case s.Position.inDatabase():
				p.line("  - %s: %s", code(name), markdown(s.Message))
			default:
				p.line("  - %s", markdown(s.Message))
			}
		}
		if f.Callers > 0 {
			p.line("  - %s", reliance(f.Callers))
		}
	}
	if len(r.Findings) > 0 {
		p.line("")
	}
	for _, line := range p.totals(r)[1:] {
		p.line("%s  ", markdown(line))
	}
	_, err := w.Write(p.out.Bytes())
	return err
}

func (p *printer) ruleLink(name string) string {
	for _, r := range p.metadata() {
		if r.Name == name && r.URL != "" {
			return fmt.Sprintf("[%s](%s)", name, r.URL)
		}
	}
	return name
}

// markdown escapes what Markdown, or the HTML in it, would take for its own.
func markdown(text string) string {
	return markdownEscapes.Replace(text)
}

var markdownEscapes = strings.NewReplacer(
	`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "<", "&lt;", ">", "&gt;", "&", "&amp;", "|", `\|`, "\n", " ", "@", "@\u200b", "#", `\#`, "~", `\~`,
)

func code(text string) string {
	return "`" + strings.ReplaceAll(text, "`", "'") + "`"
}
