// Package report is the result of a run and the forms in which it is shown.
//
// The JSON form (tenantvet -format json) is the type Report. Its version
// grows when a field changes its meaning or goes away; new fields may appear
// at any time. Equal inputs give equal bytes.
package report

import "strings"

// Version is the version of the JSON form.
const Version = 2

// A Report is the result of one run.
type Report struct {
	Version int    `json:"version"` // Version
	Tool    string `json:"tool"`    // the tool's own version
	// Root is the directory of go.work, or of go.mod without one, relative to
	// the working directory. All files below are relative to it, with slashes.
	Root     string    `json:"root"`
	Findings []Finding `json:"findings"` // sorted by file, line, column, rule
	Totals   Totals    `json:"totals"`
	// Incomplete lists what could not be analysed. If there is any, silence
	// means nothing, and the exit code is 3.
	Incomplete []Incomplete `json:"incomplete"`
	Schemas    []string     `json:"schemas"` // schema files that were read
	// Inventory is what lies behind the totals; only tenantvet report has it.
	Inventory *Inventory `json:"inventory,omitempty"`
	// SchemaOnly: only migrations were looked at, no packages.
	SchemaOnly bool     `json:"schemaOnly,omitempty"`
	Notes      []string `json:"notes"` // what else the user should know, one line each
}

// A Finding is one diagnostic.
type Finding struct {
	Rule string `json:"rule"`
	// Group is the promise: breach (proven), suspect (likely), audit (opt-in),
	// preview (may change).
	Group    string   `json:"group"`
	Position Position `json:"position"`
	// Statement is what the server says of the object where Position is one in a
	// database, such as database:public.orders, which has no lines.
	Statement string `json:"statement,omitempty"`
	Package   string `json:"package"`            // import path
	Function  string `json:"function,omitempty"` // as in (*Server).List
	Message   string `json:"message"`
	Advice    string `json:"advice,omitempty"` // what to do
	Path      []Step `json:"path"`             // the way that proves it, in order
	// Callers counts the calls that rely on the function to set the tenant's
	// context, which the finding says it doesn't do as it should.
	Callers int `json:"callers,omitempty"`
	// Fingerprint stays when lines move.
	Fingerprint string `json:"fingerprint,omitempty"`
	Fixes       []Fix  `json:"fixes"`
	// Alike is what the finding has in common with others of its rule and group, ""
	// for nothing: at a terminal they are told once. About is what each is about.
	Alike string `json:"-"`
	About string `json:"-"`
}

// A Position is a range in a file. Lines and columns count from 1, columns in
// bytes. The end is exclusive and equals the start when only a point is known.
type Position struct {
	File      string `json:"file"`
	Line      int    `json:"line"`
	Column    int    `json:"column"`
	EndLine   int    `json:"endLine"`
	EndColumn int    `json:"endColumn"`
}

// extends reports whether more than a point is known.
func (p Position) extends() bool {
	return p.EndLine > p.Line || p.EndLine == p.Line && p.EndColumn > p.Column
}

// inDatabase reports whether the position is an object of a database.
func (p Position) inDatabase() bool { return strings.HasPrefix(p.File, databasePrefix) }

const databasePrefix = "database:"

// A Step is one step of a finding's path. One about words in SQL has their
// extent, and the text form shows them.
type Step struct {
	Position Position `json:"position,omitzero"`
	Message  string   `json:"message"`
}

// A Fix is a set of edits to be applied together. Fixes whose text would show a
// credential are left out.
type Fix struct {
	Message string `json:"message"`
	Edits   []Edit `json:"edits"`
}

// An Edit replaces the bytes [Start, End) of a file, counted from 0.
type Edit struct {
	File  string `json:"file"`
	Start int    `json:"start"`
	End   int    `json:"end"`
	New   string `json:"new"`
}

// Totals tell silence from blindness.
type Totals struct {
	Findings int            `json:"findings"`
	ByRule   map[string]int `json:"byRule"`
	Packages Packages       `json:"packages"`
	Policies Policies       `json:"policies"`
	Sites    Sites          `json:"sites"`
	// Lacking are the relations and columns that statements of the program name and
	// that its schema does not have: "orders", "orders.total". Where there are many, a
	// migration directory is missing, and what it says of the rest is worth less.
	Lacking []string `json:"lacking"`
	// Known counts findings that are left out because the baseline has them,
	// Unchanged those left out because their code has not changed.
	Known     int `json:"known,omitempty"`
	Unchanged int `json:"unchanged,omitempty"`
}

// Packages counts the packages that the patterns match.
type Packages struct {
	Analysed int `json:"analysed"`
	Skipped  int `json:"skipped"` // without Go files in this build configuration
	Failed   int `json:"failed"`  // listed under incomplete
}

// Policies counts the permissive policies of tenants' tables that are in force.
type Policies struct {
	Tables  int `json:"tables"` // whose rows belong to tenants
	Closed  int `json:"closed"` // to rows of other tenants, or for whom it says
	Open    int `json:"open"`
	Unknown int `json:"unknown"` // can't tell
}

// An Incomplete is a package or a file that could not be analysed.
type Incomplete struct {
	Package  string    `json:"package,omitempty"`
	Position *Position `json:"position,omitempty"`
	Reason   string    `json:"reason"`
}
