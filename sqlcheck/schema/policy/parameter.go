package policy

import "github.com/tenantvet/tenantvet/sqlcheck/schema"

// parameters lists the names of the input parameters.
func parameters(f *schema.Function) []string {
	var out []string
	for _, p := range f.Params {
		if !p.Out {
			out = append(out, p.Name)
		}
	}
	return out
}

// defaultOf is the default of the input parameter at index i, "" without one.
func defaultOf(f *schema.Function, i int) string {
	for _, p := range f.Params {
		if p.Out {
			continue
		}
		if i == 0 {
			return p.Default
		}
		i--
	}
	return ""
}

func whyOf(args []value) support {
	_, why := sources(args...)
	return why
}
