package proof

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tenantvet/tenantvet/analyzer"
)

// A leak is a row of the shop's LEAKS.md.
type leak struct{ rule, file, function, at string }

// notInShop are the rules of which the shop has no leak, and why.
func notInShop() map[string]string {
	const byPolicies = "the shop relies on row-level security; its statements name no tenant"
	return map[string]string{
		"directive":     "is about comments, not about leaks",
		"failopen":      "a pool with hooks would change how the shop's own pool is judged",
		"tenantfilter":  byPolicies,
		"tenantinsert":  byPolicies,
		"dynamicsql":    "is for who asks for it",
		"jobtenant":     "would bring a queue's library into the shop, which has no jobs",
		"globalkey":     "is for who asks for it",
		"keptpool":      "the shop has one database",
		"unscopedroute": "is for who asks for it",
	}
}

// One leak of each kind, so that the shop shows what the rules are about.
func TestShopHasALeakOfEachRule(t *testing.T) {
	count := map[string]int{}
	for _, l := range readLeaks(t) {
		count[l.rule]++
	}
	for _, rule := range analyzer.Rules() {
		if notInShop()[rule.Name] != "" || rule.Schema && count[rule.Name] == 0 {
			continue // of the schema one kind of leak will do
		}
		if count[rule.Name] != 1 {
			t.Errorf("LEAKS.md has %d leaks of rule %s, want 1", count[rule.Name], rule.Name)
		}
		delete(count, rule.Name)
	}
	for rule := range count {
		t.Errorf("LEAKS.md: no rule is called %s", rule)
	}
}

func readLeaks(t *testing.T) []leak {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(shopDir, "LEAKS.md"))
	if err != nil {
		t.Fatal(err)
	}
	leaks, err := parseLeaks(string(text))
	if err != nil {
		t.Fatal(err)
	}
	return leaks
}

// parseLeaks reads the rows of the table in LEAKS.md.
func parseLeaks(text string) ([]leak, error) {
	var leaks []leak
	for n, line := range strings.Split(text, "\n") {
		if !strings.HasPrefix(line, "| ") || strings.HasPrefix(line, "| rule |") {
			continue
		}
		cells := strings.Split(strings.Trim(line, "|"), "|")
		if len(cells) != 6 {
			return nil, fmt.Errorf("LEAKS.md:%d: %d cells, want 6", n+1, len(cells))
		}
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		leaks = append(leaks, leak{cells[0], cells[1], cells[2], strings.Trim(cells[3], "`")})
	}
	return leaks, nil
}
