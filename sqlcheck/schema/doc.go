// Package schema replays the migrations of a database into one [Model] of what is
// there at the end: tables with their keys, row level security, policies and
// triggers, views, functions and roles, each with the place that made it; and who may
// do what with them: owners, grants, default privileges, memberships.
//
// # From files to a model
//
// [Arrange] takes the files of a migration directory, tells which tool they are
// written for, leaves out what only goes down, and brings the rest into the order
// of that tool. [Replay] runs them, in that order:
//
//	_, files := schema.Arrange(files)
//	model, problems := schema.Replay(files)
//
// What a migration does by code is followed as far as it is made of constants: DO
// blocks, functions that the migrations define and call, loops over lists and over
// the catalog, EXECUTE, \gexec. What a ROLLBACK undoes is not run. Commands of psql
// that change what follows are understood: \connect, \set, \gset, \if. What can't be
// followed is counted in Model.Unmodelled, so that
// a model which may be wrong can be told from one that is whole. A statement that
// can't be read is a [Problem], and those after it are read nevertheless.
//
// # Policies
//
// A [Policy] has the settings that its expressions read, directly or through
// functions, and what it does with them: a [SettingUse] that compares one with the
// row ([ComparesRow]) is tenant context, one that is compared with constants only
// is a [Flag].
//
// # Who may do what
//
// The role that runs the migrations is not known; it is "" wherever a role is named,
// and is taken to have the rights that its statements need. SET ROLE, SET SESSION
// AUTHORIZATION, SECURITY DEFINER and \connect make another role create, and own.
// A [Grant] says who gave what to whom, as the server's access control lists do, so
// that REVOKE takes away what it takes away there. What the server gives by itself,
// EXECUTE on functions for PUBLIC, is a Grant as well ([BuiltIn]).
//
// # History
//
// Each object has its [Event]s: what made it so, what weakened it, and what it was
// before it was dropped and made anew. [Model.Explain] puts together what concerns one
// table. [Model.Lean] leaves all of that out.
//
// # As a catalog
//
// A *Model is a [sqlcheck.Catalog]: with it, [sqlcheck.AnalyzeIn] knows which
// relation a column belongs to, and which columns choose a single row.
//
// No file makes the replay fail, hang or use more than bounded memory.
package schema
