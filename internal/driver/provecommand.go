package driver

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/urfave/cli/v3"

	"github.com/tenantvet/tenantvet/internal/config"
	"github.com/tenantvet/tenantvet/internal/livedb"
	"github.com/tenantvet/tenantvet/internal/proof/pgserver"
	"github.com/tenantvet/tenantvet/internal/prove"
	"github.com/tenantvet/tenantvet/internal/redteam"
)

// proveCommand is `tenantvet prove`, which attacks what the migrations make.
func (r *runner) proveCommand() *cli.Command {
	return sub("prove", r.does(func(ctx context.Context, o options) (code int, err error) {
		if o.format != "text" && o.format != "json" {
			return 0, misusef("prove: -format is text or json, not %s", o.format)
		}
		modules, err := schemaModules(o)
		if err != nil {
			return 0, err
		}
		server, err := r.proofServer(ctx, o)
		if err != nil {
			return 0, err
		}
		defer server.Close()
		out := proofOutput{r.stdout, o.format, isTerminal(r.stdout) && wantsColor()}
		if o.output != "" {
			f, err := os.Create(o.output)
			if err != nil {
				return 0, misuse{err}
			}
			out.w, out.colored = f, false
			defer func() { err = errors.Join(err, f.Close()) }()
		}
		any, proven := false, false
		for _, m := range modules {
			for i := range m.Schemas {
				s := &m.Schemas[i]
				if !m.wanted(s) {
					continue
				}
				any = true
				if m.Config.Strategy == config.Filter {
					fmt.Fprintf(r.stderr, "tenantvet: %s: with strategy filter it is the program that keeps tenants apart, and the database has nothing to prove\n", s.Dir)
					code = Incomplete
					continue
				}
				result, err := prove.Schema(ctx, server, m.Module, s)
				if ctx.Err() != nil {
					return 0, ctx.Err()
				}
				if err != nil { // the other schemas are still worth a try
					fmt.Fprintf(r.stderr, "tenantvet: %s: %v\n", s.Dir, err)
					code = Incomplete
					continue
				}
				if len(result.Tables) == 0 {
					fmt.Fprintf(r.stderr, "tenantvet: %s: no table has rows of several tenants, so there is nothing to prove\n", s.Dir)
					continue
				}
				proven = true
				if err := out.write(result); err != nil {
					return 0, err
				}
				code = max(code, proofCode(o, result))
			}
		}
		if !any {
			return 0, misusef("no schema was found; name the directory of the migrations")
		}
		if !proven {
			return Incomplete, nil
		}
		return code, nil
	}), &cli.StringFlag{Name: "dsn"})
}

func (r *runner) proofServer(ctx context.Context, o options) (prove.Server, error) {
	if o.dsn != "" {
		dsn, warning, err := livedb.DSN(o.dsn)
		if err != nil {
			return nil, misuse{err}
		}
		if warning != "" {
			fmt.Fprintf(r.stderr, "tenantvet: %s\n", warning)
		}
		return redteam.Borrow(ctx, dsn)
	}
	s, err := pgserver.Start()
	if errors.Is(err, pgserver.ErrNoServer) {
		return nil, misusef("prove: %v; or name a server with -dsn env:NAME, on which scratch databases are made and dropped", err)
	}
	if err != nil {
		return nil, err
	}
	return redteam.Own(s, func() {
		if err := s.Stop(); err != nil {
			fmt.Fprintf(r.stderr, "tenantvet: stopping PostgreSQL: %v\n", err)
		}
	}), nil
}

// proofCode: a table that was not attacked is not proven. That a row can refer to
// another tenant's shows nothing of that one, and counts where everything does.
func proofCode(o options, result *redteam.Result) int {
	leaks, links := result.Leaks()
	switch {
	case len(result.Unfilled) > 0:
		return Incomplete
	case leaks > 0, links > 0 && o.strict:
		return Findings
	}
	return Clean
}

// A proofOutput takes the results of several schemas, one after the other.
type proofOutput struct {
	w       io.Writer
	format  string
	colored bool
}

func (p proofOutput) write(result *redteam.Result) error {
	if p.format == "json" {
		return result.WriteJSON(p.w)
	}
	return result.WriteText(p.w, p.colored)
}
