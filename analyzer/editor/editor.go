// Package editor is the suite for a language server: a process that stays while
// configuration, migrations and code change under it. tenantvet gopls install
// builds it into gopls.
package editor

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/tools/go/analysis"

	"github.com/tenantvet/tenantvet/analyzer"
	"github.com/tenantvet/tenantvet/internal/config"
	"github.com/tenantvet/tenantvet/internal/evidence"
	"github.com/tenantvet/tenantvet/internal/modules"
	"github.com/tenantvet/tenantvet/internal/toolid"
)

// A Suite is the analyzers and the evidence that they judge by, as it was at the
// last [Suite.Look].
type Suite struct {
	analyzers []Analyzer
	tool      string
	rules     []string
	urls      map[string]string // of the rules' documentation

	judging sync.Mutex // of judged; taken before mu
	judged  map[string]judgement

	mu         sync.Mutex
	modules    map[string]*module // by root
	roots      map[string]string  // directory -> root of its module, "" without one
	generation int                // counts changes of any module's evidence
	changes    int                // counts what Changed was told of
}

// A module is one that the server has as a main module.
type module struct {
	evidence *evidence.Module // nil until some could be read
	problem  error            // why it is not that of the files as they are
	key      string           // of the evidence and of the files that packages embed
	changes  int              // what Changed had been told when it was read
	read     time.Time
	took     time.Duration
}

// An Analyzer is a rule with what a server shows beside its message.
type Analyzer struct {
	*analysis.Analyzer
	Severity    Severity
	Unnecessary bool // what it marks is of no use
}

// Severity is that of the language server protocol.
type Severity int

// Severities of the groups.
const (
	Error       Severity = 1 // breach
	Warning     Severity = 2 // suspect
	Information Severity = 3 // audit and preview, which a configuration asked for
)

// New returns a new suite.
func New() *Suite {
	s := &Suite{modules: map[string]*module{}, roots: map[string]string{}, urls: map[string]string{}, judged: map[string]judgement{}}
	s.tool, _ = toolid.Own() // without, nothing that is cached is found
	groups, schema := map[string]analyzer.Group{}, map[string]bool{}
	for _, r := range analyzer.Rules() {
		s.rules = append(s.rules, r.Name)
		groups[r.Name] = r.Group
		s.urls[r.Name] = r.URL
		if r.Schema {
			schema[r.Name] = true
		}
	}
	for _, a := range analyzer.NewSuite(analyzer.Config{Evidence: s.of, ReadFile: os.ReadFile}) {
		if _, isRule := groups[a.Name]; !isRule {
			continue // such as the command line's census
		}
		if schema[a.Name] {
			a = silent(a)
		}
		s.analyzers = append(s.analyzers, Analyzer{linked(a), severity(groups[a.Name]), a.Name == "directive"})
	}
	s.analyzers = append(s.analyzers, Analyzer{s.problems(), Error, false})
	return s
}

func severity(g analyzer.Group) Severity {
	switch g {
	case analyzer.Breach:
		return Error
	case analyzer.Suspect:
		return Warning
	}
	return Information
}

// linked makes the rule's name the code of its diagnostics, and its documentation
// their link.
func linked(a *analysis.Analyzer) *analysis.Analyzer {
	run := a.Run
	a.Run = func(pass *analysis.Pass) (any, error) {
		report := pass.Report
		pass.Report = func(d analysis.Diagnostic) {
			d.Category, d.URL = a.Name, a.URL
			report(d)
		}
		return run(pass)
	}
	return a
}

// silent makes a rule about migrations report nothing where a package embeds them: the
// server shows what it finds where it is; see [Suite.Migrations]. It runs all the same,
// so that directives there are of use.
func silent(a *analysis.Analyzer) *analysis.Analyzer {
	run := a.Run
	a.Run = func(pass *analysis.Pass) (any, error) {
		quiet := *pass
		quiet.Report = func(analysis.Diagnostic) {}
		return run(&quiet)
	}
	return a
}

// Analyzers returns the analyzers that are to report.
func (s *Suite) Analyzers() []Analyzer { return slices.Clone(s.analyzers) }

// Owns reports whether an analyzer is one of the suite's.
func (s *Suite) Owns(a *analysis.Analyzer) bool {
	return slices.ContainsFunc(s.analyzers, func(own Analyzer) bool { return own.Analyzer == a })
}

// of is the evidence that the analyzers ask for.
func (s *Suite) of(dir string) (*evidence.Module, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	root := s.root(dir)
	m := s.modules[root]
	if m == nil || modules.Vendored(root, dir) {
		return nil, nil
	}
	return m.evidence, nil
}

// root is that of the module round a directory; s.mu is held. All packages of a
// build are asked for at each keystroke, so it is remembered.
func (s *Suite) root(dir string) string {
	root, known := s.roots[dir]
	if !known {
		root, _ = evidence.FindModule(dir)
		s.roots[dir] = root
	}
	return root
}

// problems makes the analyzer that shows, in each package of a module, why the
// module's evidence is not what its files say. Silence would look like a program
// without findings.
func (s *Suite) problems() *analysis.Analyzer {
	return linked(&analysis.Analyzer{
		Name: "tenantvet",
		Doc:  "tenantvet: a configuration or migration that can't be read",
		URL:  "https://github.com/tenantvet/tenantvet#where-the-tenants-tables-come-from",
		Run: func(pass *analysis.Pass) (any, error) {
			if len(pass.Files) == 0 {
				return nil, nil
			}
			for _, message := range s.problemsOf(filepath.Dir(pass.Fset.Position(pass.Files[0].FileStart).Filename)) {
				pass.Report(analysis.Diagnostic{Pos: pass.Files[0].Name.Pos(), End: pass.Files[0].Name.End(), Message: message})
			}
			return nil, nil
		},
	})
}

func (s *Suite) problemsOf(dir string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.modules[s.root(dir)]
	if m == nil {
		return nil
	}
	var out []string
	if m.problem != nil {
		out = append(out, strings.Split(m.problem.Error(), "\n")...)
	}
	if m.evidence != nil {
		for _, p := range modules.Unread(m.evidence) {
			out = append(out, p+": findings that rest on it are missing")
		}
	}
	return out
}

// interval is how long evidence is taken for current without being told of a
// change: not every editor tells of files that it has not opened.
const interval = 3 * time.Second

// A Look is a look at the main modules.
type Look struct {
	suite      *Suite
	generation int
	key        string
}

// Look brings the evidence of the main modules with these roots up to date, if
// something may have changed, for an analysis that begins now.
func (s *Suite) Look(roots []string) Look {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, root := range roots {
		m := s.modules[root]
		if m == nil {
			m = &module{}
			s.modules[root] = m
		}
		idle := min(max(interval, 20*m.took), 10*interval) // a large tree takes its time to walk
		if m.read.IsZero() || m.changes != s.changes || time.Since(m.read) > idle {
			s.refresh(root, m)
		}
	}
	h := sha256.New()
	for _, root := range slices.Sorted(maps.Keys(s.modules)) {
		m := s.modules[root]
		fmt.Fprintf(h, "%q %s %v\n", root, m.key, m.problem)
	}
	return Look{s, s.generation, string(h.Sum(nil))}
}

// refresh reads a module again. While its configuration is wrong, what was known
// before counts.
func (s *Suite) refresh(root string, m *module) {
	start := time.Now()
	was, wasProblem := m.key, m.problem
	found, err := evidence.Refresh(root, s.tool)
	if err == nil {
		err = errors.Join(modules.ConfigErrors(found, s.rules)...)
	}
	m.problem = err
	if err == nil || m.evidence == nil && found != nil {
		if err != nil { // nothing better is known: go without configuration
			found.Config = config.Config{}
		}
		m.evidence, m.key = found, found.Digest+found.Embedded()
	}
	m.changes, m.read, m.took = s.changes, time.Now(), time.Since(start)
	if m.key != was || fmt.Sprint(m.problem) != fmt.Sprint(wasProblem) {
		s.generation++
	}
}

// Changed tells of files that were changed on disk. It reports whether packages
// other than those that the server knows to depend on them have to be judged
// again.
func (s *Suite) Changed(files []string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	wide := slices.ContainsFunc(files, func(name string) bool { return !strings.HasSuffix(name, ".go") })
	if wide { // such as a new go.mod
		clear(s.roots)
	}
	s.changes++
	return wide
}

// Key mixes what is known from outside Go files into the key of the analysis of a
// package in dir. Packages of other modules are not judged by it, nor can they
// import what is.
func (l Look) Key(key [sha256.Size]byte, dir string) [sha256.Size]byte {
	if m, _ := l.suite.of(dir); m == nil {
		return key
	}
	return sha256.Sum256(append(key[:], l.key...))
}

// Current reports whether nothing has changed since: what was found may be kept.
func (l Look) Current() bool {
	l.suite.mu.Lock()
	defer l.suite.mu.Unlock()
	return l.generation == l.suite.generation
}
