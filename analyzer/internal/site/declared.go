package site

import (
	"fmt"
	"go/types"

	"golang.org/x/tools/go/analysis"

	"github.com/tenantvet/tenantvet/analyzer/internal/dbapi"
	"github.com/tenantvet/tenantvet/internal/config"
)

// declarations translates what a configuration says of a program's own
// libraries into lines of the catalogue.
func declarations(apis []config.API) []dbapi.Declaration {
	var out []dbapi.Declaration
	for _, a := range apis {
		out = append(out, declaration(a))
	}
	return out
}

func declaration(a config.API) dbapi.Declaration {
	d := dbapi.Declaration{Type: a.Type, Func: a.Func}
	switch {
	case a.Type != "":
		d.Scoped = a.Kind == config.Scoped
		if d.Kind = dbapi.KindNamed(a.Kind); d.Kind == dbapi.NoHandle {
			d.Kind = dbapi.Querier
		}
	case a.Sends != nil:
		d.Method = dbapi.NewMethod(dbapi.Send)
		d.Method.Text, d.Method.Args = a.Sends.Text, a.Sends.Args
	case a.Calls != nil:
		d.Method = dbapi.NewMethod(dbapi.BeginFunc)
		if a.Calls.Kind == "conn" {
			d.Method.Effect = dbapi.AcquireFunc
		}
		d.Method.Fn, d.Method.Handle, d.Method.Scoped = a.Calls.Func, a.Calls.Handle, a.Calls.Kind == config.Scoped
	case a.Scopes:
		d.Method = dbapi.NewMethod(dbapi.Establish)
	default:
		effects := map[string]dbapi.Effect{"pool": dbapi.Open, "session": dbapi.Open, "conn": dbapi.Acquire, "tx": dbapi.Begin,
			config.Scoped: dbapi.Begin, config.Same: dbapi.Derive}
		d.Method = dbapi.NewMethod(effects[a.Returns])
		d.Method.Makes = dbapi.KindNamed(a.Returns)
		d.Method.Scoped = a.Returns == config.Scoped
	}
	if a.Handle != config.Receiver {
		d.Method.DB = int(a.Handle)
	}
	return d
}

// CheckAPI returns what is wrong with an entry, or "".
func CheckAPI(a config.API, pkg *types.Package) string {
	return dbapi.Default().Check(declaration(a), pkg)
}

// catalogue returns what is known of libraries, with what the configuration
// adds. A name in it that a package at hand does not have ends the analysis.
func (t Tenancy) catalogue(pass *analysis.Pass) (*dbapi.Catalogue, error) {
	if t.Module == nil {
		return dbapi.Default(), nil
	}
	apis := t.Module.Config.APIs
	for _, a := range apis {
		for _, pkg := range append(pass.Pkg.Imports(), pass.Pkg) {
			if pkg.Path() != a.Package() {
				continue
			}
			if wrong := CheckAPI(a, pkg); wrong != "" {
				return nil, fmt.Errorf("%s:%d:%d: apis: %s: %s", config.FileName, a.Position.Line, a.Position.Column, a.Type+a.Func, wrong)
			}
		}
	}
	return dbapi.Default().Extend(declarations(apis)), nil
}
