// Package libraries names what makes a package worth analysing.
package libraries

import "github.com/tenantvet/tenantvet/analyzer/internal/dbapi/catalogue"

// Databases lists the import paths of the database libraries: a package that
// reaches none of them can't send SQL.
func Databases() []string { return catalogue.Libraries() }
