// Package plpgsql reads the bodies of PL/pgSQL functions and of DO: which
// statements they are made of, and the SQL in them as text. It knows no types
// and no variables, and is forgiving: a body that the server refuses may be read.
package plpgsql

// Kind is the kind of a statement.
type Kind uint8

const (
	Other         Kind = iota // RAISE, NULL, GET DIAGNOSTICS, FETCH, ..: no SQL statement in it
	SQL                       // a SQL statement; Expr is its text without INTO
	Assign                    // Expr is the value
	Execute                   // Expr is what it executes
	Perform                   // Expr is the text after PERFORM
	Return                    // also RETURN NEXT
	ReturnQuery               // Expr is the query
	ReturnExecute             // Expr is what it executes
	If                        // also CASE
	ForQuery                  // Expr is the query
	ForExecute                // Expr is what it executes
	ForRange                  // from Expr to High
	Foreach                   // Expr is the array
	Loop                      // LOOP and WHILE
	Block                     // [DECLARE ..] BEGIN .. END
	Exit                      // Expr is its condition
	Continue                  // Expr is its condition
	Open                      // Expr is the query of the cursor
	OpenExecute               // Expr is what it executes
)

// An Expr is an expression or a SQL statement as it is written in the body.
type Expr struct {
	Text string
	At   int // byte offset in the body
}

// A Stmt is a PL/pgSQL statement.
type Stmt struct {
	Kind     Kind
	Offset   int // of the statement in the body
	Expr     Expr
	High     Expr     // ForRange
	Into     []string // variables assigned; the loop variable
	Fields   []string // fields of them that a query's INTO names, as in NEW.tenant_id
	Using    []Expr   // what EXECUTE .. USING hands over
	More     []Expr   // other expressions that are evaluated
	Subject  Expr     // of a CASE
	Branches []Branch // If
	Decls    []Decl   // Block
	Body     []Stmt   // loops, Block, the ELSE of If
	Handlers []Stmt   // Block: what its EXCEPTION part does
	Catches  []Catch  // the same by what it is for
	// Raises is the error of RAISE: the name of a condition, or its code, Again for the
	// one that is being handled; "" for messages.
	Raises string
}

// Again is what RAISE raises without anything else.
const Again = "again"

// A Catch is a part of EXCEPTION.
type Catch struct {
	Conditions []string // names, lower case, or codes
	Body       []Stmt
}

// A Branch is what an If does under a condition, or a CASE with one of the
// values that When lists.
type Branch struct {
	When Expr
	Body []Stmt
}

// A Decl is the declaration of a variable or cursor.
type Decl struct {
	Name, Type string
	Init       Expr
	Query      Expr // of a cursor
}

// Condition is the condition of a branch as one expression.
func (s *Stmt) Condition(i int) string {
	when := s.Branches[i].When.Text
	if s.Subject.Text != "" {
		return "(" + s.Subject.Text + ") IN (" + when + ")"
	}
	return when
}
