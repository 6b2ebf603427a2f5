// Package catalogue holds the text of the catalogue of database APIs, which
// package dbapi reads. It stands alone because the libraries' names are needed
// before anything else is.
package catalogue

import (
	"embed"
	"io/fs"
	"slices"
	"strings"
)

//go:embed *.txt
var files embed.FS

// Files is a file a library.
func Files() fs.FS { return files }

// DriverPackage is what types implement that a database can store: who imports
// it does not use a database for that.
const DriverPackage = "database/sql/driver"

// Libraries lists the import paths of the packages that have handles, or
// functions that take some, as dbapi.Catalogue.Packages does, without reading
// more than their names.
func Libraries() []string {
	var out []string
	entries, _ := files.ReadDir(".") // of what is built in, which can't fail
	for _, e := range entries {
		text, _ := files.ReadFile(e.Name())
		pkg := "" // lines before it name what is DriverPackage's
		for line := range strings.Lines(string(text)) {
			f := strings.Fields(line)
			switch {
			case len(f) < 2 || strings.HasPrefix(f[0], "#") || f[0] == "quiet" || f[0] == "result" || f[1] == "proceed":
			case f[0] == "package":
				pkg = f[1]
			case pkg != "" && pkg != DriverPackage && !slices.Contains(out, pkg):
				out = append(out, pkg)
			}
		}
	}
	slices.Sort(out)
	return out
}
