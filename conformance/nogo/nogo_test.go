// Package nogo_test runs tenantvet under a driver that offers what Bazel's nogo
// does.
package nogo_test

import (
	"encoding/json"
	"fmt"
	"go/token"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/tenantvet/tenantvet/analyzer/nogo"
	"github.com/tenantvet/tenantvet/conformance/parity"
)

var tenantvet string

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	path, remove, err := parity.Build("../..", "./cmd/tenantvet")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer remove()
	tenantvet = path
	return m.Run()
}

// embedded are the rules and files of findings that rest on the text of another
// file, which is embedded: nogo does not hand it over.
var embedded = []string{
	"servicerole servicerole/forms.go", "clientsecret cmd/bundled/main.go", "servicerole cmd/bundled/main.go", "rawpool texts/across.go",
}

// TestParity: the same findings in the same places as under go vet, but for those
// that rest on embedded files.
func TestParity(t *testing.T) {
	for i, module := range parity.Modules(t) {
		t.Run(parity.Name(t, module), func(t *testing.T) {
			// As a rule nogo leaves other repositories out; what the libraries of
			// the corpora do with handles is known without.
			external := i%2 == 0
			want := parity.Vet(t, tenantvet, module)
			t.Chdir(module) // nogo runs where names begin
			analyzer := nogo.New()
			configure(t, module, analyzer.Name, analyzer.Flags.Set)
			var got []parity.Finding
			d := &driver{t: t, root: analyzer, exports: map[string]string{}, facts: map[string][]byte{},
				report: func(posn token.Position, message string) {
					rule, message, _ := strings.Cut(message, ": ")
					got = append(got, parity.Finding{Rule: rule, File: posn.Filename, Line: posn.Line, Column: posn.Column, Message: message})
				}}
			d.run(module, external)
			got = parity.Tidy(got)
			t.Logf("%d findings, %d with go vet", len(got), len(want))
			elsewhere := func(f parity.Finding) bool {
				return slices.ContainsFunc(embedded, func(e string) bool {
					rule, name, _ := strings.Cut(e, " ")
					return rule == f.Rule && strings.HasSuffix(f.File, name)
				})
			}
			want, got = slices.DeleteFunc(want, elsewhere), slices.DeleteFunc(got, elsewhere)
			parity.Compare(t, want, got, parity.WithPath)
		})
	}
}

// configure sets the flags that tenantvet nogo writes.
func configure(t *testing.T, module, name string, set func(flag, value string) error) {
	t.Helper()
	cmd := exec.Command(tenantvet, "nogo", "-C", module)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var config map[string]struct {
		Flags map[string]string `json:"analyzer_flags"`
	}
	if err := json.Unmarshal(out, &config); err != nil {
		t.Fatal(err)
	}
	if len(config) != 1 || len(config[name].Flags) == 0 {
		t.Fatalf("%s", out)
	}
	for flag, value := range config[name].Flags {
		if err := set(flag, value); err != nil {
			t.Fatal(err)
		}
	}
}
