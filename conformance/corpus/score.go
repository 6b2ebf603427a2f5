package main

import "path/filepath"

// drift is how many lines a finding may be off its label and still be shown
// beside it: labels were made at one commit, by hand.
const drift = 3

// How a label was answered, best first.
const (
	exact     = "found"           // a finding on the line
	statement = "found statement" // a finding in the same statement
	step      = "found step"      // the path of a finding passes the line
	near      = "near"            // a finding within drift lines: look at it
	missed    = "missed"
)

// A Score is the comparison of one repository's findings with its labels.
type Score struct {
	Repo       Repo
	Run        Run
	Labels     []Answer
	Unlabelled []Finding
	Violations []Violation
}

// An Answer says how a label was answered, and by what.
type Answer struct {
	Label
	How string
	By  Finding // zero when missed
}

// A Violation is a finding on a site that the labels call correct.
type Violation struct {
	Site
	Finding Finding
}

func (s Score) count(how ...string) int {
	n := 0
	for _, a := range s.Labels {
		for _, h := range how {
			if a.How == h {
				n++
			}
		}
	}
	return n
}

// score compares. The findings' files are relative to root, the checkout.
func score(repo Repo, root string, run Run) Score {
	sc := Score{Repo: repo, Run: run}
	var stmts statements
	stmt := func(file string, line int) span { return stmts.at(filepath.Join(root, file), line) }

	used := make(map[int]bool)
	for _, l := range repo.Findings {
		a := Answer{Label: l, How: missed}
		best := -1
		for i, f := range run.Findings {
			if !l.answeredBy(f.Rule) {
				continue
			}
			if how := answers(f, l, stmt); rank(how) < rank(a.How) {
				a.How, a.By, best = how, f, i
			}
		}
		if best >= 0 {
			used[best] = true
		}
		sc.Labels = append(sc.Labels, a)
	}
	for i, f := range run.Findings {
		if !used[i] && !sc.labelled(f, stmt) {
			sc.Unlabelled = append(sc.Unlabelled, f)
		}
	}
	for _, ok := range repo.OK {
		for _, f := range run.Findings {
			if f.Position.File == ok.Path && f.Position.Line == ok.Line {
				sc.Violations = append(sc.Violations, Violation{ok, f})
			}
		}
	}
	return sc
}

// labelled reports whether a finding that was nobody's best answer still
// belongs to a labelled site.
func (sc Score) labelled(f Finding, stmt func(string, int) span) bool {
	for _, l := range sc.Repo.Findings {
		if l.answeredBy(f.Rule) && rank(answers(f, l, stmt)) <= rank(step) {
			return true
		}
	}
	return false
}

func answers(f Finding, l Label, stmt func(string, int) span) string {
	at := f.Position
	if at.File == l.Path {
		switch {
		case at.Line == l.Line:
			return exact
		case stmt(l.Path, at.Line) == stmt(l.Path, l.Line):
			return statement
		}
	}
	for _, s := range f.Path {
		if s.Position.File == l.Path && s.Position.Line == l.Line {
			return step
		}
	}
	if d := at.Line - l.Line; at.File == l.Path && -drift <= d && d <= drift {
		return near
	}
	return missed
}

func rank(how string) int {
	for i, h := range []string{exact, statement, step, near} {
		if h == how {
			return i
		}
	}
	return 4
}
