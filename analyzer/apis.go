package analyzer

import (
	"go/types"

	"github.com/tenantvet/tenantvet/analyzer/internal/site"
	"github.com/tenantvet/tenantvet/internal/config"
)

// CheckAPI resolves an entry of a configuration's apis in the package that it
// names. It returns what is wrong with the entry, or "".
func CheckAPI(a config.API, pkg *types.Package) string { return site.CheckAPI(a, pkg) }
