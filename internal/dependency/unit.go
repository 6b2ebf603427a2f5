// Package dependency decides about the units that the go command wants facts of:
// whether a package, of the program or of a module that it requires, has anything
// to do with a database. Most units of a build don't, and the tool is started for
// each, so this package needs little more than the unit's file, and is ready
// before the rest of the program (see early).
package dependency

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
)

// A Unit is what the go command says about a package, as far as the decision
// needs it.
type Unit struct {
	ImportPath    string
	GoFiles       []string
	ModulePath    string
	ModuleVersion string
	Module        *Module           // instead of the two above from Go 1.27 on
	ImportMap     map[string]string // import path in the source -> package path
	PackageVetx   map[string]string // package path -> facts of a direct import
	VetxOnly      bool              // wanted for its facts only
	VetxOutput    string            // where the facts go
}

// A Module is what a package belongs to.
type Module struct{ Path, Version string }

// Read reads the go command's description of a unit into u, which is a Unit or
// has one embedded.
func Read(file string, u any) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, u); err != nil {
		return fmt.Errorf("%s: not a unit of the go command: %v", file, err)
	}
	return nil
}

// module returns the path and version of the unit's module.
func (u Unit) module() Module {
	if u.Module != nil {
		return *u.Module
	}
	return Module{u.ModulePath, u.ModuleVersion}
}

// Own reports whether the unit belongs to the user's own code: a package of a
// main module, or a list of files. Only those take configuration.
func (u Unit) Own() bool {
	if m := u.module(); m.Path != "" {
		return m.Version == ""
	}
	return strings.HasPrefix(u.ImportPath, "command-line-arguments")
}

// Standard reports whether the unit belongs to the standard library: those
// packages have no module, and no dot in the first element of their path.
func (u Unit) Standard() bool {
	first, _, _ := strings.Cut(u.ImportPath, "/")
	return u.module().Path == "" && !strings.Contains(first, ".") && !u.Own()
}

// IsDatabase reports whether a unit is one of the database packages, or a part of
// one. What those do is in the catalogue.
func (u Unit) IsDatabase(databases []string) bool {
	return slices.ContainsFunc(databases, func(db string) bool {
		return u.ImportPath == db || strings.HasPrefix(u.ImportPath, db+"/")
	})
}

// Imports lists those of the database packages that a unit imports.
func (u Unit) Imports(databases []string) []string {
	var out []string
	for _, db := range databases {
		if _, ok := u.ImportMap[db]; ok {
			out = append(out, db)
		}
	}
	return out
}

// ImportsFacts reports whether a unit imports a package that has facts.
func (u Unit) ImportsFacts() bool {
	for _, facts := range u.PackageVetx {
		if info, err := os.Stat(facts); err != nil || info.Size() > 0 {
			return true
		}
	}
	return false
}

// Leave answers that a unit has no facts. That it is correct, the compiler sees
// to; the go command caches the empty file like any other.
func (u Unit) Leave() error { return os.WriteFile(u.VetxOutput, nil, 0o666) }
