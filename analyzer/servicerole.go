package analyzer

import (
	"slices"

	"golang.org/x/tools/go/analysis"

	"github.com/tenantvet/tenantvet/analyzer/internal/provenance"
	"github.com/tenantvet/tenantvet/analyzer/internal/site"
)

// servicerole reports where a service-role credential enters a package that is
// not privileged: the environment variable is read, the literal stands in the
// source, or a privileged package hands it over.
func servicerole(pass *analysis.Pass, res *site.Result) []*finding {
	if res.Tenancy.Privileged(pass.Pkg.Path()) {
		return nil
	}
	why, _ := isClient(pass, res)
	var found []*finding
	for _, e := range res.Credentials.Entries {
		if why != "" && slices.ContainsFunc(res.Credentials.Holds, func(h provenance.Found) bool { return h.Origin == e.Origin }) {
			continue // clientsecret says more
		}
		f := &finding{
			pos: e.Pos, end: e.End, function: e.Function, subject: e.What,
			message: "service-role credential outside the privileged packages: " + entering(e) +
				": its holder bypasses row-level security and sees every tenant's rows",
			advice: "use the caller's own credential here, or declare the package under packages.privileged in tenantvet.yaml",
		}
		if e.From != nil {
			f.path = append(f.path, step{posn: e.Posn, message: "it enters the program here"})
		}
		for _, u := range e.Uses {
			f.path = append(f.path, step{pos: u.Pos, message: u.What})
		}
		found = append(found, f)
	}
	return found
}

// entering says how a credential comes into a package. It names the kind of
// what stands in the source, never the text.
func entering(e provenance.Entry) string {
	switch {
	case e.From != nil:
		return "gets " + e.What + " from " + e.From.Pkg().Name() + "." + e.From.Name()
	case e.How == provenance.Read:
		return "reads " + e.What
	case e.How == provenance.Bound:
		return "holds " + e.What
	case e.How == provenance.Embedded:
		return "embeds " + e.File + ", in which " + e.What + " is set"
	}
	return e.What + " in the source"
}
