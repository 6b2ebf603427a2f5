package analyzer

import (
	"fmt"

	"golang.org/x/tools/go/analysis"

	"github.com/tenantvet/tenantvet/analyzer/internal/site"
)

// tenantinsert reports rows that are put into a tenant's table without saying
// whose they are, outside the privileged packages.
func tenantinsert(pass *analysis.Pass, res *site.Result) []*finding {
	if res.Tenancy.Privileged(pass.Pkg.Path()) {
		return nil
	}
	var found []*finding
	for _, s := range res.Sites {
		for _, t := range s.Texts {
			f := res.Tenancy.Filtering(t)
			if len(f.Unowned) == 0 {
				continue
			}
			ins := f.Unowned[0]
			found = append(found, at(s, &finding{
				message: unowned(ins),
				advice:  fmt.Sprintf("bind the tenant to %s", ins.Column),
				subject: "INSERT " + ins.Name.String(),
				words:   relationWords(t.Template, ins.Relation),
			}))
			break
		}
	}
	return found
}

func unowned(ins site.Insert) string {
	if ins.Literal {
		return fmt.Sprintf("INSERT into %s with a constant %s: whoever asks for it, the row belongs to the same tenant", ins.Name, ins.Column)
	}
	what := "the row belongs to no tenant"
	for _, c := range ins.Table.Columns {
		switch {
		case c.Name != ins.Column:
		case c.Default != "":
			what = "its default does not know whose the row is"
		case c.NotNull:
			what = "the server refuses the row"
		}
	}
	return fmt.Sprintf("INSERT into %s without %s: %s", ins.Name, ins.Column, what)
}
