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
	Tx        TxControl
	// Params is the highest placeholder number, 0 without any. Placeholders
	// written ?, :name or @name are numbered in order of first appearance.
	Params int
	// Holes are the holes in the statement, in order, and where they stand.
	Holes []HoleUse
	// Pos and End are byte offsets of the statement in the rendered text
	// (see Template.Render).
	Pos, End int
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

// Opaque reports whether a hole stands for syntax, so that the statement may
// do more than its facts say.
func (s *Statement) Opaque() bool {
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
	Alias string
	Write bool // target of INSERT, UPDATE, DELETE, MERGE, TRUNCATE, COPY FROM
	Hole  bool // the name itself comes from a hole; Name is "" then
	// SchemaHole: the schema comes from a hole; Name.Schema is "" then.
	SchemaHole bool
	Pos        int // byte offset in the rendered text
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
