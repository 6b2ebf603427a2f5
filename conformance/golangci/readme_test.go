package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"golang.org/x/mod/modfile"

	"github.com/tenantvet/tenantvet/conformance/parity"
)

// readmeBlocks are the YAML texts of a section of the README.
func readmeBlocks(t *testing.T, section string) []string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(parity.Root(t), "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, text, ok := strings.Cut(string(data), "\n## "+section+"\n")
	if !ok {
		t.Fatalf("the README has no section %q", section)
	}
	text, _, _ = strings.Cut(text, "\n## ")
	var blocks []string
	for i, part := range strings.Split(text, "```") {
		if block, ok := strings.CutPrefix(part, "yaml\n"); ok && i%2 == 1 {
			blocks = append(blocks, block)
		}
	}
	return blocks
}

// TestReadme: the files that the README shows work as written.
func TestReadme(t *testing.T) {
	blocks := readmeBlocks(t, "golangci-lint")
	if len(blocks) != 3 {
		t.Fatalf("%d blocks", len(blocks))
	}

	var custom struct {
		Version string `yaml:"version"`
		Plugins []struct {
			Module  string `yaml:"module"`
			Import  string `yaml:"import"`
			Version string `yaml:"version"`
		} `yaml:"plugins"`
	}
	if err := yaml.UnmarshalWithOptions([]byte(blocks[0]), &custom, yaml.Strict()); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile("../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	mod, err := modfile.Parse("go.mod", data, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range mod.Require {
		if r.Mod.Path == "github.com/golangci/golangci-lint/v2" && r.Mod.Version != custom.Version {
			t.Errorf(".custom-gcl.yml has golangci-lint %s, the tests run with %s", custom.Version, r.Mod.Version)
		}
	}
	const module = "github.com/tenantvet/tenantvet"
	if len(custom.Plugins) != 1 || custom.Plugins[0].Module != module || custom.Plugins[0].Import != module+"/gclplugin" {
		t.Errorf(".custom-gcl.yml: %+v", custom.Plugins)
	}

	cache, dir := t.TempDir(), shop(t)
	found, failed := lint(t, cache, dir, blocks[1])
	if failed != "" {
		t.Fatal(failed)
	}
	if len(found) == 0 {
		t.Error(".golangci.yml as in the README finds nothing")
	}
	if err := os.Remove(filepath.Join(dir, "tenantvet.yaml")); err != nil {
		t.Fatal(err)
	}
	inline, failed := lint(t, cache, dir, blocks[2])
	if failed != "" {
		t.Fatal(failed)
	}
	if !has(inline, "clientsecret", "shopkiosk/main.go") {
		t.Error("the configuration in .golangci.yml declares a client, but counts for nothing")
	}
}
