package analyzer

// CensusVersion is the version of the Census object.
const CensusVersion = 3

// A Census is what one package contributes to the command line's report beyond
// the diagnostics themselves. The census analyzer, when its report flag is
// set, reports it as the JSON text of a single diagnostic at the package
// clause of the package's first file: diagnostics are the one channel that the
// go command caches and replays.
type Census struct {
	Version  int             `json:"version"`
	Package  string          `json:"package"`
	Findings []CensusFinding `json:"findings,omitempty"`
	Sites    []CensusSite    `json:"sites,omitempty"`
	// Calls are those of functions that set the tenant's context for their callers.
	Calls []CensusCall `json:"calls,omitempty"`
	// Directives are the comments that silence and declare.
	Directives []CensusDirective `json:"directives,omitempty"`
	// Uses are the names of the functions and methods that the package refers to, tests
	// left out. Program: it is a main package.
	Uses    []string `json:"uses,omitempty"`
	Program bool     `json:"program,omitempty"`
	// Lacking are the relations and columns that statements name and the schema does
	// not have.
	Lacking []string `json:"lacking,omitempty"`
	// Evidence: what the package was judged by.
	Strategy string   `json:"strategy,omitempty"` // "rls", "filter", "" when there is no evidence of tenancy
	Schemas  []string `json:"schemas,omitempty"`  // schema files used, relative to the module root
}

// A CensusFinding completes a diagnostic; the two are joined by rule and
// position, and by the message where one place has several of a rule.
type CensusFinding struct {
	Rule        string       `json:"rule"`
	Posn        string       `json:"posn"` // file:line:column as in the diagnostic
	Group       string       `json:"group"`
	Fingerprint string       `json:"fingerprint"`
	Function    string       `json:"function,omitempty"`
	Path        []CensusStep `json:"path,omitempty"`
	Advice      string       `json:"advice,omitempty"` // what to do
	Message     string       `json:"message,omitempty"`
	// Helper is the function around, with its package, where the finding says
	// that the tenant's context is not set as it should be: what calls it relies
	// on that.
	Helper string `json:"helper,omitempty"`
}

// A CensusCall is a call of a function that sets the tenant's context.
type CensusCall struct {
	Posn   string `json:"posn"`
	Func   string `json:"func"` // around the call, with its package
	Callee string `json:"callee"`
}

// A CensusStep is one step of the path that proves a finding.
type CensusStep struct {
	Posn    string `json:"posn"`
	End     string `json:"end,omitempty"` // of words in a text
	Message string `json:"message"`
}

// A CensusSite is the verdict on one query site that touches, or may touch,
// tenant relations.
type CensusSite struct {
	Posn    string `json:"posn"`
	Verdict string `json:"verdict"`         // "safe", "breach", "suspect", "privileged", "unknown", "caller"
	Cause   string `json:"cause,omitempty"` // for unknown
	// Func is the function that the site is in; for the verdict "caller", its
	// callers decide: they are sites of their own, with it as their Callee. A
	// site that is left without any is unknown, or, if nothing refers to the function,
	// never reached. Foreign: a library may call it all the same.
	Func    string `json:"func,omitempty"`
	Callee  string `json:"callee,omitempty"`
	Foreign bool   `json:"foreign,omitempty"`
	// In is the function around, as in its package. Op and Relation are what of the
	// statement needs the tenant's context.
	In       string `json:"in,omitempty"`
	Op       string `json:"op,omitempty"`
	Relation string `json:"relation,omitempty"`
}

// A CensusDirective is a comment that silences rules, or declares something.
type CensusDirective struct {
	Posn   string   `json:"posn"`
	Verb   string   `json:"verb"`
	Rules  []string `json:"rules,omitempty"`
	Reason string   `json:"reason,omitempty"`
}
