package report

import (
	"cmp"
	"fmt"
)

// The verdicts on sites, from good to unclear.
const (
	Safe       = "safe"
	Breach     = "breach"     // proven
	Suspect    = "suspect"    // likely, or only where something is not known
	Privileged = "privileged" // by declaration, or on a role that bypasses the policies
	Unknown    = "unknown"
)

var verdicts = [...]string{Safe, Breach, Suspect, Privileged, Unknown}

// worstFirst are the verdicts in the order in which one stands for several.
var worstFirst = [...]string{Breach, Suspect, Unknown, Privileged, Safe}

// Sites counts the calls that send SQL that touches, or may touch, tenants' rows.
type Sites struct {
	Safe       int            `json:"safe"`
	Breach     int            `json:"breach"`
	Suspect    int            `json:"suspect"`
	Privileged int            `json:"privileged"`
	Unknown    int            `json:"unknown"`
	Causes     map[string]int `json:"causes"` // of unknown
	// Uncalled are the sites in functions that nothing in the program refers to, as far
	// as their callers would decide. They are in none of the other numbers.
	Uncalled int `json:"uncalled"`
}

// CountSites counts sites by their verdicts.
func CountSites(list []Site) Sites {
	n := Sites{Causes: map[string]int{}}
	for _, s := range list {
		switch s.Verdict {
		case Safe:
			n.Safe++
		case Breach:
			n.Breach++
		case Suspect:
			n.Suspect++
		case Privileged:
			n.Privileged++
		default:
			n.Unknown++
			n.Causes[cmp.Or(s.Cause, "unknown")]++
		}
	}
	return n
}

// Of is the number of sites with a verdict.
func (n Sites) Of(verdict string) int {
	switch verdict {
	case Safe:
		return n.Safe
	case Breach:
		return n.Breach
	case Suspect:
		return n.Suspect
	case Privileged:
		return n.Privileged
	}
	return n.Unknown
}

// String says how many there are of each verdict.
func (n Sites) String() string {
	causes := ""
	if len(n.Causes) > 0 {
		causes = " (" + list(n.Causes) + ")"
	}
	uncalled := ""
	if n.Uncalled > 0 {
		uncalled = fmt.Sprintf(", %d in functions that nothing calls", n.Uncalled)
	}
	return fmt.Sprintf("%d safe, %d breach, %d suspect, %d unknown%s, %d privileged%s", n.Safe, n.Breach, n.Suspect, n.Unknown, causes, n.Privileged, uncalled)
}
