package driver

import (
	"context"
	"errors"
	"fmt"
	"go/types"
	"path/filepath"
	"slices"

	"golang.org/x/tools/go/packages"

	"github.com/tenantvet/tenantvet/analyzer"
	"github.com/tenantvet/tenantvet/internal/config"
	"github.com/tenantvet/tenantvet/internal/evidence"
	"github.com/tenantvet/tenantvet/internal/modules"
)

// checkAPIs resolves what configurations say of libraries in the libraries: a
// misspelt name would be silence. go vet, which sees one package at a time,
// notices it in the packages that import the library.
func checkAPIs(ctx context.Context, o options, overlay *overlay, mains []*evidence.Module) error {
	var errs []error
	for _, m := range mains {
		if len(m.Config.APIs) == 0 {
			continue
		}
		pkgs, err := loadAPIs(ctx, o, overlay, m)
		if err != nil {
			return err
		}
		for _, a := range m.Config.APIs {
			wrong := fmt.Sprintf("no package %s in the build", a.Package())
			if pkg := pkgs[a.Package()]; pkg != nil {
				wrong = analyzer.CheckAPI(a, pkg)
			}
			if wrong != "" {
				errs = append(errs, &config.Error{
					File: modules.ShortPath(filepath.Join(m.Root, config.FileName)), Line: a.Position.Line, Column: a.Position.Column,
					Message: fmt.Sprintf("apis: %s: %s", a.Type+a.Func, wrong),
				})
			}
		}
	}
	if err := errors.Join(errs...); err != nil {
		return misuse{err}
	}
	return nil
}

// loadAPIs loads the packages that a module's configuration names, as far as
// they can be.
func loadAPIs(ctx context.Context, o options, overlay *overlay, m *evidence.Module) (map[string]*types.Package, error) {
	flags, err := o.buildFlags(overlay)
	if err != nil {
		return nil, err
	}
	var paths []string
	for _, a := range m.Config.APIs {
		paths = append(paths, a.Package())
	}
	slices.Sort(paths)
	loaded, err := packages.Load(&packages.Config{
		Context: ctx, Dir: m.Root, Mode: packages.NeedName | packages.NeedTypes, BuildFlags: flags,
	}, slices.Compact(paths)...)
	if err != nil {
		if ctx.Err() != nil {
			return nil, err
		}
		return nil, misusef("go list: %s", tidyGoError(err))
	}
	out := map[string]*types.Package{}
	for _, p := range loaded {
		if p.Types != nil && len(p.Errors) == 0 {
			out[p.PkgPath] = p.Types
		}
	}
	return out, nil
}
