package sqlcheck

// Facts is what is known about one SQL text, which may hold several statements.
type Facts struct {
	Statements []Statement
	// Err is set when the text could not be understood; Statements is then empty.
	Err *Error
}

// An Error says why a text has no facts.
type Error struct {
	Cause   Cause
	Message string // the parser's, lower case, no position
	Offset  int    // byte offset into the template's literal text rendering, -1 when unknown
}

func (e *Error) Error() string { return e.Message }

// Cause classifies an Error.
type Cause uint8

const (
	// Rejected by the grammar.
	Rejected Cause = iota + 1
	// TooComplex for a parser that must not crash or hang (length, depth, chains).
	TooComplex
	// Opaque: the holes leave nothing that could be parsed.
	Opaque
)

// A Statement is the facts about one statement of a text.
type Statement struct {
	Op        Op
	Relations []Relation
	// Functions called in FROM, such as resolve_key in SELECT .. FROM resolve_key($1).
	Functions []Name
	Settings  []Setting
	// Inserts are the rows that the statement puts in, those of common table
	// expressions and of MERGE included, in the order of the text.
	Inserts []Insertion
	// Updates are the columns that the statement sets in rows that exist.
	Updates []Assignments
	Tx      TxControl
	// Grants are the roles that the statement makes others members of.
	Grants []RoleGrant
	// Params is the highest placeholder number, 0 without any. Placeholders
	// written ?, :name or @name are numbered in order of first appearance.
	Params int
	// Prepares is the name under which PREPARE keeps the statement.
	Prepares string
	// Executes is the name of the prepared statement that EXECUTE runs. If the
	// text has prepared it, the facts are those of that statement with the
	// arguments in the place of its placeholders, and their positions are in it.
	Executes string
	// Dynamic: it executes SQL that is not known from the text: EXECUTE of a
	// statement that was prepared elsewhere; in the body of a DO, EXECUTE of what
	// isn't made of constants, another language, a body that couldn't be read;
	// {{ .. }} or %s that stands for syntax in a text that was not formatted.
	Dynamic bool
	// Holes are the holes in the statement, in order, and where they stand.
	Holes []HoleUse
	// Pos and End are byte offsets of the statement in the rendered text
	// (see Template.Render).
	Pos, End int
}

// A RoleGrant is one role of GRANT role TO others.
type RoleGrant struct {
	Role string
	To   []string
	// Pos is the byte offset of the statement in the rendered text: the grammar
	// keeps no position of the role.
	Pos int
}

// A HoleUse says where a hole stands in a statement.
type HoleUse struct {
	Part  int // index into Template.Parts
	Place Place
}

// Place is the position of a hole in the syntax.
type Place uint8

const (
	// InFragment: the hole stands for a piece of syntax, such as a condition, a
	// clause or a whole query. What it brings in is unknown.
	InFragment Place = iota
	// InLiteral: inside the quotes of a literal.
	InLiteral
	// InQuotedName: inside the double quotes of an identifier.
	InQuotedName
	// InName: a table's, column's or other name, or a part of one.
	InName
	// InValue: an operand, such as the right side of a comparison or an
	// element of a list.
	InValue
	// InComment: inside a comment.
	InComment
	// InPlaceholder: the number of a placeholder, as in "$%d".
	InPlaceholder
)

// Opaque reports whether a hole stands for syntax, or the statement is Dynamic,
// so that it may do more than its facts say.
func (s *Statement) Opaque() bool {
	if s.Dynamic {
		return true
	}
	for _, h := range s.Holes {
		if h.Place == InFragment {
			return true
		}
	}
	return false
}

// Op is the kind of a statement.
// EXPLAIN, PREPARE and DECLARE CURSOR have the kind of the statement inside.
type Op uint8

const (
	Other Op = iota // SHOW, EXECUTE, FETCH, LISTEN, VACUUM, ... or a hole
	Select
	Insert
	Update
	Delete
	Merge
	Truncate
	CopyFrom
	CopyTo
	Lock
	Set  // SET, RESET, DISCARD, SET ROLE, ALTER ROLE .. SET, and SELECTs that only call set_config
	Txn  // BEGIN, COMMIT, SET TRANSACTION, ...
	DDL  // CREATE, ALTER, DROP, GRANT, ...
	Call // CALL, DO
)

// A Name is a possibly schema-qualified name, folded as the server folds it.
type Name struct {
	Schema string // "" when not written
	Name   string
}

func (n Name) String() string {
	if n.Schema == "" {
		return n.Name
	}
	return n.Schema + "." + n.Name
}

// A Relation is a table-like thing whose rows a statement reads or writes.
// Names of common table expressions are not relations, nor is the object that a
// DDL statement defines; the query of a view or CREATE TABLE AS reads its relations.
type Relation struct {
	Name
	Alias  string
	Role   Role
	Within Within
	Write  bool // target of INSERT, UPDATE, DELETE, MERGE, TRUNCATE, COPY FROM
	// Returned: rows of the target come back through RETURNING.
	Returned bool
	Hole     bool // the name itself comes from a hole; Name is "" then
	// SchemaHole: the schema comes from a hole; Name.Schema is "" then.
	SchemaHole bool
	// Pins are the columns that the statement holds to known values: rows of the
	// relation with other values there don't matter to what it returns, and are
	// not changed. They are sorted by column. Where a column has no qualifier and
	// no catalog tells whose it is, they hold for a relation that has it.
	// The rows that an INSERT puts in have no pins, see [Insertion]; those that
	// its ON CONFLICT DO UPDATE changes do.
	Pins []Pin
	// Near are columns that the conditions speak of without holding them to a
	// known value, with the reason; sorted by column. It is for messages.
	Near []NearPin
	// Loose: the Pins may not be all of the truth. A hole that stands for syntax
	// could add to the conditions on this relation or take from them, a cursor
	// has them, or the statement is too complex to be judged.
	Loose bool
	Pos   int // byte offset in the rendered text
}

// Role is the part that a relation plays where it is named.
type Role uint8

const (
	AsFrom   Role = iota // an item of FROM by itself
	AsTarget             // what INSERT, UPDATE, DELETE, MERGE, TRUNCATE, COPY, LOCK name
	AsJoin               // a side of a JOIN
	AsUsing              // DELETE .. USING, UPDATE .. FROM, MERGE .. USING
	AsSample             // TABLESAMPLE
)

// Within is the part of the statement that names a relation.
type Within uint8

const (
	TopLevel    Within = iota
	InCTE              // a common table expression
	InSubselect        // a sub-select in FROM or in an expression
	InBody             // a statement in the body of a DO
)

// A Pin says that a column has a value that is known before the rows are read.
type Pin struct {
	Column string
	To     Source
	// Param is the placeholder's number for FromParam, the first one for
	// FromList; 0 when the value is computed from several.
	Param int
	Text  string // the constant for FromLiteral
	Pos   int    // byte offset of the condition in the rendered text
}

// A NearPin says why a column is not held to a known value though a condition
// speaks of it.
type NearPin struct {
	Column string
	Why    Why
	Pos    int // byte offset of the condition in the rendered text
}

// Why is the reason of a NearPin.
type Why uint8

const (
	// InOr: only a part of an OR, or of a CASE, asks for it.
	InOr Why = iota + 1
	// Optional: an OR leaves the condition out when a parameter is NULL.
	Optional
	// KeptByJoin: the condition belongs to an outer join that keeps the rows for
	// which it doesn't hold.
	KeptByJoin
	// UnknownValue: it equals a value that is not known, such as a column that
	// is not pinned itself.
	UnknownValue
	// OfExpression: something computed from it is compared.
	OfExpression
	// NotEquality: it is compared, but not for equality.
	NotEquality
)

// Source is where a value comes from.
type Source uint8

const (
	// FromElsewhere: computed from the rows themselves or not known.
	FromElsewhere Source = iota
	FromParam            // a placeholder, with or without a cast
	FromContext          // a function of the session, such as current_setting(..), or a variable of a DO
	FromHole             // formatted into the text
	FromLiteral          // a constant, NULL included
	FromList             // one of several such values: IN (..), = ANY($1), OR
	// FromLookup: a column of another relation's row that the statement chooses
	// by a value of its own, such as the tenant found by its slug.
	FromLookup
	FromDefault // the column's default, or left out
)

// An Insertion is one INSERT, or one WHEN NOT MATCHED .. INSERT.
type Insertion struct {
	Relation int // index into Statement.Relations
	// Columns are those that the statement names, in its order. Without a column
	// list Positional is set, and they are those of the table as far as the
	// catalog knows it, else nil.
	Columns    []ColumnValue
	Positional bool
	Defaults   bool // DEFAULT VALUES
	// Loose: a hole could bring in columns, values or rows.
	Loose    bool
	Conflict *Conflict
	Pos      int
}

// Assignments are the SET list of an UPDATE, ON CONFLICT DO UPDATE or MERGE.
type Assignments struct {
	Relation int // index into Statement.Relations
	Columns  []ColumnValue
	Loose    bool // a hole could bring in columns
	Pos      int
}

// A ColumnValue is a value given to a column. With several rows it is what all
// of them have in common.
type ColumnValue struct {
	Column string
	From   Source
	Param  int
	Text   string // the constant for FromLiteral
	Kept   bool   // an assignment of the value that the row has: SET a = a
	Pos    int
}

// A Conflict is an ON CONFLICT clause.
type Conflict struct {
	Columns    []string // the arbiter's, sorted; nil without any
	Expression bool     // the arbiter has an expression
	Partial    bool     // the arbiter has a WHERE
	Constraint string   // ON CONSTRAINT
	Update     bool     // DO UPDATE
	Pos        int
}

// A Catalog knows the relations of a database. What it doesn't know is judged
// by the text alone.
type Catalog interface {
	// Columns returns the names of a relation's columns; known is false for a
	// relation that the catalog doesn't know in full.
	Columns(Name) (columns []string, known bool)
	// Unique reports whether at most one row has given values in the columns.
	Unique(relation Name, columns []string) (unique, known bool)
}

// A Follower is a [Catalog] that knows foreign keys.
type Follower interface {
	// Follows returns which columns of a row of from equal which of a row of to, where
	// that is certain because its column equals the other one's target.
	Follows(from Name, column string, to Name, target string) [][2]string
}

// A Setting is a change to a run-time setting: SET, RESET, set_config and their kin.
type Setting struct {
	// Name is lower case; "role" for SET ROLE, "session_authorization",
	// "search_path", "row_security" likewise; "all" for RESET ALL and DISCARD ALL;
	// "" when it is bound or a hole.
	Name      string
	NameParam int // the placeholder's number when set_config's name is bound, else 0
	// NameHoles indexes Template.Parts: the holes that are inside the name.
	NameHoles []int
	Form      Form
	Lifetime  Lifetime
	// LifetimeParam is the placeholder's number when is_local is bound, else 0.
	LifetimeParam int
	Value         SettingValue
	// Reset: the statement takes the value away (RESET x, RESET ALL, DISCARD ALL,
	// SET x TO DEFAULT, SET ROLE NONE, set_config(x, '' or NULL, ..)).
	Reset bool
	// Certain: it takes effect before anything else in this text can read rows
	// that follow it; false for set_config in a CTE, beside a read, in a WHERE,
	// in a sub-select, or in a statement that is not executed (PREPARE, EXPLAIN).
	Certain bool
	// Conditional: inside a CASE or another expression that may not be evaluated.
	Conditional bool
	Pos         int // byte offset of the setting's keyword in the rendered text
}

// Form is the way in which a setting is changed.
type Form uint8

const (
	SetStatement   Form = iota + 1 // SET [SESSION|LOCAL] x = .., RESET x, DISCARD ALL
	SetConfig                      // set_config(..)
	AlterRoleSet                   // ALTER ROLE/DATABASE .. SET
	AlterSystemSet                 // ALTER SYSTEM SET
	FunctionCall                   // a call of a function that does it, see [Setter]
)

// Lifetime says when a setting ends.
type Lifetime uint8

const (
	Session       Lifetime = iota // until the connection ends or it is reset
	Local                         // until the transaction ends
	BoundLifetime                 // is_local is a placeholder, see LifetimeParam
	Stored                        // ALTER ROLE/DATABASE: for later sessions
)

// SettingValue is the value given to a setting.
type SettingValue struct {
	Kind ValueKind
	Text string // for Literal
	// Param is the placeholder's number for Bound, and for an Expression with
	// exactly one placeholder in it.
	Param int
	// Holes indexes Template.Parts: the holes that are inside the value.
	Holes []int
	// QuotedPlaceholder: a literal such as '$1', which sets that very text.
	QuotedPlaceholder bool
	// Bare: a Literal that is written as a word, such as on, without quotes.
	Bare bool
}

// ValueKind classifies a SettingValue.
type ValueKind uint8

const (
	NoValue    ValueKind = iota // DEFAULT, RESET
	Literal                     // a constant text
	Bound                       // a placeholder
	Formatted                   // text with at least one hole in it
	Expression                  // computed by the server
)

// TxControl is a transaction command given as text.
type TxControl uint8

const (
	NoTx TxControl = iota
	Begin
	Commit // also END
	Rollback
	Savepoint
	ReleaseSavepoint
	RollbackTo
	PrepareTransaction
)
