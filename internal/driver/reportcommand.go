package driver

import (
	"context"

	"github.com/urfave/cli/v3"
)

// reportCommand is `tenantvet report`: everything behind the totals, as a page or,
// with -format json, for machines. Nothing is left out.
func (r *runner) reportCommand() *cli.Command {
	return sub("report", func(ctx context.Context, c *cli.Command) error {
		o, err := parseOptions(c)
		if err != nil {
			return err
		}
		if !c.IsSet("format") {
			o.format = "html"
		}
		if o.format == "html" && o.output == "" && isTerminal(r.stdout) {
			return misusef("report: name the file of the page, as in tenantvet report -o report.html")
		}
		o.inventory, o.baseline = true, noBaseline
		res, err := analyse(ctx, o.packages(), r.stderr)
		if err != nil {
			return err
		}
		r.code, err = conclude(ctx, o, res, r.stdout)
		return err
	})
}
