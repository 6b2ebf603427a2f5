package schema

import (
	"github.com/tenantvet/tenantvet/sqlcheck"
	pg "github.com/tenantvet/tenantvet/sqlcheck/internal/pgparse"
)

// A Model is the state of a database after its migrations have run in order.
// It is plain data: it can be encoded and compared.
type Model struct {
	Tables    []*Table    // sorted by schema and name
	Functions []*Function // sorted by schema and name
	Roles     []*Role     // sorted by name
	Schemas   []*Schema   // sorted by name
	// Defaults are sorted by role, objects and schema.
	Defaults     []*DefaultPrivilege
	RoleSettings []*RoleSetting // sorted by database, role and name
	Publications []*Publication // sorted by name
	// ServerVersion is that of the server which the model was read from, as its
	// server_version_num has it; 0 for migrations.
	ServerVersion int
	// Unmodelled counts statements by kind that could change the model in ways
	// that the replay does not follow, such as a DO block that it can't read.
	Unmodelled map[string]int
}

// A Table is a table, partition, view or materialized view.
type Table struct {
	Schema, Name string // Schema is "public" when the migrations name none
	Kind         TableKind
	Columns      []Column
	RLS          bool // ENABLE ROW LEVEL SECURITY is in effect
	Forced       bool // FORCE ROW LEVEL SECURITY is in effect
	Policies     []*Policy
	PartitionOf  string // parent's "schema.name", "" otherwise
	Partitioned  bool   // has PARTITION BY
	Inherits     []string
	Owner        string // role that OWNER TO or SET ROLE names, "" when unknown
	// Assumed: no migration creates it, but some change it, as those of Supabase
	// do to storage.objects; Columns are then unknown.
	Assumed bool
	// Reads are the relations that a view's query names, "schema.name", sorted.
	Reads []string
	// Filters are the settings that a view's query compares with rows, sorted.
	Filters []string
	// SecurityInvoker: a view that runs with the rights of its caller.
	SecurityInvoker bool
	SecurityBarrier bool   // a view
	CheckOption     string // of a view: "local", "cascaded", ""
	Query           string // of a view or materialized view, as written
	// Calls are the functions of the migrations that a view's query calls,
	// "schema.name", sorted.
	Calls []string
	// CopyOf are the tables that LIKE or CREATE TABLE AS took columns from,
	// "schema.name", sorted.
	CopyOf []string
	// Incomplete: some of Columns could not be told, as of a view whose query
	// takes everything from a function.
	Incomplete bool
	// Keys are the primary key, the unique constraints and the unique indexes,
	// sorted by name. They hold for the table's own rows; see Inherited.
	Keys []Key
	// Inherited: tables INHERIT from this one. A query of it returns their rows
	// too, in which no key of this table holds.
	Inherited   bool
	ForeignKeys []ForeignKey // sorted by name
	Triggers    []Trigger    // sorted by name
	Indexes     []Index      // those that are no Keys, sorted by name
	Checks      []Check      // sorted by name
	Grants      []Grant      // in the order in which they were given
	History     []Event
}

// A Key is a set of columns in which no two rows are equal.
type Key struct {
	Name    string   // as the server would name it
	Columns []string // in order; of an expression "" stands for each
	Leads   string   // as of an Index
	Primary bool
	// Constraint: ON CONFLICT ON CONSTRAINT can name it; else it is an index.
	Constraint bool
	Partial    bool // a unique index with WHERE
	At         Position
}

// A ForeignKey refers from columns of its table to a key of another one.
type ForeignKey struct {
	Name       string // as the server would name it
	Columns    []string
	Table      string   // the referenced one, "schema.name"
	References []string // its columns, one for each of Columns; nil when not known
	// What happens to the referring rows: "no action", "restrict", "cascade",
	// "set null", "set default".
	OnDelete, OnUpdate string
	// Clears are the columns that SET NULL or SET DEFAULT changes on delete, nil
	// for all of them.
	Clears []string
	// Unchecked: NOT VALID, so that rows which were there before may break it.
	Unchecked bool
	At        Position
}

// A Trigger is a trigger on a table.
type Trigger struct {
	Name                   string
	Before, Row            bool
	Instead                bool // INSTEAD OF, on a view
	Insert, Update, Delete bool
	Function               sqlcheck.Name
	// Assigns are the columns of the new row that the function assigns on some
	// path, sorted.
	Assigns []string
	// Settings are the settings that the function reads, directly or through
	// others, sorted; "role" for current_user and its like.
	Settings []string
	// Conditional: the trigger has a WHEN, or is for an UPDATE OF some columns.
	Conditional bool
	// Disabled: it does not fire in an ordinary session.
	Disabled bool
	At       Position
}

// TableKind is the kind of a Table.
type TableKind uint8

const (
	BaseTable TableKind = iota
	View
	MaterializedView
	ForeignTable
)

// A Column is a table's column.
type Column struct {
	Name, Type string // Type as format_type would print its base name, lower case
	NotNull    bool
	// Default is the text of the default as the migrations write it, of its
	// domain's when the column has none, "" without either. A serial column has
	// the nextval(..) that the server makes. Generated columns have the text of
	// their expression.
	Default   string
	Generated bool // GENERATED ALWAYS AS (..) STORED
	Identity  bool
	// DefaultSettings are the settings that the default reads, directly or
	// through functions whose bodies the migrations define, sorted; "role" for
	// current_user and its like.
	DefaultSettings []string
}

// A Policy is a row security policy.
type Policy struct {
	Name       string
	Command    string // "all", "select", "insert", "update", "delete"
	Permissive bool
	Roles      []string // "public" when the policy has no TO
	Using      string   // deparsed or source text, "" when absent
	Check      string
	// Settings are the settings that the policy's expressions read, directly or
	// through functions whose bodies the migrations define.
	Settings []SettingUse
	// Calls are the functions of the migrations that the expressions call,
	// "schema.name", sorted.
	Calls []string
	// SearchPath is where the names in the expressions were looked up, nil for
	// "public" alone.
	SearchPath []string
	At         Position

	using, check *pg.Node // parsed, while they are replayed
}

// A SettingUse is one setting read by a policy.
type SettingUse struct {
	Name string // normalised: lower case; "role" for current_user and its like
	Use  Use
	// Columns are the columns of the policy's own table that are compared with
	// the setting, sorted.
	Columns []string
	// Opens are the values of a Flag that let the policy's rows be reached
	// whatever they are. Any: it can't be told which do.
	Opens []string
	Any   bool
}

// Use says what a policy does with a setting.
type Use uint8

const (
	// ComparesRow: the setting's value is compared with a column of the row, or
	// with something looked up by one: it is tenant context.
	ComparesRow Use = iota
	// Flag: the setting is only compared with constants, such as
	// current_setting('app.bypass_rls', true) = 'on'.
	Flag
)

// A Function is a function or procedure that the migrations define.
type Function struct {
	Schema, Name    string
	Args            []string // types of the input arguments
	Params          []Param  // all of them, in order
	Returns         string   // type, "" for a procedure
	ReturnsSet      bool
	Procedure       bool
	Language        string
	SecurityDefiner bool
	Volatility      string // "volatile", "stable", "immutable"
	Leakproof       bool
	Strict          bool
	// Config are its SET clauses, sorted by name. FROM CURRENT has the value that
	// was in effect, "" when that is unknown.
	Config   []Setting
	Settings []string // settings that the body reads, itself or through other functions, sorted
	// Sets are what the body does to settings; only a model without bodies has them, see
	// [Model.Sets].
	Sets []sqlcheck.FunctionSet
	// Reads are the relations that the body names, "schema.name", sorted; Calls are
	// the functions of the migrations that it calls. Dynamic: it also runs
	// statements that it builds.
	Reads, Calls []string
	Dynamic      bool
	// Unqualified are the relations, read or written, that the body looks for in the
	// search_path each time it runs, by name, sorted.
	Unqualified []string
	Body        string // of RETURN .. the SELECT that it stands for, of BEGIN ATOMIC what is inside
	Owner       string // "" when unknown
	Grants      []Grant
	At          Position // of the last statement that defined it
	History     []Event
}

// Trigger reports whether it is a trigger function, which runs with the rights of
// whoever changes the row.
func (f *Function) Trigger() bool { return f.Returns == "trigger" }

// A Role is a role that the migrations create or alter.
type Role struct {
	Name                           string
	Superuser, BypassRLS, CanLogin bool
	CreateRole, CreateDB           bool
	Replication                    bool
	NoInherit                      bool
	MemberOf                       []string     // roles granted to it, sorted
	Memberships                    []Membership // the same with their options
	// Assumed: no migration creates it; of its attributes only those that a
	// migration gives it are known.
	Assumed bool
	At      Position
	History []Event
}

// A Position is a place in a migration file.
type Position struct {
	File string
	Line int // 1-based
}

// A Problem is something in a migration file that could not be read.
type Problem struct {
	At      Position
	Column  int // 1-based, 0 when unknown
	Message string
}

// Role returns the role of that name, or nil.
func (m *Model) Role(name string) *Role {
	if m == nil {
		return nil
	}
	for _, r := range m.Roles {
		if r.Name == name {
			return r
		}
	}
	return nil
}
