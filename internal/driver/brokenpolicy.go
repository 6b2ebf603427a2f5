package driver

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"

	"github.com/tenantvet/tenantvet/internal/evidence"
	"github.com/tenantvet/tenantvet/internal/report"
)

// brokenPolicy makes a finding of a migration that can't be read because of what no
// server reads either: CREATE POLICY has no IF NOT EXISTS.
func (m *merger) brokenPolicy(mod *evidence.Module, p evidence.Problem) (report.Finding, bool) {
	name := filepath.Join(mod.Root, filepath.FromSlash(p.File))
	data, err := os.ReadFile(name)
	lines := strings.Split(string(data), "\n")
	if on, set := mod.Config.Rules["brokensql"]; set && !on {
		return report.Finding{}, false
	}
	if err != nil || p.Line < 1 || p.Line > len(lines) {
		return report.Finding{}, false
	}
	line := strings.TrimRight(lines[p.Line-1], "\r")
	at := policyIfNotExists().FindStringIndex(line)
	if at == nil {
		return report.Finding{}, false
	}
	sum := sha256.Sum256([]byte("brokensql\x00" + p.File + "\x00" + strings.TrimSpace(line)))
	return report.Finding{
		Rule: "brokensql", Group: "suspect",
		Position:    report.Position{File: m.file(name), Line: p.Line, Column: at[0] + 1, EndLine: p.Line, EndColumn: at[1] + 1},
		Message:     "the server rejects CREATE POLICY IF NOT EXISTS, which no version knows: the policy is not created, nor what comes after it",
		Advice:      "DROP POLICY IF EXISTS, then CREATE POLICY",
		Fingerprint: hex.EncodeToString(sum[:10]),
	}, true
}

var policyIfNotExists = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)create\s+policy\s+if\s+not\s+exists`)
})
