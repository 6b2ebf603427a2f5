package analyzer

import (
	"encoding/json"
	"slices"

	"golang.org/x/tools/go/analysis"

	"github.com/tenantvet/tenantvet/analyzer/internal/directive"
	"github.com/tenantvet/tenantvet/analyzer/internal/scope"
	"github.com/tenantvet/tenantvet/analyzer/internal/site"
	"github.com/tenantvet/tenantvet/sqlcheck"
)

// census makes the analyzer that tells the command line what diagnostics can't
// carry. It is silent unless its flag is set.
func (s *suite) census(directives *analysis.Analyzer) *analysis.Analyzer {
	a := &analysis.Analyzer{
		Name:     "census",
		Doc:      "census: totals for the tenantvet command\n\nSilent unless its report flag is set, which the command does.",
		Requires: append([]*analysis.Analyzer{s.sites, s.directives, directives}, s.rules...),
	}
	report := a.Flags.Bool("report", false, "report the census of each package as JSON (set by the tenantvet command)")
	a.Run = func(pass *analysis.Pass) (any, error) {
		if !*report || len(pass.Files) == 0 {
			return nil, nil
		}
		res := pass.ResultOf[s.sites].(*site.Result)
		c := count(pass, res)
		for _, rule := range append(slices.Clone(s.rules), directives) {
			for _, f := range pass.ResultOf[rule].([]*finding) {
				c.Findings = append(c.Findings, f.census(pass))
			}
		}
		for _, d := range pass.ResultOf[s.directives].(*directive.Index).All {
			if d.Problem == "" && !res.Skip(d.Pos) {
				c.Directives = append(c.Directives, CensusDirective{Posn: pass.Fset.Position(d.Pos).String(), Verb: d.Verb, Rules: d.Rules, Reason: d.Reason})
			}
		}
		text, err := json.Marshal(c)
		if err != nil {
			return nil, err
		}
		pass.Report(analysis.Diagnostic{Pos: pass.Files[0].Package, Message: string(text)})
		return nil, nil
	}
	return a
}

func (f *finding) census(pass *analysis.Pass) CensusFinding {
	c := CensusFinding{
		Rule: f.rule, Posn: pass.Fset.Position(f.pos).String(), Group: string(f.group),
		Fingerprint: f.fingerprint, Function: f.function, Advice: f.advice,
	}
	if f.apart {
		c.Message = f.diagnostic().Message
	}
	if f.site != nil && breaksHelpers(f.rule) {
		c.Helper = f.site.FullFunc
	}
	for _, s := range f.path {
		cs := CensusStep{Posn: s.posn, Message: s.message}
		if s.pos.IsValid() {
			cs.Posn = pass.Fset.Position(s.pos).String()
		}
		if s.end.IsValid() {
			cs.End = pass.Fset.Position(s.end).String()
		}
		c.Path = append(c.Path, cs)
	}
	return c
}

// breaksHelpers reports whether a rule's findings stand in the functions that
// are to set the tenant's context.
func breaksHelpers(rule string) bool {
	switch rule {
	case "boundset", "formattedset", "lostcontext", "sessioncontext", "droppedtx":
		return true
	}
	return false
}

// count lists the verdicts of a package's sites.
func count(pass *analysis.Pass, res *site.Result) *Census {
	c := &Census{Version: CensusVersion, Package: pass.Pkg.Path(), Strategy: res.Tenancy.Strategy, Program: pass.Pkg.Name() == "main"}
	if res.Tenancy.Module != nil {
		c.Uses = uses(pass)
	}
	if res.Tenancy.Schema != nil {
		c.Schemas = res.Tenancy.Schema.Files
	}
	c.Lacking = res.Lacking()
	for _, s := range res.Sites {
		if cs, ok := censusSite(pass, s, res); ok && !res.Skip(s.Start) {
			cs.In, cs.Op, cs.Relation = s.Func, s.Operation, s.Relation
			if cs.Relation == "" { // of the filter strategy, or not known to be a tenant's
				cs.Op, cs.Relation = firstRelation(s)
			}
			c.Sites = append(c.Sites, cs)
		}
	}
	for _, pos := range res.OverBudget {
		c.Sites = append(c.Sites, CensusSite{Posn: pass.Fset.Position(pos).String(), Verdict: "unknown", Cause: "budget"})
	}
	for _, r := range res.Reliances {
		if !res.Skip(r.Pos) {
			c.Calls = append(c.Calls, CensusCall{Posn: pass.Fset.Position(r.Pos).String(), Func: r.Func, Callee: r.Callee})
		}
	}
	slices.SortStableFunc(c.Calls, func(a, b CensusCall) int { return compareStrings(a.Posn+a.Callee, b.Posn+b.Callee) })
	c.Calls = slices.Compact(c.Calls)
	slices.SortStableFunc(c.Sites, func(a, b CensusSite) int { return compareStrings(a.Posn+a.Verdict+a.Callee, b.Posn+b.Verdict+b.Callee) })
	c.Sites = slices.Compact(c.Sites)
	return c
}

// censusSite is the verdict on a site that touches a tenant relation, or may.
func censusSite(pass *analysis.Pass, s *site.Site, res *site.Result) (CensusSite, bool) {
	c := CensusSite{Posn: pass.Fset.Position(s.Start).String()}
	filtered, touches := filterVerdict(pass, s, res)
	if touches && (s.Relation == "" || filtered.Verdict == "breach" || filtered.Verdict == "suspect" && s.Verdict.Kind == scope.Safe) {
		filtered.Posn = c.Posn
		return filtered, true
	}
	if s.Promised != "" {
		// No query: it counts where it makes the verdict on those doubtful that
		// take the handle from the context.
		switch s.Verdict.Kind {
		case scope.Unscoped:
			c.Verdict = "breach"
		case scope.Unknown:
			c.Verdict, c.Cause = "unknown", s.Verdict.Cause
		}
		return c, c.Verdict != ""
	}
	if s.Relation == "" {
		cause := unknownText(s, res)
		if c.Verdict, c.Cause = "unknown", cause; cause == unnamedTable {
			c.Cause = "dynamic-sql"
			if s.Throughout && res.Tenancy.ByPolicies() {
				c.Verdict, c.Cause = "safe", "" // whichever table it is, its policies hold
			}
		}
		return c, cause != ""
	}
	if s.Callee != nil {
		c.Callee = s.Callee.FullName()
	}
	if s.Within != "" {
		c.Callee = s.Within
	}
	switch s.Verdict.Kind {
	case scope.Safe:
		c.Verdict = "safe"
	case scope.Unscoped, scope.Dropped:
		c.Verdict = string(doubt(s, res))
	case scope.Reported:
		c.Verdict = "breach"
		switch s.Verdict.Cause {
		case scope.FallsBack:
			c.Verdict = string(Suspect)
		case "bypassrole":
			c.Verdict, c.Cause = "privileged", "bypass" // on purpose, or reported where the role is switched
		case "privileged":
			c.Verdict, c.Cause = "privileged", "privileged"
		}
	case scope.ByCaller:
		c.Verdict, c.Func, c.Foreign = "caller", s.FullFunc, isForeign(s)
	case scope.Unknown:
		c.Verdict, c.Cause = "unknown", s.Verdict.Cause
	}
	return c, true
}

// filterVerdict is the verdict on a site by what its statements say about the
// tenant, where that is the strategy.
func filterVerdict(pass *analysis.Pass, s *site.Site, res *site.Result) (c CensusSite, touches bool) {
	c.Verdict = "safe"
	for _, t := range s.Texts {
		f := res.Tenancy.Filtering(t)
		touches = touches || f.Touches
		switch {
		case len(f.Unpinned)+len(f.Unowned) > 0:
			c.Verdict, c.Cause = string(Breach), ""
			switch {
			case res.Tenancy.Privileged(pass.Pkg.Path()):
				c.Verdict, c.Cause = "privileged", "privileged"
			case len(f.Unowned) == 0:
				c.Verdict = string(unpinnedGroup(f.Unpinned[0]))
			}
			return c, true
		case f.Touches && f.Cause != "":
			c.Verdict, c.Cause = "unknown", f.Cause
		}
	}
	if touches && s.Unresolved {
		c.Verdict, c.Cause = "unknown", "dynamic-sql"
	}
	return c, touches
}

// unknownText says why a site that shows no tenant relation may touch one.
func unknownText(s *site.Site, res *site.Result) (cause string) {
	if res.Tenancy.Strategy == "" || s.Need != nil || !s.IsStatement() {
		return ""
	}
	if s.Unresolved || len(s.Texts) == 0 {
		return "dynamic-sql"
	}
	for _, t := range s.Texts {
		switch {
		case t.Facts.Err == nil:
		case t.Facts.Err.Cause == sqlcheck.Opaque:
			return "dynamic-sql"
		default:
			return "unparsed"
		}
		if slices.ContainsFunc(t.Facts.Statements, onUnknownTable) {
			cause = unnamedTable
		}
	}
	return cause
}

// unnamedTable is the cause where all of a statement is known but the table.
const unnamedTable = "table named at run time"

// onUnknownTable reports whether a statement reads or writes rows of a table
// that the program names at run time.
func onUnknownTable(st sqlcheck.Statement) bool {
	switch st.Op {
	case sqlcheck.Select, sqlcheck.Insert, sqlcheck.Update, sqlcheck.Delete, sqlcheck.Merge:
		return slices.ContainsFunc(st.Relations, func(r sqlcheck.Relation) bool { return r.Hole })
	}
	return false
}

// firstRelation is what the first statement of a site is about.
func firstRelation(s *site.Site) (op, relation string) {
	for _, t := range s.Texts {
		for _, st := range t.Facts.Statements {
			for _, r := range st.Relations {
				if !r.Hole {
					return st.Op.String(), r.Name.String()
				}
			}
		}
	}
	return "", ""
}
