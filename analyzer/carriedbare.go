package analyzer

import (
	"path"

	"github.com/tenantvet/tenantvet/analyzer/internal/site"
)

// fromContext completes a finding about a handle that contexts carry under a key, or that
// is used where they carry none, if none of those that the module puts there has the
// tenant's context: where one is put there is where that has to change, for all the
// statements over it. The key is "" for other findings.
func fromContext(f *finding, s *site.Site, res *site.Result) (key string) {
	key, posn := res.PutBare(s)
	if key == "" {
		return ""
	}
	name := path.Base(key)
	what := "puts it"
	if s.Handle.CarriedKey() == "" {
		what = "puts what it stands in for"
	}
	f.path = append([]step{{posn: posn, message: what + " into the context as " + name + " without the tenant context"}}, chain(s)...)
	f.advice = "set it before the handle is put into the context: " + res.Tenancy.SetStatement()
	f.field = name + " in the context"
	return key
}
