package analyzer

import (
	"cmp"
	"reflect"
	"slices"

	"golang.org/x/tools/go/analysis"

	"github.com/tenantvet/tenantvet/analyzer/internal/directive"
	"github.com/tenantvet/tenantvet/analyzer/internal/envread"
	"github.com/tenantvet/tenantvet/analyzer/internal/job"
	"github.com/tenantvet/tenantvet/analyzer/internal/lazyssa"
	"github.com/tenantvet/tenantvet/analyzer/internal/provenance"
	"github.com/tenantvet/tenantvet/analyzer/internal/request"
	"github.com/tenantvet/tenantvet/analyzer/internal/route"
	"github.com/tenantvet/tenantvet/analyzer/internal/site"
	"github.com/tenantvet/tenantvet/internal/evidence"
)

// Config is what the suite must know from outside the packages it looks at.
type Config struct {
	// Evidence returns what is known about the module that holds a directory,
	// or nil when the directory belongs to no main module. It is called from
	// several goroutines.
	Evidence func(dir string) (*evidence.Module, error)
	// ReadFile reads a file that a package embeds. It is nil where results are
	// kept under a key that does not include such files; they are then unknown.
	ReadFile func(name string) ([]byte, error)
	// PathInMessage: the driver shows messages and nothing else, so they tell the
	// path of the finding, too.
	PathInMessage bool
}

// tests reports whether test files are to be looked at as well.
func (c Config) tests(dir string) (bool, error) {
	if c.Evidence == nil {
		return false, nil
	}
	m, err := c.Evidence(dir)
	return m != nil && m.Config.Tests, err
}

// A check is a rule: a function over the query sites of a package.
type check struct {
	name  string
	group Group
	run   func(*analysis.Pass, *site.Result) []*finding
	// requests is run instead for rules about what requests say.
	requests func(*site.Result, *request.Analysis) []*finding
	// routes is run instead for rules about where handlers are mounted.
	routes func(*site.Result, *route.Analysis) []*finding
	// jobs is run instead for rules about the workers of queues.
	jobs func(*site.Result, *job.Analysis) []*finding
}

// checks is the list of rules. The order is that of doc.go.
var checks = [...]check{
	{name: "rawpool", group: Breach, run: rawpool},
	{name: "unscopedtx", group: Breach, run: unscopedtx},
	{name: "outerhandle", group: Breach, run: outerhandle},
	{name: "droppedtx", group: Breach, run: droppedtx},
	{name: "formattedset", group: Breach, run: formattedset},
	{name: "boundset", group: Breach, run: boundset},
	{name: "sessioncontext", group: Breach, run: sessioncontext},
	{name: "lostcontext", group: Breach, run: lostcontext},
	{name: "unsetcontext", group: Suspect, run: unsetcontext},
	{name: "failopen", group: Breach, run: failopen},
	{name: "untrustedtenant", group: Suspect, requests: untrustedtenant},
	{name: "unscopedroute", group: Preview, routes: unscopedroute},
	{name: "jobtenant", group: Suspect, jobs: jobtenant},
	{name: "servicerole", group: Breach, run: servicerole},
	{name: "clientsecret", group: Breach, run: clientsecret},
	{name: "bypassrole", group: Breach, run: bypassrole},
	{name: "brokensql", group: Suspect, run: brokensql},
	{name: "copyintorls", group: Suspect, run: copyintorls},
	{name: "rlsbypassstmt", group: Breach, run: rlsbypassstmt},
	{name: "formattedsql", group: Suspect, run: formattedsql},
	{name: "upsertoracle", group: Suspect, run: upsertoracle},
	{name: "tenantfilter", group: Breach, run: tenantfilter},
	{name: "tenantinsert", group: Breach, run: tenantinsert},
	{name: "dynamicsql", group: Audit, run: dynamicsql},
	{name: "globalkey", group: Preview, requests: globalkey},
	{name: "keptpool", group: Preview, run: keptpool},
}

// groupOf returns the group of a rule.
func groupOf(name string) Group {
	for _, c := range checks {
		if c.name == name {
			return c.group
		}
	}
	return Breach // directive
}

var findingsType = reflect.TypeFor[[]*finding]()

// A suite is the analyzers of one configuration and what they share.
type suite struct {
	pathInMessage bool

	sites      *analysis.Analyzer
	directives *analysis.Analyzer
	requests   *analysis.Analyzer
	routes     *analysis.Analyzer
	jobs       *analysis.Analyzer
	rules      []*analysis.Analyzer
}

// NewSuite returns new analyzers: one a rule, one for the directives, one a rule about
// migrations for those that packages embed, and the census.
func NewSuite(cfg Config) []*analysis.Analyzer {
	s, rules := newRules(cfg)
	return slices.Concat(rules, s.migrations(cfg), []*analysis.Analyzer{s.census(rules[len(rules)-1])})
}

// newRules makes the analyzers of the rules; the last one is that for directives.
func newRules(cfg Config) (*suite, []*analysis.Analyzer) {
	s := newSuite(cfg)
	docs := map[string]Rule{}
	for _, r := range suiteRules() {
		docs[r.Name] = r
	}
	for _, c := range checks {
		s.rules = append(s.rules, s.rule(c, docs[c.name]))
	}
	return s, append(slices.Clone(s.rules), s.directive(docs["directive"]))
}

// newSuite makes the analyzers that the rules share.
func newSuite(cfg Config) *suite {
	ssa, directives := lazyssa.NewAnalyzer(cfg.tests), directive.NewAnalyzer()
	origins := provenance.NewAnalyzer(provenance.Config{Evidence: cfg.Evidence, ReadFile: cfg.ReadFile, SSA: ssa, Env: envread.NewAnalyzer()})
	s := &suite{
		pathInMessage: cfg.PathInMessage,
		sites:         site.NewAnalyzer(site.Config{Evidence: cfg.Evidence, ReadFile: cfg.ReadFile, SSA: ssa, Provenance: origins, Directives: directives}),
		directives:    directives,
	}
	s.requests = request.NewAnalyzer(s.sites)
	s.routes = route.NewAnalyzer(s.sites, s.requests)
	s.jobs = job.NewAnalyzer(s.sites, s.requests)
	return s
}

// rule makes the analyzer of a check. Its result are its findings, silenced
// ones included, for the analyzers that count them.
func (s *suite) rule(c check, doc Rule) *analysis.Analyzer {
	a := &analysis.Analyzer{
		Name: c.name, Doc: doc.Doc, URL: doc.URL,
		Requires:   []*analysis.Analyzer{s.sites, s.directives},
		ResultType: findingsType,
	}
	if c.requests != nil {
		a.Requires = append(a.Requires, s.requests)
	}
	if c.routes != nil {
		a.Requires = append(a.Requires, s.routes)
	}
	if c.jobs != nil {
		a.Requires = append(a.Requires, s.jobs)
	}
	on := c.group != Audit && c.group != Preview
	if c.group == Audit {
		a.Flags.BoolVar(&on, "strict", false, "run the rule whatever the configuration leaves out (set by tenantvet -strict)")
	}
	a.Run = func(pass *analysis.Pass) (any, error) {
		res := pass.ResultOf[s.sites].(*site.Result)
		index := pass.ResultOf[s.directives].(*directive.Index)
		if !res.Tenancy.On(c.name, on) {
			return []*finding(nil), nil
		}
		var all []*finding
		switch {
		case c.requests != nil:
			all = c.requests(res, pass.ResultOf[s.requests].(*request.Analysis))
		case c.routes != nil:
			all = c.routes(res, pass.ResultOf[s.routes].(*route.Analysis))
		case c.jobs != nil:
			all = c.jobs(res, pass.ResultOf[s.jobs].(*job.Analysis))
		default:
			all = c.run(pass, res)
		}
		var found []*finding
		for _, f := range all {
			if f.pos.IsValid() && !res.Skip(f.pos) {
				if f.group == "" {
					f.group = c.group
				}
				found = append(found, f)
			}
		}
		found = tidy(c.name, found)
		point(pass, res, found)
		var loud []*finding
		for _, f := range found {
			if index.Silences(c.name, append(f.also, f.pos)...) || index.SilencedElsewhere(c.name, f.textAt) {
				continue
			}
			loud = append(loud, f)
		}
		// Drivers read the files of a package in different orders.
		slices.SortStableFunc(loud, func(a, b *finding) int {
			return cmp.Or(cmp.Compare(pass.Fset.Position(a.pos).Filename, pass.Fset.Position(b.pos).Filename), cmp.Compare(a.pos, b.pos))
		})
		loud = gather(loud)
		for _, f := range loud {
			d := f.diagnostic()
			if s.pathInMessage {
				d.Message, d.Related = f.told(pass, res), nil
			}
			pass.Report(d)
		}
		return loud, nil
	}
	return a
}

// RequestImports lists the import paths of the libraries that requests are read
// with: what a package of the program does with them may become the tenant.
func RequestImports() []string { return request.Imports() }
