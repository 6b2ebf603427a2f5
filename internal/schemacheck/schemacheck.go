// Package schemacheck runs the rules about migrations on the schemas of a module:
// with what the evidence and the configuration say, comments that silence, and
// places in the files.
package schemacheck

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/tenantvet/tenantvet/analyzer"
	"github.com/tenantvet/tenantvet/internal/evidence"
	"github.com/tenantvet/tenantvet/internal/report"
	"github.com/tenantvet/tenantvet/sqlcheck/schema"
	"github.com/tenantvet/tenantvet/sqlcheck/schema/rules"
)

// A Check collects findings.
type Check struct {
	Findings []report.Finding
	Totals   report.Policies
	// Suppressions are the comments that silence rules.
	Suppressions []report.Suppression
	Tables       []report.Table // as Tables returns them, where they were asked for
	skipped      map[string]int // what the replays could not follow, by kind

	strict bool
	root   string // that the report's files are relative to
	files  map[string]*migration
	seen   map[string]int               // fingerprints, to number equal ones
	told   map[string]report.Position   // findings, by rule and message
	judged map[string]bool              // schemas: several modules may share one
	words  func(schema.Position) string // of a database, see Database; nil for migrations
}

// A migration is the text of a file of a schema.
type migration struct {
	lines   []string
	ignores []*rules.Ignore
}

// New returns a check; the report's files are relative to root. strict runs the
// audit rules, too.
func New(root string, strict bool) *Check {
	return &Check{strict: strict, root: root, files: map[string]*migration{}, seen: map[string]int{}, judged: map[string]bool{}, told: map[string]report.Position{}, skipped: map[string]int{}}
}

// Module checks the schemas of a module that the filter lets through.
func (c *Check) Module(m *evidence.Module, wanted func(*evidence.Schema) bool) {
	var mine []*evidence.Schema
	for i := range m.Schemas {
		s := &m.Schemas[i]
		if !wanted(s) || c.again(m, s) {
			continue
		}
		mine = append(mine, s)
		state := stateOf(m, s)
		if c.words == nil && c.on(m, "untestedisolation", rules.Audit) {
			state.Isolation = c.isolation(m, s)
		}
		var found []rules.Finding
		for _, f := range rules.Check(state, func(r rules.Rule) bool { return c.on(m, r.Name, r.Group) }) {
			if f.At.Line > 0 && !c.silenced(m, f) {
				found = append(found, f)
			}
		}
		for _, f := range rules.Gather(found) {
			c.finding(m, f)
		}
		tally(&c.Totals, state)
		for what, n := range s.Model.Unmodelled {
			c.skipped[what] += n
		}
	}
	for _, s := range mine {
		if c.words == nil {
			c.directives(m, s)
		}
	}
}

// silenced reports whether a comment in the migration silences a finding.
func (c *Check) silenced(m *evidence.Module, f rules.Finding) bool {
	return c.words == nil && rules.Silences(c.file(m, f.At.File).ignores, f.Rule, f.At.Line)
}

// again reports whether a schema was judged for another module.
func (c *Check) again(m *evidence.Module, s *evidence.Schema) bool {
	var key strings.Builder
	for _, f := range s.Files {
		key.WriteString(filepath.Join(m.Root, filepath.FromSlash(f)) + "\x00")
	}
	was := c.judged[key.String()]
	c.judged[key.String()] = true
	return was
}

// Unfollowed says what the replays could not follow: silence about what it changes
// means nothing.
func (c *Check) Unfollowed() []string {
	var parts []string
	for _, what := range slices.Sorted(maps.Keys(c.skipped)) {
		parts = append(parts, fmt.Sprintf("%d %s", c.skipped[what], what))
	}
	if len(parts) == 0 {
		return nil
	}
	return []string{"statements that are not followed, and may change what is judged: " + strings.Join(parts, ", ")}
}

// stateOf prepares a schema for the rules.
func stateOf(m *evidence.Module, s *evidence.Schema) *rules.State {
	in := m.RuleInput(s)
	in.Live = s.Format == liveFormat
	return rules.NewState(in)
}

func tally(p *report.Policies, s *rules.State) {
	p.Tables += s.Tenants()
	for verdict, n := range s.Verdicts() {
		switch verdict {
		case "closed", "guarded":
			p.Closed += n
		case "open":
			p.Open += n
		default:
			p.Unknown += n
		}
	}
}

// on reports whether a rule is to be run: as the configuration says, else as its
// group has it.
func (c *Check) on(m *evidence.Module, rule, group string) bool {
	if on, set := m.Config.Rules[rule]; set {
		return on
	}
	return group != rules.Audit || c.strict
}

// file reads a migration once.
func (c *Check) file(m *evidence.Module, name string) *migration {
	abs := filepath.Join(m.Root, filepath.FromSlash(name))
	if f, ok := c.files[abs]; ok {
		return f
	}
	f := &migration{}
	if data, err := os.ReadFile(abs); err == nil { // the replay has read it, too
		text := string(data)
		f.lines = strings.Split(text, "\n")
		f.ignores = rules.Ignores(text)
	}
	c.files[abs] = f
	return f
}

// position is the statement's first line, as far as it goes.
func (c *Check) position(m *evidence.Module, name string, line int) report.Position {
	if c.words != nil {
		return report.Position{File: name}
	}
	p := report.Position{File: c.shown(m, name), Line: line, Column: 1, EndLine: line, EndColumn: 1}
	lines := c.file(m, name).lines
	if line < 1 || line > len(lines) {
		return p
	}
	text := strings.TrimRight(lines[line-1], " \t\r")
	p.Column += len(text) - len(strings.TrimLeft(text, " \t"))
	p.EndColumn = max(p.Column, len(text)+1)
	return p
}

// shown is a file of the module relative to the report's root.
func (c *Check) shown(m *evidence.Module, name string) string {
	abs := filepath.Join(m.Root, filepath.FromSlash(name))
	if rel, err := filepath.Rel(c.root, abs); err == nil {
		return filepath.ToSlash(rel)
	}
	return filepath.ToSlash(abs)
}

func (c *Check) finding(m *evidence.Module, f rules.Finding) {
	out := report.Finding{
		Rule: f.Rule, Group: f.Group, Position: c.position(m, f.At.File, f.At.Line), Statement: c.statement(f.At),
		Message: f.Message, Advice: f.Advice,
		Fingerprint: c.fingerprint(f.Rule, c.folder(f.At.File), f.Object, f.Subject),
		Alike:       cmp.Or(f.Alike, f.Cause), About: f.About(),
	}
	if c.told[out.Rule+out.Message] == out.Position && c.words == nil {
		return // in two schemas, of which one completes the other
	}
	c.told[out.Rule+out.Message] = out.Position
	for _, s := range f.Path {
		step := report.Step{Message: s.Message}
		if s.At.Line > 0 && s.At.File != "" {
			step.Position = c.position(m, s.At.File, s.At.Line)
			step.Position.EndLine, step.Position.EndColumn = step.Position.Line, step.Position.Column
		}
		out.Path = append(out.Path, step)
	}
	c.Findings = append(c.Findings, out)
}

// fingerprint tells a finding from others whatever lines move.
func (c *Check) fingerprint(parts ...string) string {
	key := strings.Join(parts, "\x00")
	c.seen[key]++
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%d", key, c.seen[key]))
	return hex.EncodeToString(sum[:10])
}

// directives reports comments that silence nothing, or are malformed.
func (c *Check) directives(m *evidence.Module, s *evidence.Schema) {
	const rule = "directive"
	on := c.on(m, rule, rules.Breach)
	ran := func(name string) bool {
		return slices.ContainsFunc(rules.All(), func(r rules.Rule) bool { return r.Name == name && c.on(m, name, r.Group) })
	}
	for _, name := range s.Files {
		file := c.file(m, name)
		for _, d := range file.ignores {
			message := d.Problem
			if message == "" && path.Ext(name) != ".go" {
				c.Suppressions = append(c.Suppressions, report.Suppression{Position: c.position(m, name, d.Line), Rules: d.Rules, Reason: d.Reason})
			}
			if isGo := path.Ext(name) == ".go"; isGo && (message != "" || !d.About()) {
				continue // the analyzers look after those
			}
			if message == "" {
				message = d.Useless(ran)
			}
			if message != "" && on {
				c.Findings = append(c.Findings, report.Finding{Rule: rule, Group: string(analyzer.Breach),
					Position: c.position(m, name, d.Line), Message: message,
					Fingerprint: c.fingerprint(rule, name, message)})
			}
		}
		file.ignores = nil // a file of two schemas is told once
	}
}
