package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tenantvet/tenantvet/sqlcheck"
)

// An Ignore is a comment that silences rules at a statement:
//
//	-- tenantvet:ignore norls -- countries are the same for every tenant
type Ignore struct {
	Line    int
	Rules   []string
	Reason  string
	Problem string // what is wrong with it, "" if nothing is

	from, to int // lines that it covers
	used     map[string]bool
}

// Ignores finds the comments of a file. It covers the statement in or behind which
// it stands, else the next one.
func Ignores(text string) []*Ignore {
	if !strings.Contains(text, "tenantvet:") {
		return nil
	}
	var spans []sqlcheck.Span
	var out []*Ignore
	offset := 0
	for i, line := range strings.Split(text, "\n") {
		at := offset
		offset += len(line) + 1
		code, comment, ok := strings.Cut(line, "--")
		body, isOurs := strings.CutPrefix(strings.TrimSpace(comment), "tenantvet:")
		inGo := !ok || !isOurs
		if inGo {
			code, comment, ok = strings.Cut(line, "//") // in Go
			if body, isOurs = strings.CutPrefix(comment, "tenantvet:"); !ok || !isOurs {
				continue
			}
		}
		if spans == nil {
			spans = sqlcheck.Split(text)
		}
		d := parseIgnore(strings.TrimSpace(body))
		d.Line = i + 1
		d.from, d.to = d.Line, d.Line
		if inGo { // above the string, or the line of it, that holds the statement
			d.to++
		} else if s, ok := covered(spans, at, at+len(code), strings.TrimSpace(code) != ""); ok {
			d.from = 1 + strings.Count(text[:s.Pos], "\n")
			d.to = 1 + strings.Count(text[:s.End], "\n")
		}
		out = append(out, d)
	}
	return out
}

// covered finds the statement of a comment: the one around it or, if there is
// code on its line, that ends there; else the next one.
func covered(spans []sqlcheck.Span, line, comment int, trails bool) (sqlcheck.Span, bool) {
	for _, s := range spans {
		switch {
		case s.Pos <= comment && comment < s.End, trails && s.End >= line && s.End <= comment, s.Pos > comment:
			return s, true
		}
	}
	return sqlcheck.Span{}, false
}

func parseIgnore(text string) *Ignore {
	head, reason, _ := strings.Cut(text, " -- ")
	fields := strings.Fields(strings.ReplaceAll(head, ",", " "))
	d := &Ignore{Reason: strings.TrimSpace(reason), used: map[string]bool{}}
	const form = "write -- tenantvet:ignore <rule> -- <reason>"
	if len(fields) == 0 || fields[0] != "ignore" {
		d.Problem = "unknown directive: " + form
		return d
	}
	switch d.Rules = fields[1:]; {
	case len(d.Rules) == 0:
		d.Problem = "directive names no rule: " + form
	case d.Reason == "":
		d.Problem = "directive without a reason: " + form
	}
	for _, rule := range d.Rules {
		if d.Problem == "" && !slices.ContainsFunc(list[:], func(r Rule) bool { return r.Name == rule }) {
			d.Problem = "directive ignores unknown rule " + rule
		}
	}
	return d
}

// Silences reports whether a comment silences a rule at a line, and notes that it
// was of use.
func Silences(ignores []*Ignore, rule string, line int) bool {
	silent := false
	for _, d := range ignores {
		if d.Problem == "" && slices.Contains(d.Rules, rule) && d.from <= line && line <= d.to {
			d.used[rule] = true
			silent = true
		}
	}
	return silent
}

// Useless says which of its rules a comment silences nowhere, "" if there is none;
// on tells which rules were run.
func (d *Ignore) Useless(on func(string) bool) string {
	for _, rule := range d.Rules {
		if !d.used[rule] && on(rule) {
			return fmt.Sprintf("directive ignores %s, but there is nothing to silence here: remove it", rule)
		}
	}
	return ""
}

// About reports whether the comment is about rules of this package.
func (d *Ignore) About() bool {
	return slices.ContainsFunc(d.Rules, func(rule string) bool {
		return slices.ContainsFunc(list[:], func(r Rule) bool { return r.Name == rule })
	})
}
