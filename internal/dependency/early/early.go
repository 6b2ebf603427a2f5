// Package early answers the go command about other modules' packages that touch
// no database, before the rest of the program is initialised.
//
// A cold go vet starts the tool once for each package of the build, 650 times for
// a web service of 100,000 lines, and all but 90 of them end here. What the other
// packages do before main (the tables of the SQL parser, regular expressions)
// takes half the time of such a start. Go initialises packages in the order of
// their import paths, as far as their imports allow it, so this package, which
// imports little, comes before those. The driver decides the same way: where the
// order is another one, units take longer, and nothing else changes.
package early

import (
	"os"
	"strings"

	"github.com/tenantvet/tenantvet/analyzer/libraries"
	"github.com/tenantvet/tenantvet/internal/dependency"
)

func init() {
	if file := os.Args[len(os.Args)-1]; len(os.Args) > 1 && strings.HasSuffix(file, ".cfg") && left(file) {
		os.Exit(0)
	}
}

// left reports whether a unit is answered for. What is wrong with one, the driver
// says.
func left(file string) bool {
	var u dependency.Unit
	if err := dependency.Read(file, &u); err != nil || !u.VetxOnly || u.Own() {
		return false
	}
	if !u.Standard() {
		databases := libraries.Databases()
		if !u.IsDatabase(databases) && (len(u.Imports(databases)) > 0 || u.ImportsFacts()) {
			return false
		}
	}
	return u.Leave() == nil
}
