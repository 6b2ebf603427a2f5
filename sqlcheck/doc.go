// Package sqlcheck says what a SQL text does, as facts: which relations its
// statements read and write, which settings they change and for how long,
// where transactions begin and end. It knows nothing about Go programs.
//
// A text is a [Template]: literal segments, and holes where a program inserts
// what is only known when it runs. [Analyze] makes it parseable by the lexical
// place of each hole, and reports what holds whatever the holes are filled
// with; a hole that stands for syntax ([InFragment]) may add to that.
//
//	SELECT id FROM orders WHERE id = $1 ⟨…⟩   still reads orders
//	SET LOCAL ⟨…⟩ = '⟨…⟩'                     still sets something
//
// Placeholders may be written as PostgreSQL has them ($1), or as drivers and
// builders do (?, :name, @name). Positions are byte offsets in the text that
// [Template.Render] returns; [Template.Locate] leads back to the parts.
//
// No text makes the analysis fail, hang or use more than bounded memory. What
// can't be understood has an [Error] that says why.
//
// The facts don't depend on the parser that was built in, except where the
// grammars differ: see the internal package pgparse.
package sqlcheck
