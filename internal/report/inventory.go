package report

import (
	"cmp"
	"slices"

	"github.com/tenantvet/tenantvet/internal/credential"
)

// An Inventory is what lies behind the totals of a run, one by one: for those who
// must answer for how tenants are kept apart.
type Inventory struct {
	Sites        []Site        `json:"sites"` // sorted by file, line, column
	Suppressions []Suppression `json:"suppressions"`
	Declarations []Declaration `json:"declarations"`
	Tables       []Table       `json:"tables"` // whose rows belong to tenants, sorted by name
}

// A Site is a call that sends SQL that touches, or may touch, tenants' rows.
type Site struct {
	Position  Position `json:"position"`
	Package   string   `json:"package"`
	Function  string   `json:"function,omitempty"`
	Operation string   `json:"operation,omitempty"` // as in SELECT
	Table     string   `json:"table,omitempty"`     // that needs the context, if known
	// Verdict is safe, breach, suspect, privileged (by declaration, or a role that
	// bypasses the policies) or unknown.
	Verdict string `json:"verdict"`
	Cause   string `json:"cause,omitempty"` // of unknown
}

// A Suppression is a comment that silences rules.
type Suppression struct {
	Position Position `json:"position"`
	Rules    []string `json:"rules"`
	Reason   string   `json:"reason"`
}

// A Declaration is what the program's owners say, in tenantvet.yaml or in a
// comment, and tenantvet takes at its word.
type Declaration struct {
	Position Position `json:"position,omitzero"`
	What     string   `json:"what"` // such as "package may bypass the policies"
	Of       string   `json:"of"`
	Reason   string   `json:"reason,omitempty"`
}

// A Table is one whose rows belong to tenants.
type Table struct {
	Name     string   `json:"name"`    // "orders", "app.orders" outside of public
	Columns  []string `json:"columns"` // that hold the tenant
	RLS      bool     `json:"rls"`
	Forced   bool     `json:"forced"`
	Owner    string   `json:"owner"`
	Position Position `json:"position"`
	Policies []Policy `json:"policies"`
	Grants   []Grant  `json:"grants"`
	Paths    []Path   `json:"paths"`              // round the policies
	Timeline []Step   `json:"timeline,omitempty"` // what the migrations did; only tenantvet report has it
}

// A Policy is one with its verdict.
type Policy struct {
	Name     string   `json:"name"`
	Command  string   `json:"command"`
	Roles    []string `json:"roles"`
	Using    string   `json:"using,omitempty"`
	Check    string   `json:"check,omitempty"`
	Verdict  string   `json:"verdict"` // closed, guarded, open, can't tell; or restrictive
	Because  string   `json:"because"` // the verdict in words
	Position Position `json:"position"`
}

// A Grant is what a role may do.
type Grant struct {
	Role       string   `json:"role"`
	Privileges []string `json:"privileges"`
	Column     string   `json:"column,omitempty"`
}

// A Path is a way to the rows for which the policies don't hold.
type Path struct {
	Kind     string   `json:"kind"` // owner, role, view, materialized view, partition, function, publication
	Name     string   `json:"name"`
	Reason   string   `json:"reason"`
	Sure     bool     `json:"sure"` // else it depends on what is not known
	Position Position `json:"position"`
}

// prepared sorts the lists and redacts what comes from the program.
func (v *Inventory) prepared() *Inventory {
	if v == nil {
		return nil
	}
	out := Inventory{
		Sites: notNil(slices.Clone(v.Sites)), Suppressions: notNil(slices.Clone(v.Suppressions)),
		Declarations: notNil(slices.Clone(v.Declarations)), Tables: notNil(slices.Clone(v.Tables)),
	}
	slices.SortStableFunc(out.Sites, func(a, b Site) int { return a.Position.compare(b.Position) })
	slices.SortStableFunc(out.Suppressions, func(a, b Suppression) int { return a.Position.compare(b.Position) })
	slices.SortStableFunc(out.Tables, func(a, b Table) int { return cmp.Compare(a.Name, b.Name) })
	for i := range out.Suppressions {
		out.Suppressions[i].Reason = credential.Redact(out.Suppressions[i].Reason)
	}
	for i := range out.Declarations {
		out.Declarations[i].Reason = credential.Redact(out.Declarations[i].Reason)
	}
	return &out
}
