package driver

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/urfave/cli/v3"

	"github.com/tenantvet/tenantvet/internal/goplsbuild"
)

// goplsCommand is `tenantvet gopls install`.
func (r *runner) goplsCommand() *cli.Command {
	c := sub("gopls", func(context.Context, *cli.Command) error {
		return misusef("gopls: say what to do, as in tenantvet gopls install")
	})
	c.Commands = []*cli.Command{sub("install", r.installGopls,
		&cli.StringFlag{Name: "gopls", Value: goplsbuild.Known},
		&cli.StringFlag{Name: "source"},
	)}
	return c
}

func (r *runner) installGopls(ctx context.Context, c *cli.Command) error {
	if c.Args().Len() > 0 {
		return misusef("gopls install: %s: takes no arguments", c.Args().First())
	}
	output := c.String("o")
	if output == "" {
		var err error
		if output, err = goplsbuild.Default(ctx); err != nil {
			return err
		}
	}
	output, err := filepath.Abs(output)
	if err != nil {
		return misuse{err}
	}
	err = goplsbuild.Build(ctx, goplsbuild.Options{
		Gopls: c.String("gopls"), Source: c.String("source"), Output: output, Log: r.stderr,
	})
	switch {
	case errors.As(err, new(goplsbuild.Refusal)):
		return misuse{err}
	case err != nil:
		return err
	}
	fmt.Fprintf(r.stdout, "%s is gopls with tenantvet in it.\n", output)
	return goplsbuild.WriteSettings(r.stdout, output)
}
