package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"
)

// printText writes everything about one repository, for reading.
func printText(w io.Writer, s Score) {
	fmt.Fprintf(w, "== %s\n", s.Repo.Name)
	for _, m := range s.Run.Modules {
		fmt.Fprintf(w, "   module %s: exit %d, %s, %d MiB\n", m.Dir, m.Exit, m.Time.Round(100*time.Millisecond), m.RSS>>20)
		if m.Err != nil {
			fmt.Fprintf(w, "   module %s: %v\n%s", m.Dir, m.Err, indent(m.Stderr))
		}
		for _, in := range m.Incomplete {
			fmt.Fprintf(w, "   incomplete %s: %s\n", in.Package, in.Reason)
		}
	}
	t := s.Run.Totals
	fmt.Fprintf(w, "   packages %d analysed, %d skipped, %d failed; sites %d safe, %d breach, %d suspect, %d unknown%s, %d privileged\n",
		t.Packages.Analysed, t.Packages.Skipped, t.Packages.Failed,
		t.Sites.Safe, t.Sites.Breach, t.Sites.Suspect, t.Sites.Unknown, causes(t.Sites.Causes), t.Sites.Privileged)
	for _, a := range s.Labels {
		fmt.Fprintf(w, "%-15s %s:%d %s (%s): %s\n", a.How, a.Path, a.Line, a.Rule, a.Confidence, a.Why)
		if a.How != missed {
			fmt.Fprintf(w, "%15s %v %s: %s\n", "", a.By.Position, a.By.Rule, a.By.Message)
		}
	}
	for _, f := range s.Unlabelled {
		fmt.Fprintf(w, "%-15s %v %s: %s\n", "unlabelled", f.Position, f.Rule, f.Message)
	}
	for _, v := range s.Violations {
		fmt.Fprintf(w, "%-15s %s:%d %s: %s (labelled correct: %s)\n", "VIOLATION", v.Path, v.Line, v.Finding.Rule, v.Finding.Message, v.Idiom)
	}
	fmt.Fprintln(w)
}

// printMarkdown writes one table row a repository.
func printMarkdown(w io.Writer, scores []Score) {
	fmt.Fprintln(w, "| repository | labels | found | near | missed | unlabelled | violations | sites safe / breach / suspect / unknown / privileged | packages failed | exit | seconds | MiB |")
	fmt.Fprintln(w, "|---|---|---|---|---|---|---|---|---|---|---|---|")
	for _, s := range scores {
		var exits []string
		var took time.Duration
		var rss int64
		for _, m := range s.Run.Modules {
			exit := fmt.Sprint(m.Exit)
			if m.Err != nil {
				exit += "!"
			}
			exits = append(exits, exit)
			took += m.Time
			rss = max(rss, m.RSS)
		}
		t := s.Run.Totals
		fmt.Fprintf(w, "| %s | %d | %d | %d | %d | %d | %d | %d / %d / %d / %d%s / %d | %d | %s | %.1f | %d |\n",
			s.Repo.Name, len(s.Labels), s.count(exact, statement, step), s.count(near), s.count(missed),
			len(s.Unlabelled), len(s.Violations),
			t.Sites.Safe, t.Sites.Breach, t.Sites.Suspect, t.Sites.Unknown, causes(t.Sites.Causes), t.Sites.Privileged,
			t.Packages.Failed, strings.Join(exits, " "), took.Seconds(), rss>>20)
	}
}

// printSummary closes with the sums, by label.
func printSummary(w io.Writer, scores []Score) {
	type sum struct{ labels, found, near int }
	byRule := make(map[string]*sum)
	var unlabelled, violations int
	for _, s := range scores {
		for _, a := range s.Labels {
			r := byRule[a.Rule]
			if r == nil {
				r = new(sum)
				byRule[a.Rule] = r
			}
			r.labels++
			switch a.How {
			case missed:
			case near:
				r.near++
			default:
				r.found++
			}
		}
		unlabelled += len(s.Unlabelled)
		violations += len(s.Violations)
	}
	for _, rule := range slices.Sorted(maps.Keys(byRule)) {
		r := byRule[rule]
		fmt.Fprintf(w, "%-14s %d of %d found, %d near\n", rule, r.found, r.labels, r.near)
	}
	fmt.Fprintf(w, "%d unlabelled findings, %d violations, %d repositories\n", unlabelled, violations, len(scores))
}

func causes(m map[string]int) string {
	if len(m) == 0 {
		return ""
	}
	var parts []string
	for _, c := range slices.Sorted(maps.Keys(m)) {
		parts = append(parts, fmt.Sprintf("%s %d", c, m[c]))
	}
	return " (" + strings.Join(parts, ", ") + ")"
}

func indent(s string) string {
	if s == "" {
		return ""
	}
	return "      " + strings.ReplaceAll(s, "\n", "\n      ") + "\n"
}
