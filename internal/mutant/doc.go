// Package mutant breaks correct programs on purpose: it finds the places where a
// program carries the tenant's context to its queries, and applies to each the
// edits with which programs go wrong. A tool that proves tenant safety must speak
// up on every mutant that a server shows leaking.
//
// It recognises handles by the shape of their types and settings by the SQL in
// constants, and shares no code with the analysis beyond sqlcheck and the
// evidence about the schema: what the analysis is blind to must not be invisible
// here as well.
package mutant
