package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

const (
	exitMeasured   = 0
	exitViolations = 1
	exitUsage      = 2
	exitIncomplete = 3
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

func run(args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("corpus", flag.ContinueOnError)
	flags.SetOutput(stderr)
	tool := flags.String("tool", "", "the tenantvet `binary`")
	labels := flags.String("labels", "", "label `file`, one repository as JSON on each line")
	dir := flags.String("dir", "", "`directory` with the checkouts, owner__name each")
	only := flags.String("repo", "", "only these `repositories`, owner/name, comma-separated")
	format := flags.String("format", "text", "text or markdown")
	toolFlags := flags.String("toolflags", "", "further `flags` for the tool, space-separated")
	if err := flags.Parse(args); err != nil {
		return exitUsage
	}
	usage := func(format string, args ...any) int {
		fmt.Fprintf(stderr, "corpus: "+format+"\n", args...)
		return exitUsage
	}
	switch {
	case *tool == "" || *labels == "" || *dir == "":
		return usage("-tool, -labels and -dir are needed")
	case flags.NArg() > 0:
		return usage("unexpected argument %q", flags.Arg(0))
	case *format != "text" && *format != "markdown":
		return usage("-format %q: want text or markdown", *format)
	}
	// The tool starts in other directories.
	bin, err := filepath.Abs(*tool)
	if err != nil {
		return usage("%v", err)
	}
	root, err := filepath.Abs(*dir)
	if err != nil {
		return usage("%v", err)
	}
	repos, err := readLabels(*labels)
	if err != nil {
		return usage("%v", err)
	}
	if *only != "" {
		if repos, err = choose(repos, strings.Split(*only, ",")); err != nil {
			return usage("%v", err)
		}
	}

	code := exitMeasured
	var scores []Score
	for _, r := range repos {
		checkout := filepath.Join(root, r.dirName())
		if !exists(checkout) {
			fmt.Fprintf(stderr, "corpus: %s: no checkout %s\n", r.Name, checkout)
			code = exitIncomplete
			continue
		}
		measured, err := runAll(bin, checkout, strings.Fields(*toolFlags))
		if err != nil {
			fmt.Fprintf(stderr, "corpus: %s: %v\n", r.Name, err)
			code = exitIncomplete
			continue
		}
		sc := score(r, checkout, measured)
		scores = append(scores, sc)
		for _, m := range measured.Modules {
			if m.Err != nil {
				fmt.Fprintf(stderr, "corpus: %s: module %s: %v\n", r.Name, m.Dir, m.Err)
				code = exitIncomplete
			}
		}
		if len(sc.Violations) > 0 && code == exitMeasured {
			code = exitViolations
		}
		if *format == "text" {
			printText(stdout, sc)
		}
	}
	if *format == "markdown" {
		printMarkdown(stdout, scores)
		fmt.Fprintln(stdout)
	}
	printSummary(stdout, scores)
	return code
}

// choose keeps the named repositories, in the order of the label file.
func choose(repos []Repo, names []string) ([]Repo, error) {
	for _, n := range names {
		if !slices.ContainsFunc(repos, func(r Repo) bool { return r.Name == n }) {
			return nil, fmt.Errorf("-repo %s: not in the label file", n)
		}
	}
	return slices.DeleteFunc(repos, func(r Repo) bool { return !slices.Contains(names, r.Name) }), nil
}
