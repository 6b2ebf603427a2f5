// Package config reads tenantvet.yaml. It is strict: what it does not know is
// an error with line and column, since a misspelt key would otherwise switch a
// check off in silence.
package config

// FileName is the configuration's name; it lives beside go.mod.
const FileName = "tenantvet.yaml"

// Version is the only version of the format so far.
const Version = 1

// Strategies by which a program keeps tenants apart.
const (
	RLS    = "rls"    // policies compare rows with a setting
	Filter = "filter" // statements carry a condition on the tenant's column
	Both   = "both"
)

// A Config is the content of one tenantvet.yaml. The zero value means that
// everything is inferred.
type Config struct {
	Version  int      `yaml:"version"`
	Strategy string   `yaml:"strategy"` // how tenants are kept apart: "rls", "filter", "both"; "" to infer it
	Tenant   Tenant   `yaml:"tenant"`
	Schema   []string `yaml:"schema"` // globs of migration directories or SQL files, relative to the file
	Shared   []string `yaml:"shared"` // tables that belong to no tenant
	Packages Packages `yaml:"packages"`
	Handles  Handles  `yaml:"handles"`
	Roles    Roles    `yaml:"roles"`
	APIs     []API    `yaml:"apis"`
	// Limits are the columns that say how many rows of a table a tenant may have,
	// "plans.max_projects", by table.
	Limits map[string]string `yaml:"limits"`
	Rules  map[string]bool   `yaml:"rules"` // rule name -> on/off
	Tests  bool              `yaml:"tests"` // also report findings in _test.go files

	// File and the positions serve errors that are found later.
	File            string              `yaml:"-"`
	RulePositions   map[string]Position `yaml:"-"`
	SchemaPositions []Position          `yaml:"-"` // of each entry of Schema
	HandlePositions map[string]Position `yaml:"-"`
	LimitPositions  map[string]Position `yaml:"-"`
	// VerifiedPositions are those of tenant.verified.
	VerifiedPositions map[string]Position `yaml:"-"`
}

// Tenant says how rows and context name their tenant.
type Tenant struct {
	Columns  []string `yaml:"columns"`
	Settings []string `yaml:"settings"`
	Tables   []string `yaml:"tables"` // tenant tables that no policy shows
	// Verified are functions that return what they verified, such as the claims
	// of a token, and why that holds: "internal/auth.Verifier.Verify", relative to
	// the module or with the whole import path.
	Verified map[string]string `yaml:"verified"`
}

// Packages declares what packages are for.
type Packages struct {
	// Privileged packages may hold service-role credentials and bypass roles:
	// import path patterns relative to the module, as in "./cmd/admin/...".
	Privileged []string `yaml:"privileged"`
	// Client packages are programs that run with their users, as on a desktop or
	// in a browser: who has the program has every credential in it.
	Client []string `yaml:"client"`
}

// Handles declares what single handles are for.
type Handles struct {
	// Privileged handles log in as a role that bypasses row-level security, on
	// purpose: fields, variables or functions, "internal/store.Store.ownerPool",
	// each with the reason.
	Privileged map[string]string `yaml:"privileged"`
}

// Roles are roles of the database.
type Roles struct {
	App       []string `yaml:"app"`       // logins of the application
	Migrating string   `yaml:"migrating"` // runs the migrations, and owns what they create
}

// A Position is a place in a tenantvet.yaml, 1-based.
type Position struct{ Line, Column int }
