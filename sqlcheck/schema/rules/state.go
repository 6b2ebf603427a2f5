package rules

import (
	"slices"
	"strings"

	"github.com/tenantvet/tenantvet/sqlcheck"
	"github.com/tenantvet/tenantvet/sqlcheck/schema"
	"github.com/tenantvet/tenantvet/sqlcheck/schema/policy"
)

// An Input is what the rules must know besides the model.
type Input struct {
	Model *schema.Model
	// Tenant tells whether a table's rows belong to tenants, and by which of its
	// columns, if by any.
	Tenant func(*schema.Table) (columns []string, ok bool)
	Roles  Roles
	// Limits are the columns that say how many rows of a table a tenant may have.
	Limits []Limit
	// Isolation are the tests that set tenants against each other; nil where they are
	// not to be known.
	Isolation *Isolation
	// Live: the model is what a server has. What is not in it is not there: owners,
	// roles and their attributes are all known.
	Live bool
	// Shared tells whether a relation is declared to belong to no tenant.
	Shared func(*schema.Table) bool
	// Setting tells whether a setting carries the tenant.
	Setting func(string) bool
}

// Isolation says of tests what is known.
type Isolation struct {
	Files     int // that have to do with two tenants
	Exercises func(*schema.Table) bool
}

// A Limit is a column with the number of rows that a tenant may have of a table.
type Limit struct {
	Table  sqlcheck.Name
	Of     sqlcheck.Name // the column's table
	Column string
}

// Roles are the roles that matter, as far as they are known.
type Roles struct {
	App       []string // logins of the application
	Migrating string   // the role that runs the migrations
}

// A State is an Input with what the rules share.
type State struct {
	Input
	tenants []tenant
	judge   *policy.Judge
	keepers []string // see grantees
	answers map[answerKey]*policy.Answer
	opened  []opening // nil until somebody asked
	// writings say how roles write into tables that policies ask; see writable.
	writings map[writeKey]*writing
	users    map[string]bool // columns, see isUsers
}

// A tenant is a table whose rows belong to tenants.
type tenant struct {
	*schema.Table
	columns []string
}

// NewState prepares an input. It is for one goroutine.
func NewState(in Input) *State {
	s := &State{Input: in, answers: map[answerKey]*policy.Answer{}, writings: map[writeKey]*writing{}, users: map[string]bool{}}
	for _, t := range in.Model.Tables {
		if columns, ok := in.Tenant(t); ok && !t.Assumed {
			s.tenants = append(s.tenants, tenant{t, columns})
		}
	}
	s.judge = policy.New(in.Model, func(t *schema.Table) []string {
		columns, _ := in.Tenant(t)
		return columns
	})
	s.keepers = s.grantees()
	return s
}

// Tenants counts the tables whose rows belong to tenants.
func (s *State) Tenants() int { return len(s.tenants) }

// named finds a table by "schema.name".
func (s *State) named(name string) *schema.Table {
	in, table, _ := strings.Cut(name, ".")
	return s.Model.Table(sqlcheck.Name{Schema: in, Name: table})
}

// isTenant reports whether a table's rows belong to tenants.
func (s *State) isTenant(t *schema.Table) bool {
	return t != nil && slices.ContainsFunc(s.tenants, func(o tenant) bool { return o.Table == t })
}

// shown is a table's name as a program writes it.
func shown(t *schema.Table) string {
	if t.Schema == "" || t.Schema == "public" {
		return t.Name
	}
	return t.Schema + "." + t.Name
}

// last finds the last event of one of the kinds.
func last(history []schema.Event, kinds ...schema.EventKind) (schema.Event, bool) {
	for _, e := range slices.Backward(history) {
		if slices.Contains(kinds, e.Kind) {
			return e, true
		}
	}
	return schema.Event{}, false
}

// born is the statement that created a table.
func born(t *schema.Table) schema.Position {
	if e, ok := last(t.History, schema.Created); ok {
		return e.At
	}
	if len(t.History) > 0 {
		return t.History[0].At
	}
	return schema.Position{}
}
