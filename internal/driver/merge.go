package driver

import (
	"cmp"
	"encoding/json"
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/tenantvet/tenantvet/analyzer"
	"github.com/tenantvet/tenantvet/internal/evidence"
	"github.com/tenantvet/tenantvet/internal/report"
)

// censusName is the analyzer that carries what diagnostics can't.
const censusName = "census"

// A merger makes one report of what go vet says about each unit.
type merger struct {
	dir        string // where the go command ran
	root       string
	groups     map[string]string // rule -> group, for findings without census
	findings   map[string]report.Finding
	sites      map[string]analyzer.CensusSite // by position; variants of a package share files
	packages   map[string]string              // of the sites
	comments   map[string]analyzer.CensusDirective
	relied     relied
	helpers    map[string]string // by finding: the function that should set the context
	callees    map[string]bool   // functions whose callers were seen to decide
	uses       map[string]bool   // names of functions that code other than tests refers to
	program    bool              // there is a main package
	uncalled   int               // sites in functions that nothing refers to
	schemaOnly bool              // migrations are what was asked about
	tenancy    bool              // some package was judged with evidence of tenancy
	schema     map[string]bool   // rules about migrations
	lacking    map[string]bool   // names that statements have and the schema has not
	analysed   map[string]bool   // units with a census
	named      map[string]bool   // what is listed as incomplete
	report     report.Report
}

// merge puts together the report, and lists the packages that were analysed.
func merge(o options, root string, listed listing, modules []*evidence.Module, result *vetResult) (report.Report, map[string]bool) {
	m := &merger{
		dir:      o.dir,
		root:     root,
		groups:   make(map[string]string),
		findings: make(map[string]report.Finding),
		helpers:  make(map[string]string),
		sites:    make(map[string]analyzer.CensusSite),
		packages: make(map[string]string),
		comments: make(map[string]analyzer.CensusDirective),
		callees:  make(map[string]bool),
		uses:     make(map[string]bool),
		schema:   make(map[string]bool),
		lacking:  make(map[string]bool),
		analysed: make(map[string]bool),
		named:    make(map[string]bool),
	}
	for _, r := range analyzer.Rules() {
		m.groups[r.Name] = string(r.Group)
		m.schema[r.Name] = r.Schema
	}
	// The tool answers for dependencies, too; see mayBeTarget.
	for _, t := range listed.targets {
		for _, id := range []string{t.unit(), externalUnit(t.path)} {
			m.unit(id, result.units[id])
		}
	}
	m.settle(m.sawAll(o, listed))
	if o.strict {
		m.unproven()
	}
	for _, key := range sortedKeys(m.findings) {
		f := m.findings[key]
		f.Callers = m.relied.on(m.helpers[key])
		m.report.Findings = append(m.report.Findings, f)
	}
	m.report.Totals.Sites = report.CountSites(m.siteList())
	m.report.Totals.Sites.Uncalled = m.uncalled
	m.report.Totals.Lacking = sortedKeys(m.lacking)
	if o.inventory {
		m.report.Inventory = m.inventory(modules)
	}
	m.account(listed, result)
	m.modules(modules)

	m.report.Tool = toolVersion()
	m.report.Root = relativeRoot(root)
	packages := make(map[string]bool)
	for _, t := range listed.targets {
		packages[t.path] = m.analysed[t.unit()]
	}
	return m.report, packages
}

// unit takes in what the analyzers said about one unit.
func (m *merger) unit(id string, rules map[string]ruleResult) {
	pkg, _, _ := strings.Cut(id, " ")
	known := make(map[string]analyzer.CensusFinding)
	for _, d := range rules[censusName].diagnostics {
		var c analyzer.Census
		if err := json.Unmarshal([]byte(d.Message), &c); err != nil || c.Version != analyzer.CensusVersion {
			m.incomplete(pkg, "", "", fmt.Sprintf("its census can't be read (version %d): %v", c.Version, err))
			continue
		}
		m.analysed[id] = true
		m.tenancy = m.tenancy || c.Strategy != ""
		for _, f := range c.Findings {
			known[strings.TrimSpace(f.Rule+" "+f.Posn+" "+f.Message)] = f
		}
		m.relied.add(c.Calls)
		m.program = m.program || c.Program
		for _, name := range c.Uses {
			m.uses[name] = true
		}
		for _, name := range c.Lacking {
			m.lacking[name] = true
		}
		for _, s := range c.Sites {
			m.callees[s.Callee] = true
			if seen, ok := m.sites[s.Posn]; !ok || severity(s) > severity(seen) {
				m.sites[s.Posn], m.packages[s.Posn] = s, pkg
			}
		}
		for _, d := range c.Directives {
			m.comments[d.Posn] = d
		}
	}
	for _, rule := range sortedKeys(rules) {
		if err := rules[rule].err; err != "" {
			m.incomplete(pkg, "", "", strings.TrimPrefix(err, id+": "))
		}
		if rule == censusName || m.schema[rule] { // those stand in their migrations
			continue
		}
		for _, d := range rules[rule].diagnostics {
			c, ok := known[rule+" "+d.Posn+" "+d.Message]
			if !ok {
				c = known[rule+" "+d.Posn]
			}
			m.finding(pkg, rule, d, c)
		}
	}
}

// severity orders verdicts: what one variant of a package can't prove isn't
// proven.
func severity(s analyzer.CensusSite) int {
	return slices.Index([]string{"caller", "safe", "privileged", "unknown", "suspect", "breach"}, s.Verdict)
}

// sawAll reports whether all code that may call a function was seen: a whole program.
func (m *merger) sawAll(o options, listed listing) bool {
	if !o.wholeModule() || o.dir != m.root || len(listed.unresolved) > 0 || !m.program {
		return false
	}
	return !slices.ContainsFunc(listed.targets, func(t *target) bool { return t.code && !m.analysed[t.unit()] })
}

// settle decides the sites that are their callers' decision: where a caller
// was seen, its call is a site of its own; where none was, nobody knows, unless all
// code was seen, and none of it refers to the function.
func (m *merger) settle(all bool) {
	for posn, s := range m.sites {
		if s.Verdict != "caller" {
			continue
		}
		if m.callees[s.Func] {
			delete(m.sites, posn)
			continue
		}
		if all && !s.Foreign && !m.uses[s.Func[strings.LastIndexByte(s.Func, '.')+1:]] {
			m.uncalled++
			delete(m.sites, posn)
			continue
		}
		s.Verdict, s.Cause = "unknown", "caller"
		m.sites[posn] = s
	}
}

// finding adds a diagnostic, once for all variants of a package.
func (m *merger) finding(pkg, rule string, d vetDiagnostic, c analyzer.CensusFinding) {
	f := report.Finding{
		Rule:        rule,
		Group:       cmp.Or(c.Group, m.groups[rule], string(analyzer.Breach)),
		Position:    m.position(d.Posn, d.End),
		Package:     pkg,
		Function:    c.Function,
		Message:     d.Message,
		Advice:      c.Advice,
		Fingerprint: c.Fingerprint,
	}
	for _, s := range c.Path {
		f.Path = append(f.Path, report.Step{Position: m.position(s.Posn, s.End), Message: s.Message})
	}
	if len(c.Path) == 0 {
		for _, s := range d.Related {
			f.Path = append(f.Path, report.Step{Position: m.position(s.Posn, ""), Message: s.Message})
		}
	}
	for _, fix := range d.SuggestedFixes {
		edits := make([]report.Edit, len(fix.Edits))
		for i, e := range fix.Edits {
			edits[i] = report.Edit{File: m.file(e.Filename), Start: e.Start, End: e.End, New: e.New}
		}
		f.Fixes = append(f.Fixes, report.Fix{Message: fix.Message, Edits: edits})
	}
	key := strings.Join([]string{d.Posn, rule, d.Message}, "\x00")
	if _, ok := m.findings[key]; !ok {
		m.helpers[key] = c.Helper
		m.findings[key] = f
	}
}

// unproven turns the unknown sites into findings.
func (m *merger) unproven() {
	audited := make(map[report.Position]bool) // with a better reason
	for _, f := range m.findings {
		if f.Group == string(analyzer.Audit) {
			audited[report.Position{File: f.Position.File, Line: f.Position.Line, Column: f.Position.Column}] = true
		}
	}
	for _, posn := range sortedKeys(m.sites) {
		site := m.sites[posn]
		file, line, column := splitPosn(posn)
		if site.Verdict != "unknown" || audited[report.Position{File: m.file(file), Line: line, Column: column}] {
			continue
		}
		m.findings["unproven"+posn] = report.Finding{
			Rule:     "unproven",
			Group:    string(analyzer.Audit),
			Position: m.position(posn, ""),
			Message:  "query can't be proven to stay within the tenant: " + cmp.Or(site.Cause, "unknown cause"),
			// Equal for all of its kind in a directory: a baseline counts them.
			Fingerprint: path.Dir(m.file(file)) + " " + site.Cause,
		}
	}
}

// position reads file:line:column, and the end in the same form.
func (m *merger) position(posn, end string) report.Position {
	file, line, column := splitPosn(posn)
	pos := report.Position{File: m.file(file), Line: line, Column: column, EndLine: line, EndColumn: column}
	if endFile, l, c := splitPosn(end); endFile == file && l > 0 {
		pos.EndLine, pos.EndColumn = l, c
	}
	return pos
}

// splitPosn reads file:line:column, file:line or file.
func splitPosn(posn string) (file string, line, column int) {
	file = posn
	var numbers []int
	for len(numbers) < 2 {
		rest, number, ok := cutLast(file, ":")
		n, err := strconv.Atoi(number)
		if !ok || err != nil {
			break
		}
		file = rest
		numbers = append(numbers, n)
	}
	switch len(numbers) {
	case 2:
		return file, numbers[1], numbers[0]
	case 1:
		return file, numbers[0], 0
	}
	return file, 0, 0
}

func cutLast(s, sep string) (before, after string, ok bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}

// file returns a file relative to the root, with slashes; absolute where there
// is no such way.
func (m *merger) file(name string) string {
	if name == "" {
		return ""
	}
	if !filepath.IsAbs(name) {
		name = filepath.Join(m.dir, name)
	}
	if rel, err := filepath.Rel(m.root, name); err == nil {
		return filepath.ToSlash(rel)
	}
	return filepath.ToSlash(name)
}
