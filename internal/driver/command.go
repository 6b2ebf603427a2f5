package driver

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"

	"github.com/urfave/cli/v3"

	"github.com/tenantvet/tenantvet/internal/report"
)

// options are what the user asks for on the command line.
type options struct {
	dir       string // absolute
	patterns  []string
	tags      string
	tests     bool
	strict    bool
	format    string // one of report.Forms
	output    string // a file, or "" for standard output
	explain   string // the table whose history is asked for
	dsn       string // of tenantvet schema: a database, or env:NAME
	diff      bool   // print the fixes; of tenantvet schema: compare the database with the migrations
	fix       bool   // apply the fixes
	baseline  string // a file, noBaseline, or "" for the usual one if it exists
	add       bool   // of tenantvet baseline write: take in new findings
	inventory bool   // list what lies behind the totals
	since     string // a revision: findings in code that has changed since
}

// A misuse is an error that the user mends on the command line or in the
// configuration; the exit code is Misuse.
type misuse struct{ error }

func misusef(format string, args ...any) error { return misuse{fmt.Errorf(format, args...)} }

func (m misuse) Unwrap() error { return m.error }

// runCommand is the command line.
func runCommand(args []string) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()

	r := &runner{stdout: os.Stdout, stderr: os.Stderr}
	err := r.command().Run(ctx, args)
	switch {
	case err == nil:
		return r.code
	case ctx.Err() != nil:
		fmt.Fprintln(os.Stderr, "tenantvet: interrupted")
		return Incomplete
	}
	for line := range strings.Lines(err.Error()) {
		fmt.Fprintf(os.Stderr, "tenantvet: %s\n", strings.TrimSuffix(line, "\n"))
	}
	if errors.As(err, new(misuse)) {
		return Misuse
	}
	return Incomplete
}

// A runner is one run of the command line.
type runner struct {
	stdout, stderr *os.File
	code           int // the exit code, where there is no error
}

// does makes the action of a command from a function that returns the exit code.
func (r *runner) does(run func(context.Context, options) (int, error)) cli.ActionFunc {
	return func(ctx context.Context, c *cli.Command) error {
		o, err := parseOptions(c)
		if err != nil {
			return err
		}
		r.code, err = run(ctx, o)
		return err
	}
}

// sub makes a command below the program's own.
func sub(name string, action cli.ActionFunc, flags ...cli.Flag) *cli.Command {
	return &cli.Command{
		Name: name, Action: action, Flags: flags,
		HideHelpCommand: true, CustomHelpTemplate: helpText(), OnUsageError: usageError,
	}
}

func (r *runner) command() *cli.Command {
	check := r.does(func(ctx context.Context, o options) (int, error) {
		if o.fix || o.diff {
			return fix(ctx, o.packages(), r.stdout, r.stderr)
		}
		return check(ctx, o.packages(), r.stdout, r.stderr)
	})
	return &cli.Command{
		Name:                          "tenantvet",
		CustomRootCommandHelpTemplate: helpText(),
		HideVersion:                   true,
		HideHelpCommand:               true,
		EnableShellCompletion:         true,
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "C"},
			&cli.StringFlag{Name: "format", Value: "text"},
			&cli.StringFlag{Name: "o"},
			&cli.StringFlag{Name: "tags"},
			&cli.BoolFlag{Name: "tests", Value: true},
			&cli.BoolFlag{Name: "strict"},
			&cli.StringFlag{Name: "baseline"},
			&cli.StringFlag{Name: "new-from-rev"},
			&cli.BoolFlag{Name: "fix", Local: true},
			&cli.BoolFlag{Name: "diff", Local: true},
			&cli.BoolFlag{Name: "version", Local: true},
		},
		Action: func(ctx context.Context, c *cli.Command) error {
			switch {
			case c.Bool("version"):
				fmt.Fprint(r.stdout, versionText())
				return nil
			case c.Args().Len() == 1 && c.Args().First() == "help":
				fmt.Fprint(r.stdout, helpText())
				return nil
			}
			return check(ctx, c)
		},
		Commands: []*cli.Command{
			r.schemaCommand(),
			r.initCommand(),
			r.configSchemaCommand(),
			r.baselineCommand(),
			r.reportCommand(),
			r.proveCommand(),
			r.rulesCommand(),
			r.explainCommand(),
			r.goplsCommand(),
			sub("nogo", r.does(func(ctx context.Context, o options) (int, error) { return nogoConfig(ctx, o, r.stdout) })),
			sub("version", r.does(func(context.Context, options) (int, error) {
				fmt.Fprint(r.stdout, versionText())
				return Clean, nil
			})),
		},
		OnUsageError:   usageError,
		ExitErrHandler: func(context.Context, *cli.Command, error) {}, // runCommand prints
	}
}

func usageError(_ context.Context, _ *cli.Command, err error, _ bool) error {
	text := strings.Replace(err.Error(), "flag provided but not defined: ", "unknown flag ", 1)
	return misusef("%s; tenantvet -h lists the flags", text)
}

func parseOptions(c *cli.Command) (options, error) {
	dir, err := filepath.Abs(c.String("C"))
	if err != nil {
		return options{}, misuse{err}
	}
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return options{}, misusef("-C %s: not a directory", c.String("C"))
	}
	o := options{
		dir:      dir,
		patterns: c.Args().Slice(),
		tags:     c.String("tags"),
		tests:    c.Bool("tests"),
		strict:   c.Bool("strict"),
		format:   c.String("format"),
		output:   c.String("o"),
		dsn:      c.String("dsn"),
		diff:     c.Bool("diff"),
		fix:      c.Bool("fix"),
		baseline: c.String("baseline"),
		add:      c.Bool("add"),
		since:    c.String("new-from-rev"),
	}
	forms := report.Forms()
	if c.Name == "show" {
		forms = showForms()
	}
	if !slices.Contains(forms, o.format) {
		hint := ""
		if slices.Contains(showForms(), o.format) { // of the picture, not of a report
			hint = ", or tenantvet schema show"
		}
		return options{}, misusef("-format %s: unknown format; use one of %s%s", o.format, strings.Join(forms, ", "), hint)
	}
	o.inventory = o.format == "html"
	for _, p := range o.patterns {
		if strings.HasPrefix(p, "-") {
			return options{}, misusef("%s: not a package", p)
		}
	}
	return o, nil
}

// packages makes the whole module the default.
func (o options) packages() options {
	if o.wholeModule() {
		o.patterns = []string{"./..."}
	}
	return o
}

// wholeModule reports whether everything in the directory is asked about.
func (o options) wholeModule() bool {
	return len(o.patterns) == 0 || slices.Equal(o.patterns, []string{"./..."})
}
