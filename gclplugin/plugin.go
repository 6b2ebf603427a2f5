// Package gclplugin is tenantvet as a module plugin of golangci-lint v2.
//
// golangci-lint keeps what analyzers say under a key of their names, its own
// settings and the Go files. tenantvet reads more: its configuration, the
// migrations, what the module's code as a whole does to connections, and files
// that packages embed. So the names of the analyzers that nobody sees, those with
// facts and one that reports nothing, end in the digest of all that.
package gclplugin

import (
	"fmt"
	"os"

	"github.com/golangci/plugin-module-register/register"
	"golang.org/x/tools/go/analysis"

	"github.com/tenantvet/tenantvet/analyzer"
	"github.com/tenantvet/tenantvet/internal/config"
	"github.com/tenantvet/tenantvet/internal/modules"
	"github.com/tenantvet/tenantvet/internal/toolid"
)

// Name is that of the linter.
const Name = "tenantvet"

// settingsFile names the configuration in messages.
const settingsFile = "linters.settings.custom." + Name + ".settings"

func init() { register.Plugin(Name, New) }

type plugin struct {
	config *config.Config // nil to read tenantvet.yaml
}

// New returns the plugin with the settings that golangci-lint's configuration has
// for it: all that tenantvet.yaml may hold, in place of that file. Without any,
// the module's own tenantvet.yaml counts.
func New(settings any) (register.LinterPlugin, error) {
	if keys, ok := settings.(map[string]any); settings == nil || ok && len(keys) == 0 {
		return plugin{}, nil
	}
	c, err := config.Inline(settingsFile, settings)
	if err != nil {
		return nil, err
	}
	return plugin{&c}, nil
}

// GetLoadMode asks for types.
func (plugin) GetLoadMode() string { return register.LoadModeTypesInfo }

// BuildAnalyzers returns new analyzers for the main modules round the working
// directory, as they are now.
func (p plugin) BuildAnalyzers() ([]*analysis.Analyzer, error) {
	dir, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	id, err := toolid.Own()
	if err != nil {
		return nil, err
	}
	var rules []string
	for _, r := range analyzer.Rules() {
		rules = append(rules, r.Name)
	}
	set, err := modules.Refresh(dir, id, p.config, rules)
	if err != nil {
		return nil, err
	}
	for _, m := range set.Modules {
		for _, problem := range modules.Unread(m) {
			fmt.Fprintf(os.Stderr, "tenantvet: %s: findings that rest on it are missing\n", problem)
		}
	}
	suite := analyzer.NewSuite(analyzer.Config{Evidence: set.Of, ReadFile: os.ReadFile, PathInMessage: true})
	return keyed(suite, set.Key()[:16]), nil
}

// keyed ends the names of the analyzers with facts in a key, and adds one that
// reports nothing: the facts are cached under the first, findings under the names
// of those that golangci-lint is given.
func keyed(suite []*analysis.Analyzer, key string) []*analysis.Analyzer {
	seen := map[*analysis.Analyzer]bool{}
	var visit func(a *analysis.Analyzer)
	visit = func(a *analysis.Analyzer) {
		if seen[a] {
			return
		}
		seen[a] = true
		if len(a.FactTypes) > 0 {
			a.Name += "_" + key
		}
		for _, required := range a.Requires {
			visit(required)
		}
	}
	for _, a := range suite {
		visit(a)
	}
	return append(suite, &analysis.Analyzer{
		Name: Name + "_" + key,
		Doc:  Name + ": reports nothing; its name tells what the others know from outside the Go files",
		Run:  func(*analysis.Pass) (any, error) { return nil, nil },
	})
}
