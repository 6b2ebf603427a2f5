// Package querybuilder reads programs that don't write SQL but build it, with
// squirrel, gorm, bun, go-pg or goqu: it turns the chain of calls behind a value into
// the statement that the library writes, as a template of literal text with
// holes. What such a statement does is then a question for sqlcheck, as with
// any other text.
//
// A chain is followed backwards, from the call that sends the statement to the
// one that started it, through variables, branches, loops and the functions of
// the package. Each call on the way adds to a query: clauses, each a list of
// pieces. Where paths meet, what they have in common stays, and a hole stands
// for the rest. Values are placeholders, never text.
//
// What can't be read is never guessed: a condition that only some paths add, or
// that is made elsewhere, is a hole in the place where the library writes it; a
// table that is not known is a hole for its name.
package querybuilder
