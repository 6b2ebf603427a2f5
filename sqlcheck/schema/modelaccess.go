package schema

// A Grant is what one role was given on one object by another. That an owner may
// do everything with what is its own is no grant; when a statement took some of
// that away, a Grant to the owner has what is left.
type Grant struct {
	Grantee string // "public" for PUBLIC
	Grantor string // "" for an owner who is not known
	// Privileges are sorted: "create", "delete", "execute", "insert", "maintain",
	// "references", "select", "trigger", "truncate", "update", "usage".
	Privileges []string
	Grantable  []string // those of Privileges that come with grant option
	Column     string   // "" for all of the object
	From       GrantOrigin
	// At is the statement that gave the last of it; that of ALTER DEFAULT
	// PRIVILEGES for ByDefault; nowhere for BuiltIn.
	At Position
}

// GrantOrigin says how a Grant came about.
type GrantOrigin uint8

const (
	Granted   GrantOrigin = iota // by GRANT
	ByDefault                    // by ALTER DEFAULT PRIVILEGES, before the object was created
	BuiltIn                      // by the server: EXECUTE on functions for PUBLIC
)

// A DefaultPrivilege is what ALTER DEFAULT PRIVILEGES left for objects to be
// created.
type DefaultPrivilege struct {
	Role    string // who creates, "" for the migrating role
	Schema  string // "" for all
	Objects string // "tables", "functions", "sequences", "types", "schemas"
	// Grants are all that such an object has, or for one schema what it has in
	// addition. Without a Schema, "functions" that lack the BuiltIn grant are not
	// for PUBLIC.
	Grants []Grant
	At     Position // of the last statement about it
}

// A Schema is a schema that the migrations create or change, or "public".
type Schema struct {
	Name    string
	Owner   string // "" when unknown
	Grants  []Grant
	Assumed bool // no migration creates it
	At      Position
	History []Event
}

// A Membership is a role granted to another.
type Membership struct {
	Role  string // the granted one
	Admin bool   // WITH ADMIN OPTION
	// NoInherit and NoSet: WITH INHERIT FALSE, SET FALSE (PostgreSQL 16 and later).
	// A member whose attribute is NOINHERIT inherits nothing either.
	NoInherit, NoSet bool
	At               Position
}

// A Setting is a setting with its value.
type Setting struct{ Name, Value string } // Name in lower case

// A RoleSetting is what ALTER ROLE .. SET or ALTER DATABASE .. SET gives to new
// sessions.
type RoleSetting struct {
	Role     string // "" for all, "current_user" for the migrating role
	Database string // "" for all, "current_database()" for that of the migrations
	Setting
	At Position
}

// A Publication sends rows to subscribers, to whom no policy applies.
type Publication struct {
	Name       string
	Owner      string
	AllTables  bool
	Schemas    []string // all tables of these, sorted
	Tables     []PublishedTable
	Operations []string // "delete", "insert", "truncate", "update", sorted
	At         Position
	History    []Event
}

// A PublishedTable is a table of a publication.
type PublishedTable struct {
	Table   string   // "schema.name"
	Columns []string // nil for all
	Where   string   // row filter, "" without
}

// An Index is an index that is no Key.
type Index struct {
	Name    string
	Columns []string // in order; of an expression "" stands for each
	Method  string   // "btree", "gin", ..
	// Leads is the column that the first of it is made of: itself, or as
	// tenant_id::text and lower(code) are; "" for several or none.
	Leads   string
	Partial bool // has a WHERE
	At      Position
}

// A Check is a CHECK constraint.
type Check struct {
	Name string
	Text string // its expression, as written
	// NotNull and NotEmpty are the columns in which it refuses NULL and ''
	// whatever the other columns hold, sorted.
	NotNull, NotEmpty []string
	At                Position
}

// A Param is a parameter of a function.
type Param struct {
	Name    string // "" without
	Type    string
	Default string // as written, "" without
	Out     bool   // only returned: OUT, or a column of RETURNS TABLE
}
