package rules

import (
	"cmp"
	_ "embed"
	"slices"
	"strings"

	"github.com/tenantvet/tenantvet/sqlcheck/schema"
)

// Groups are the promises that findings make.
const (
	Breach  = "breach"  // proven
	Suspect = "suspect" // likely
	Audit   = "audit"   // opt-in
)

// A Rule is a function over the state that the migrations leave.
type Rule struct {
	Name  string
	Group string // of its findings, unless they say otherwise
	run   func(*State) []Finding
}

// list has the rules in the order of the documentation.
var list = [...]Rule{
	{"norls", Suspect, norls},
	{"noforce", Suspect, noforce},
	{"nopolicy", Audit, nopolicy},
	{"dormantpolicy", Breach, dormantpolicy},
	{"openpolicy", Breach, openpolicy},
	{"foreignpolicy", Breach, foreignpolicy},
	{"uncheckedwrite", Breach, uncheckedwrite},
	{"emptycontext", Breach, emptycontext},
	{"settablebypass", Breach, settablebypass},
	{"userclaims", Breach, userclaims},
	{"immutablecontext", Breach, immutablecontext},
	{"weakened", Breach, weakened},
	{"definerview", Breach, definerview},
	{"matview", Breach, matview},
	{"foreigntable", Suspect, foreigntable},
	{"definerfunc", Breach, definerfunc},
	{"bypassgrant", Breach, bypassgrant},
	{"partitionchild", Suspect, partitionchild},
	{"copiedtable", Suspect, copiedtable},
	{"globalunique", Suspect, globalunique},
	{"crosstenantfk", Suspect, crosstenantfk},
	{"nullabletenant", Suspect, nullabletenant},
	{"noindex", Audit, noindex},
	{"perrowpolicy", Audit, perrowpolicy},
	{"ungatedlimit", Audit, ungatedlimit},
	{"untestedisolation", Audit, untestedisolation},
	{"publicgrant", Suspect, publicgrant},
	{"exposedsecret", Breach, exposedsecret},
}

// All lists the rules.
func All() []Rule { return slices.Clone(list[:]) }

// A Finding is what a rule says about a place in the migrations.
type Finding struct {
	Rule  string
	Group string
	// At is the statement that made it so.
	At      schema.Position
	Object  string // the table, view, function, .. that it is about
	Message string // lower case, without full stop
	Advice  string // what to do
	Path    []Step // other statements that belong to it, in the order of the migrations
	// Subject tells the finding from others about the object, without lines.
	Subject string
	// Cause is what it has in common with findings about other objects, "" for
	// nothing; see Gather. InAll is the message about all of them, with %s for their
	// names, and AdviceForAll what to do.
	Cause, InAll, AdviceForAll string
	// Alike is the same of findings of which each is a slip of its own: they are never
	// made one, but may be told together.
	Alike string
}

// About names what the finding is about: the objects of all, where many were made one.
func (f Finding) About() string {
	if f.Object != "" {
		return f.Object
	}
	var names []string
	for _, s := range f.Path {
		names = append(names, s.Message)
	}
	return several(names)
}

// A Step is a statement that a finding rests on.
type Step struct {
	At      schema.Position
	Message string
}

// Check runs the rules that on lets through and sorts what they find by place.
func Check(s *State, on func(Rule) bool) []Finding {
	var out []Finding
	for _, r := range list {
		if !on(r) {
			continue
		}
		for _, f := range r.run(s) {
			f.Rule = r.Name
			f.Group = cmp.Or(f.Group, r.Group)
			if f.At.File == "" {
				continue // what was there before the first migration is nobody's to change
			}
			if f.Group == Audit && !on(Rule{Name: r.Name, Group: Audit}) {
				continue
			}
			out = append(out, f)
		}
	}
	slices.SortStableFunc(out, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.At.File, b.At.File), cmp.Compare(a.At.Line, b.At.Line),
			cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Object, b.Object), cmp.Compare(a.Subject, b.Subject))
	})
	return out
}

//go:embed doc.go
var docSource string

// Docs gives the sections of the documentation, by rule: the first line is the
// title.
func Docs() map[string]string {
	var b strings.Builder
	for line := range strings.Lines(docSource) {
		if text, ok := strings.CutPrefix(line, "//"); ok {
			b.WriteString(strings.TrimPrefix(text, " "))
		}
	}
	out := map[string]string{}
	for _, section := range strings.Split(b.String(), "# Rule ")[1:] {
		name, body, _ := strings.Cut(section, "\n")
		out[name] = strings.TrimSpace(body)
	}
	return out
}
