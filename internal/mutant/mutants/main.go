// Command mutants breaks a program in the ways in which programs lose the
// tenant's context, and says what tenantvet makes of each:
//
//	go build -o /tmp/tenantvet ./cmd/tenantvet
//	go run ./internal/mutant/mutants -tool /tmp/tenantvet -dir ../someprogram -n 60
//
// The program is copied first. Mutants of functions that tenantvet finds fault
// with as they are, are left out. A survivor is a gap of the tool, or an edit that
// does no harm: somebody has to read it.
package main

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"github.com/tenantvet/tenantvet/internal/mutant"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "mutants:", err)
		os.Exit(1)
	}
}

type options struct {
	tool, dir, module string
	operators         []string
	only              string
	n                 int
	markdown, diff    bool
}

func parse(args []string) (options, error) {
	var o options
	flags := flag.NewFlagSet("mutants", flag.ContinueOnError)
	flags.StringVar(&o.tool, "tool", "", "the tenantvet `binary`; without it mutants are only listed")
	flags.StringVar(&o.dir, "dir", ".", "`directory` of the checkout")
	flags.StringVar(&o.module, "module", ".", "`directory` of go.mod in it")
	ops := flags.String("op", "", "only these `operators`, comma-separated")
	flags.StringVar(&o.only, "only", "", "only mutants whose name has this `text`")
	flags.IntVar(&o.n, "n", 60, "at most so many mutants, spread over operators; 0 for all")
	format := flags.String("format", "text", "text or markdown")
	flags.BoolVar(&o.diff, "diff", false, "show what each survivor changes")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if *ops != "" {
		o.operators = strings.Split(*ops, ",")
	}
	o.markdown = *format == "markdown"
	if *format != "text" && !o.markdown || flags.NArg() > 0 {
		return o, fmt.Errorf("wrong use; -h lists the flags")
	}
	names, _ := mutant.Operators()
	for _, op := range o.operators {
		if !strings.Contains(" "+strings.Join(names, " ")+" ", " "+op+" ") {
			return o, fmt.Errorf("-op %s: the operators are %s", op, strings.Join(names, ", "))
		}
	}
	return o, nil
}

func run(ctx context.Context, args []string, out io.Writer) error {
	o, err := parse(args)
	if err != nil {
		return err
	}
	program, err := mutant.Load(filepath.Join(o.dir, o.module), "./...")
	if err != nil {
		return err
	}
	all, counts := program.Mutants(o.operators...)
	var chosen []mutant.Mutant
	for _, m := range all {
		if strings.Contains(m.String(), o.only) {
			chosen = append(chosen, m)
		}
	}
	if o.tool == "" {
		for _, m := range chosen {
			fmt.Fprintln(out, m)
		}
		return nil
	}
	work, err := os.MkdirTemp("", "mutants")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	if err := os.CopyFS(work, os.DirFS(o.dir)); err != nil {
		return err
	}
	judge, err := mutant.NewJudge(ctx, o.tool, filepath.Join(work, o.module))
	if err != nil {
		return err
	}
	chosen = judge.Correct(chosen)
	correct := len(chosen)
	if o.n > 0 {
		chosen = mutant.Sample(chosen, o.n)
	}
	fmt.Fprintf(out, "%d mutants compile, %d of them in functions without findings; %d are tried\n", len(all), correct, len(chosen))
	var outcomes []mutant.Outcome
	err = judge.Together(ctx, program, chosen, func(outcome mutant.Outcome) {
		outcomes = append(outcomes, outcome)
		printOutcome(out, outcome, o, program.Dir)
	})
	if err != nil {
		return err
	}
	printTable(out, outcomes, counts, o.markdown)
	return nil
}

func printOutcome(out io.Writer, o mutant.Outcome, opts options, dir string) {
	detail := o.Detail
	if len(o.Findings) > 0 {
		f := o.Findings[0]
		detail = fmt.Sprintf("%s at %s:%d", f.Rule, f.Position.File, f.Position.Line)
	}
	fmt.Fprintf(out, "%-8s %s\t%s\n", o.Verdict, o.Mutant, detail)
	if !opts.diff || o.Verdict == mutant.Killed {
		return
	}
	text, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(o.File)))
	if err != nil {
		return
	}
	for _, e := range o.Edits {
		fmt.Fprintf(out, "\t- %s\n\t+ %s\n", indent(string(text[e.Start:e.End])), indent(e.New))
	}
}

func indent(text string) string { return strings.ReplaceAll(text, "\n", "\n\t  ") }

func printTable(out io.Writer, outcomes []mutant.Outcome, counts []mutant.Count, markdown bool) {
	byOperator := map[string]map[mutant.Verdict]int{}
	total := map[mutant.Verdict]int{}
	for _, o := range outcomes {
		if byOperator[o.Operator] == nil {
			byOperator[o.Operator] = map[mutant.Verdict]int{}
		}
		byOperator[o.Operator][o.Verdict]++
		total[o.Verdict]++
	}
	w := tabwriter.NewWriter(out, 0, 8, 2, ' ', 0)
	row := func(cells ...any) {
		format := strings.TrimSuffix(strings.Repeat("%v\t", len(cells)), "\t") + "\n"
		if markdown {
			format = "|" + strings.Repeat(" %v |", len(cells)) + "\n"
		}
		fmt.Fprintf(w, format, cells...)
	}
	row("operator", "killed", "of", "unknown", "survived", "failed", "not compiling")
	if markdown {
		row("---", "---", "---", "---", "---", "---", "---")
	}
	line := func(name string, v map[mutant.Verdict]int, notCompiling int) {
		all := v[mutant.Killed] + v[mutant.Unknown] + v[mutant.Survived] + v[mutant.Failed]
		row(name, v[mutant.Killed], all, v[mutant.Unknown], v[mutant.Survived], v[mutant.Failed], notCompiling)
	}
	notCompiling := 0
	for _, c := range counts {
		notCompiling += c.NotCompiled
		if v := byOperator[c.Operator]; len(v) > 0 || c.NotCompiled > 0 {
			line(cmp.Or(c.Operator, "?"), v, c.NotCompiled)
		}
	}
	line("all", total, notCompiling)
	w.Flush()
}
