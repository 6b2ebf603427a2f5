package analyzer

import "testing"

// A preview is for who names it: neither the default nor -strict runs it.
func TestPreviewsAreOff(t *testing.T) {
	groups := map[string]Group{}
	for _, r := range suiteRules() {
		groups[r.Name] = r.Group
	}
	previews, audits := 0, 0
	for _, a := range NewSuite(Config{}) {
		strict := a.Flags.Lookup("strict")
		switch groups[a.Name] {
		case Preview:
			previews++
			if strict != nil {
				t.Errorf("-strict runs the preview %s", a.Name)
			}
		case Audit:
			audits++
			if strict == nil {
				t.Errorf("-strict does not run the audit rule %s", a.Name)
			}
		}
	}
	if previews == 0 || audits == 0 {
		t.Errorf("%d previews and %d audit rules", previews, audits)
	}
}
