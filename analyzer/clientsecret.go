package analyzer

import (
	"fmt"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/tenantvet/tenantvet/analyzer/internal/provenance"
	"github.com/tenantvet/tenantvet/analyzer/internal/site"
	"github.com/tenantvet/tenantvet/internal/evidence"
)

// clientsecret reports the service-role credentials that a program holds which
// runs with its users. That a package is privileged is no excuse there.
func clientsecret(pass *analysis.Pass, res *site.Result) []*finding {
	why, group := isClient(pass, res)
	if why == "" {
		return nil
	}
	var found []*finding
	for _, h := range res.Credentials.Holds {
		f := &finding{
			group: group, pos: h.Pos, end: h.End, apart: true, subject: h.What, function: h.Function,
			message: fmt.Sprintf("service-role credential in a program %s: it %s, and who has the program can have every tenant's rows", why, holding(h)),
			advice:  "keep the credential on a server, and let the program work with its user's own",
		}
		if h.Import != nil {
			f.pos, f.end = h.Import.Pos(), h.Import.End()
		}
		for _, hop := range h.Chain {
			if hop.Posn != "" {
				f.path = append(f.path, step{posn: hop.Posn, message: hop.What})
			}
		}
		f.path = append(f.path, step{posn: h.Posn, message: h.What + " enters the program here"})
		found = append(found, f)
	}
	return found
}

// isClient says why a program is one that runs with its users: the configuration
// declares it, or nothing but a browser can run it. A window is a hint only: its
// users may be the operators.
func isClient(pass *analysis.Pass, res *site.Result) (why string, group Group) {
	toolkit := res.Credentials.Toolkit
	switch {
	case pass.Pkg.Name() != "main":
		return "", ""
	case res.Tenancy.Client(pass.Pkg.Path()):
		return "that tenantvet.yaml declares a client", Breach
	case evidence.RunsInBrowser(toolkit):
		return "that runs in its users' browsers (" + toolkit + ")", Breach
	case toolkit != "":
		return "with a user interface of its own (" + toolkit + ")", Suspect
	}
	return "", ""
}

// holding says how the program comes to hold a credential.
func holding(h provenance.Found) string {
	through := ""
	if n := len(h.Chain); n > 0 {
		through = " through " + strings.TrimPrefix(strings.TrimPrefix(h.Chain[n-1].What, "uses "), "imports ")
	}
	switch h.How {
	case provenance.Read, provenance.Bound:
		return "asks for " + h.What + through
	case provenance.Embedded:
		return "has " + h.What + " built in" + through
	}
	return "has a " + h.What + " built in" + through
}
