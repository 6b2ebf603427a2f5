// Package sqlcheck says what a SQL text does, as facts: which relations its
// statements read and write and what their conditions hold the columns to, which
// settings they change and for how long, where transactions begin and end. The SQL
// is PostgreSQL's. The package knows nothing about the program that sends it.
//
// # Texts and templates
//
// [AnalyzeText] takes a text as it is sent. A text that a program puts together is
// a [Template]: literal segments, and holes where it inserts what is only known
// when it runs. [Analyze] makes it parseable by the lexical place of each hole, and
// reports what holds whatever the holes are filled with; a hole that stands for
// syntax ([InFragment]) may add to that, see [Statement.Opaque].
//
//	SELECT id FROM orders WHERE id = $1 ⟨…⟩   still reads orders
//	SET LOCAL ⟨…⟩ = '⟨…⟩'                     still sets something
//
// Each [HoleUse] says where a hole stands, and [Trust.Safe] whether what it is
// filled with can leave that place.
//
// Placeholders may be written as PostgreSQL has them ($1), or as drivers and
// builders do (?, ?0, :name, @name); the operators ?, ?|, @> and their like, casts
// and array slices are told apart from them. Actions of text templates ({{ .. }})
// and verbs of fmt (%s) that were left in a text count as holes of their own.
//
// # Statements
//
// A text may hold several statements: [Facts].Statements has them in order. EXPLAIN,
// PREPARE and DECLARE CURSOR are what is in them. EXECUTE is what the same text
// has prepared under that name. The body of a DO is read as PL/pgSQL; what it
// executes is followed as far as it is made of constants, format() and loops over
// them. What is beyond that makes the statement [Statement.Dynamic].
//
// # Relations
//
// A [Relation] is a mention of a table: target or source, at the top or in a
// common table expression, a sub-select or a body. Its Pins are the columns that
// have a value which is known before the rows are read in every row that can reach
// the result or be changed: by conjunctive equality with a placeholder, a constant
// or a function of the session, or with another relation's column that is pinned.
// Inserted rows have no conditions: an [Insertion] has the values of its columns
// and the ON CONFLICT clause, [Assignments] those of SET; [Statement.Moves] tells
// which of those can take a row from one tenant to another.
//
// [AnalyzeIn] takes a [Catalog], which knows which columns a relation has and which
// are unique, and may know where foreign keys lead ([Follower]); a Model of the
// package schema is one. Without it, a column without qualifier may belong to any
// relation in scope.
//
// # Settings
//
// A [Setting] is a change to a run-time setting, however it is written: SET, RESET,
// DISCARD, set_config(..) anywhere in a statement, SET ROLE, ALTER ROLE .. SET. It
// has a [Lifetime], and is Certain if it takes effect before anything after it can
// read rows.
//
// # Positions
//
// Positions are byte offsets in the text that [Template.Render] returns;
// [Template.Locate] leads back to the parts.
//
// # Errors and limits
//
// No text makes the analysis fail, hang or use more than bounded memory. What can't
// be understood has an [Error] that says why: the grammar refuses it, it is over
// the limits, or its holes leave nothing to parse.
//
// The facts don't depend on the parser that was built in, except where the
// grammars differ: libpg_query of PostgreSQL 16 with cgo on Linux, oliphant of
// PostgreSQL 18 elsewhere.
package sqlcheck
