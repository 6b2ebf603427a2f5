package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
)

// A Repo is one line of a label file.
type Repo struct {
	Name     string  `json:"repo"`
	Commit   string  `json:"commit"`
	Role     string  `json:"role"`
	Findings []Label `json:"finding_sites"`
	OK       []Site  `json:"ok_sites"`
}

// A Label is a site where a reader of the source expects a finding.
type Label struct {
	Path       string `json:"path"`
	Line       int    `json:"line"`
	Rule       string `json:"rule"` // one of the keys of rulesOf
	Confidence string `json:"confidence"`
	Why        string `json:"why"`
}

// A Site is a place that a reader found correct: no finding may stand on it.
type Site struct {
	Path  string `json:"path"`
	Line  int    `json:"line"`
	Idiom string `json:"idiom"`
}

// rulesOf says which rules of tenantvet answer a label. Labels are older than
// the rules' names and coarser: R1 is a query outside of the tenant's context,
// R2 a context that is set wrongly, R3 a way round the policies.
var rulesOf = map[string][]string{
	"R1":           {"rawpool", "unscopedtx", "outerhandle"},
	"R1-txdropped": {"droppedtx"},
	"R2-fmt":       {"formattedset"},
	"R2-bind":      {"boundset"},
	"R2-notx":      {"lostcontext"},
	"R2-session":   {"sessioncontext"},
	"R2-nolocal":   {"sessioncontext"},
	"R3-key":       {"servicerole"},
	"R3-role":      {"bypassrole"},
	"R3-guc":       {"bypassrole"},
}

func (l Label) answeredBy(rule string) bool { return slices.Contains(rulesOf[l.Rule], rule) }

// readLabels reads a label file. An unknown label is an error: it would count
// as missed for ever.
func readLabels(name string) ([]Repo, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()

	var repos []Repo
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<24)
	for n := 1; lines.Scan(); n++ {
		if strings.TrimSpace(lines.Text()) == "" {
			continue
		}
		var r Repo
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			return nil, fmt.Errorf("%s:%d: %v", name, n, err)
		}
		if r.Name == "" {
			return nil, fmt.Errorf("%s:%d: no \"repo\"", name, n)
		}
		for _, l := range r.Findings {
			if rulesOf[l.Rule] == nil {
				return nil, fmt.Errorf("%s:%d: %s:%d: unknown label %q", name, n, l.Path, l.Line, l.Rule)
			}
		}
		repos = append(repos, r)
	}
	return repos, lines.Err()
}

// dirName is the name of a repository's checkout.
func (r Repo) dirName() string { return strings.ReplaceAll(r.Name, "/", "__") }
