package driver

import (
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/tenantvet/tenantvet/internal/config"
	"github.com/tenantvet/tenantvet/internal/evidence"
	"github.com/tenantvet/tenantvet/internal/report"
)

// inventory lists what lies behind the totals, but for the tables.
func (m *merger) inventory(modules []*evidence.Module) *report.Inventory {
	v := &report.Inventory{Sites: m.siteList()}
	for _, posn := range sortedKeys(m.comments) {
		switch d := m.comments[posn]; d.Verb {
		case "ignore":
			v.Suppressions = append(v.Suppressions, report.Suppression{Position: m.position(posn, ""), Rules: d.Rules, Reason: d.Reason})
		case "scoped":
			v.Declarations = append(v.Declarations, report.Declaration{
				Position: m.position(posn, ""), What: "carries the tenant's context", Of: strings.Join(d.Rules, ", "), Reason: d.Reason,
			})
		}
	}
	for _, mod := range modules {
		v.Declarations = append(v.Declarations, m.declared(mod)...)
	}
	return v
}

// siteList lists the sites with their verdicts.
func (m *merger) siteList() []report.Site {
	var out []report.Site
	for _, posn := range sortedKeys(m.sites) {
		s := m.sites[posn]
		out = append(out, report.Site{
			Position: m.position(posn, ""), Package: m.packages[posn], Function: s.In,
			Operation: s.Op, Table: s.Relation, Verdict: s.Verdict, Cause: s.Cause,
		})
	}
	return out
}

// declared lists what a tenantvet.yaml says that takes queries or tables out of
// the reach of the rules.
func (m *merger) declared(mod *evidence.Module) []report.Declaration {
	var out []report.Declaration
	file := m.file(filepath.Join(mod.Root, config.FileName))
	add := func(what, of, reason string, at config.Position) {
		out = append(out, report.Declaration{
			Position: report.Position{File: file, Line: at.Line, Column: at.Column, EndLine: at.Line, EndColumn: at.Column},
			What:     what, Of: of, Reason: reason,
		})
	}
	c := mod.Config
	for _, p := range c.Packages.Privileged {
		add("packages that may bypass the policies", path.Join(mod.Path, strings.TrimPrefix(p, "./")), "", config.Position{})
	}
	for _, p := range c.Packages.Client {
		add("program that runs with its users", path.Join(mod.Path, strings.TrimPrefix(p, "./")), "", config.Position{})
	}
	for _, name := range slices.Sorted(maps.Keys(c.Handles.Privileged)) {
		add("handle that may bypass the policies", name, c.Handles.Privileged[name], c.HandlePositions[name])
	}
	for _, name := range slices.Sorted(maps.Keys(c.Tenant.Verified)) {
		add("function that verifies the tenant", name, c.Tenant.Verified[name], c.VerifiedPositions[name])
	}
	for _, name := range c.Shared {
		add("table of no tenant", name, "", config.Position{})
	}
	for _, name := range slices.Sorted(maps.Keys(c.Rules)) {
		if !c.Rules[name] {
			add("rule that is off", name, "", c.RulePositions[name])
		}
	}
	return out
}
