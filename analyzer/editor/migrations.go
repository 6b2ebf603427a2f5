package editor

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/tenantvet/tenantvet/analyzer"
	"github.com/tenantvet/tenantvet/internal/evidence"
)

// A Migration is a finding in a file of SQL. An analyzer can't report it there.
type Migration struct {
	File     string // absolute
	Line     int    // 1-based
	Rule     string
	URL      string // of the rule's documentation
	Severity Severity
	Message  string
}

// A judgement is what was found in a module's migrations as they were.
type judgement struct {
	of    string // the evidence, and the files as they were then
	found []Migration
}

// Migrations are the findings in the migrations of the main modules with these roots,
// as they are now.
func (s *Suite) Migrations(roots []string) []Migration {
	s.Look(roots)
	s.judging.Lock()
	defer s.judging.Unlock()
	var out []Migration
	for _, root := range roots {
		s.mu.Lock()
		m := *s.modules[root]
		s.mu.Unlock()
		if m.evidence == nil || len(m.evidence.Schemas) == 0 {
			continue
		}
		of := m.key + statuses(m.evidence)
		if was := s.judged[root]; was.of != of {
			// The evidence that units share has no histories, which these rules ask for.
			full, err := evidence.Full(root, s.tool)
			if err != nil {
				continue // as Look has noticed; see problems
			}
			s.judged[root] = judgement{of, s.migrationsOf(full)}
		}
		out = append(out, s.judged[root].found...)
	}
	return out
}

// statuses tell of changes that are none of the evidence, such as a comment that
// silences.
func statuses(m *evidence.Module) string {
	var b strings.Builder
	for i := range m.Schemas {
		for _, name := range m.Schemas[i].Files {
			if info, err := os.Stat(filepath.Join(m.Root, filepath.FromSlash(name))); err == nil {
				fmt.Fprintln(&b, info.Size(), info.ModTime().UnixNano())
			}
		}
	}
	return b.String()
}

func (s *Suite) migrationsOf(m *evidence.Module) []Migration {
	var out []Migration
	for _, j := range m.Findings() {
		message := j.Message
		if j.Advice != "" {
			message += "; " + j.Advice
		}
		out = append(out, Migration{
			File: filepath.Join(m.Root, filepath.FromSlash(j.File)), Line: j.Line,
			Rule: j.Rule, URL: s.urls[j.Rule], Severity: severity(analyzer.Group(j.Group)), Message: message,
		})
	}
	return out
}
