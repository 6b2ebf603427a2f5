// Package redteam attacks a schema: on a database of its own it gives two tenants
// a row in every table, logs in as the application, and tries to get at the other
// tenant's rows. What gets through is shown with the statement that does it.
//
// Nothing is taken from the policies' text: whether something leaks is what the
// server lets happen. The model only says which tables belong to tenants, and how a
// connection names its tenant.
package redteam

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/tenantvet/tenantvet/sqlcheck/schema"
)

// A Target is what is attacked.
type Target struct {
	Server Server
	// Both is a database with the schema and nothing in it. Run fills it, and
	// copies it to one where the other tenant has no rows.
	Both  string
	Model *schema.Model // what is in the database
	// Tenant tells whether a table's rows belong to tenants, and by which columns.
	Tenant   func(*schema.Table) (columns []string, ok bool)
	Settings []string // that carry the tenant
	// Flags are settings that open policies whatever the row, with the values that do.
	Flags map[string][]string
	Roles []string // that the application logs in as
}

// A Server is where the databases are.
type Server interface {
	// Connect logs in as a role, or as a superuser for "".
	Connect(ctx context.Context, role, database string) (*pgx.Conn, error)
	// Copy makes a database like another one, to which nobody is connected.
	Copy(ctx context.Context, from, to string) error
}

// A Result is what came of the attacks.
type Result struct {
	Version  int       `json:"version"` // 1; grows when a field changes its meaning
	Schema   string    `json:"schema"`  // the directory of the migrations
	Roles    []string  `json:"roles"`   // that were attacked as
	Tables   []Table   `json:"tables"`
	Unfilled []Problem `json:"unfilled"` // tables that got no rows, and so were not attacked
	Notes    []string  `json:"notes"`
}

// A Table has the attacks on a table, or through a view or function.
type Table struct {
	Name    string    `json:"name"`
	Kind    string    `json:"kind"` // table, view, materialized view, partition, function
	Attacks []Attempt `json:"attacks"`
}

// An Attempt is one attack.
type Attempt struct {
	Attack string `json:"attack"` // as Attacks lists them
	Role   string `json:"role"`   // who tried
	// Context is none, empty, stale (the other tenant used the connection before), own
	// (the tenant's own), role or flag: its own, With a role or flag that it can take.
	Context string `json:"context"`
	With    string `json:"with,omitempty"`
	Outcome string `json:"outcome"` // one of the Outcomes
	// Statements repeat it, in the session of the role; of those that got through.
	Statements []string `json:"statements,omitempty"`
	Detail     string   `json:"detail,omitempty"` // what the server said, or what came back
}

// Outcomes of an attack.
const (
	Through = "through" // the other tenant's row was read, changed, or referred to
	Closed  = "closed"  // the server kept it away: no row, or an error
	Broken  = "broken"  // an error that no attacker meant: the tenant's own work fails likewise
	Unclear = "unclear" // it can't be told
)

// A Problem is what could not be done, and why.
type Problem struct {
	Name   string `json:"name"`
	Reason string `json:"reason"`
}

// Attacks lists the attacks in the order in which they are shown.
func Attacks() []string {
	return []string{"read", "insert", "move", "change", "delete", "upsert", refer, "truncate"}
}

// Leaks counts the attempts that got through: those that reached a row, and those
// that only made a reference to one.
func (r *Result) Leaks() (leaks, links int) {
	for _, t := range r.Tables {
		for _, a := range t.Attacks {
			switch {
			case a.Outcome != Through:
			case a.Attack == refer:
				links++
			default:
				leaks++
			}
		}
	}
	return leaks, links
}

const refer = "refer"

// Run fills the database and attacks it.
func Run(ctx context.Context, t Target) (*Result, error) {
	if len(t.Roles) == 0 {
		return nil, fmt.Errorf("no role to attack as; name the application's login under roles.app in tenantvet.yaml")
	}
	s, err := seed(ctx, t)
	if err != nil {
		return nil, fmt.Errorf("filling the tables: %w", err)
	}
	alone, err := s.withoutOther(ctx)
	if err != nil {
		return nil, fmt.Errorf("making the database without the other tenant: %w", err)
	}
	r := &Result{Version: 1, Roles: t.Roles, Tables: []Table{}, Unfilled: s.unfilled, Notes: []string{}}
	if r.Unfilled == nil {
		r.Unfilled = []Problem{}
	}
	for _, role := range t.Roles {
		a := &attacker{target: t, seeded: s, alone: alone, login: role, result: r}
		if err := a.attack(ctx); err != nil {
			return nil, fmt.Errorf("attacking as %s: %w", role, err)
		}
	}
	return r, nil
}
