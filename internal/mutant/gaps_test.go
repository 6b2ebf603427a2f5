package mutant_test

import (
	"strings"

	"github.com/tenantvet/tenantvet/internal/mutant"
)

// A gap is harm that the server shows and the tool does not report yet.
type gap struct {
	file     string // of testdata, or a directory with a slash at its end
	operator string
	why      string
}

func (g gap) String() string { return g.operator + " in " + g.file }

// gaps lists them, as few as can be.
func gaps() []gap {
	const carried = "where no function of the module puts a scoped handle into a context, what it carries is unknown"
	return []gap{
		{"programs/carrier/", "dropset", carried},
		{"programs/carrier/", "lateset", carried},
		{"programs/carrier/", "branchset", carried},
	}
}

// gapOf finds the gap that a mutant falls into.
func gapOf(m mutant.Mutant) (gap, bool) {
	_, path, _ := strings.Cut(m.Package, "example.com/")
	for _, g := range gaps() {
		if g.operator == m.Operator && strings.HasPrefix(path+"/", g.file) {
			return g, true
		}
	}
	return gap{}, false
}
