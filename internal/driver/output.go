package driver

import (
	"io"
	"os"

	"github.com/mattn/go-isatty"
	"golang.org/x/term"

	"github.com/tenantvet/tenantvet/analyzer"
	"github.com/tenantvet/tenantvet/internal/report"
)

// writeReport writes the report where the user wants it.
func writeReport(o options, root string, r report.Report, stdout *os.File) error {
	if o.output == "" {
		return writeTo(stdout, o, root, r, stdout)
	}
	f, err := os.Create(o.output)
	if err != nil {
		return misuse{err}
	}
	if err := writeTo(f, o, root, r, nil); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}

func writeTo(w io.Writer, o options, root string, r report.Report, terminal *os.File) error {
	v := report.View{Root: root, Dir: root, Rules: analyzer.Rules()}
	if dir, err := os.Getwd(); err == nil {
		v.Dir = dir
	}
	if terminal != nil && isTerminal(terminal) {
		v.Color = wantsColor()
		if width, _, err := term.GetSize(int(terminal.Fd())); err == nil {
			v.Width = width
		}
	}
	return report.Write(w, o.format, r, v)
}

// wantsColor follows no-color.org.
func wantsColor() bool { return os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb" }

func isTerminal(f *os.File) bool {
	return isatty.IsTerminal(f.Fd()) || isatty.IsCygwinTerminal(f.Fd())
}
