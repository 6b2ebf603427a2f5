package analyzer

import "golang.org/x/tools/go/analysis"

var groups = map[string]Group{
	"rawpool": Breach, "unscopedtx": Breach, "outerhandle": Breach, "formattedset": Breach, "boundset": Breach,
	"sessioncontext": Breach, "lostcontext": Breach, "servicerole": Breach, "bypassrole": Breach, "directive": Breach,
}

func newSuite(cfg Config) []*analysis.Analyzer {
	var suite []*analysis.Analyzer
	for _, r := range Rules() {
		suite = append(suite, &analysis.Analyzer{Name: r.Name, Doc: r.Doc, URL: r.URL,
			Run: func(*analysis.Pass) (any, error) { return nil, nil }})
	}
	census := &analysis.Analyzer{Name: "census", Doc: "census: totals for the command line", Run: func(*analysis.Pass) (any, error) { return nil, nil }}
	census.Flags.Bool("report", false, "report the census of each package (set by the tenantvet command)")
	return append(suite, census)
}
