package analyzer

import (
	"go/token"

	"github.com/tenantvet/tenantvet/analyzer/internal/request"
	"github.com/tenantvet/tenantvet/analyzer/internal/site"
)

// globalkey reports functions that pick the same key for the tokens of every
// tenant.
func globalkey(_ *site.Result, a *request.Analysis) []*finding {
	var found []*finding
	for _, k := range a.GlobalKeys {
		found = append(found, &finding{
			pos: k.Pos, end: k.Pos + token.Pos(len("return")),
			message:  "one key verifies the tokens of all tenants: whoever gets hold of it makes tokens for any of them",
			advice:   "pick the key by the token's kid, or by its issuer",
			subject:  "key",
			function: k.Function.RelString(k.Function.Package().Pkg),
		})
	}
	return found
}
