package driver

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/mattn/go-isatty"
	"github.com/urfave/cli/v3"

	"github.com/tenantvet/tenantvet/analyzer"
	"github.com/tenantvet/tenantvet/internal/report"
)

// options are what the user asks for on the command line.
type options struct {
	dir      string // absolute
	patterns []string
	tags     string
	tests    bool
	strict   bool
	format   string
	output   string // a file, or "" for standard output
	schema   bool   // migrations only; patterns are then directories
	explain  string // the table whose history is asked for
	dsn      string // of tenantvet schema: a database, or env:NAME
	diff     bool   // of tenantvet schema: compare the database with the migrations
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

	code := Clean
	err := command(func(ctx context.Context, o options) error {
		var err error
		if o.schema {
			code, err = checkSchema(ctx, o, os.Stdout, os.Stderr)
		} else {
			code, err = check(ctx, o, os.Stdout, os.Stderr)
		}
		return err
	}).Run(ctx, args)
	switch {
	case err == nil:
		return code
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

func command(action func(context.Context, options) error) *cli.Command {
	return &cli.Command{
		Name:                          "tenantvet",
		CustomRootCommandHelpTemplate: helpText(),
		HideVersion:                   true,
		HideHelpCommand:               true,
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "C"},
			&cli.StringFlag{Name: "format", Value: "text"},
			&cli.StringFlag{Name: "o"},
			&cli.StringFlag{Name: "tags"},
			&cli.BoolFlag{Name: "tests", Value: true},
			&cli.BoolFlag{Name: "strict"},
			&cli.BoolFlag{Name: "version"},
		},
		Action: func(ctx context.Context, c *cli.Command) error {
			switch {
			case c.Bool("version"):
				fmt.Println(versionLine())
				return nil
			case c.Args().Len() == 1 && c.Args().First() == "help":
				fmt.Print(helpText())
				return nil
			}
			o, err := parseOptions(c)
			if err != nil {
				return err
			}
			return action(ctx, o)
		},
		Commands:       []*cli.Command{schemaCommand(action)},
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
	}
	if o.format != "text" && o.format != "json" {
		return options{}, misusef("-format %s: unknown format; use text or json", o.format)
	}
	for _, p := range o.patterns {
		if strings.HasPrefix(p, "-") {
			return options{}, misusef("%s: not a package", p)
		}
	}
	if len(o.patterns) == 0 {
		o.patterns = []string{"./..."}
	}
	return o, nil
}

func helpText() string {
	var b strings.Builder
	b.WriteString(`tenantvet finds queries that can reach another tenant's rows, in Go programs on PostgreSQL.

Usage:
	tenantvet [flags] [packages]                    check packages (default ./...), and the migrations behind them
	tenantvet schema [flags] [directories]          check migrations alone
	tenantvet schema -dsn env:NAME                  check a database; NAME is the variable with the connection string
	tenantvet schema explain table [directories]    print what the migrations did to a table
	go vet -vettool=$(which tenantvet) [packages]   check them as a tool of go vet

Flags:
	-C dir         run in dir
	-format name   text or json (default text)
	-o file        write the report to file instead of standard output
	-strict        report query sites that can't be proven, as rule unproven, and run the audit rules
	-tags list     build tags
	-tests=false   leave _test.go files out
	-version       print the version
	-h, -help      print this text

Exit codes: 0 clean, 1 findings, 2 wrong use or configuration, 3 incomplete.

Rules:
`)
	width := 0
	for _, r := range analyzer.Rules() {
		width = max(width, len(r.Name))
	}
	for _, r := range analyzer.Rules() {
		fmt.Fprintf(&b, "\t%-*s   %s\n", width, r.Name, r.Title)
	}
	return b.String()
}

// toolVersion is the version of the tool's module.
func toolVersion() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" {
		return "(devel)"
	}
	return info.Main.Version
}

func versionLine() string {
	return fmt.Sprintf("tenantvet %s %s %s/%s", toolVersion(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
}

// writeReport writes the report where the user wants it.
func writeReport(o options, root string, r report.Report, stdout *os.File) error {
	if o.output == "" {
		return writeTo(stdout, o, root, r, wantsColor(stdout))
	}
	f, err := os.Create(o.output)
	if err != nil {
		return misuse{err}
	}
	if err := writeTo(f, o, root, r, false); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}

func writeTo(w io.Writer, o options, root string, r report.Report, color bool) error {
	if o.format == "json" {
		return report.WriteJSON(w, r)
	}
	dir, err := os.Getwd()
	if err != nil {
		dir = root
	}
	return report.Text{Root: root, Dir: dir, Color: color}.Write(w, r)
}

// wantsColor follows no-color.org and the habits of terminals.
func wantsColor(f *os.File) bool {
	return os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb" && isTerminal(f)
}

func isTerminal(f *os.File) bool {
	return isatty.IsTerminal(f.Fd()) || isatty.IsCygwinTerminal(f.Fd())
}
