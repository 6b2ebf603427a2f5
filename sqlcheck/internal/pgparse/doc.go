// Package pgparse is the only importer of a PostgreSQL parser.
//
// With cgo on Linux it is libpg_query (PostgreSQL 16) through pg_query_go,
// elsewhere oliphant (PostgreSQL 18), which is pure Go. The build tags
// tenantvet_cgo and tenantvet_purego force one. Both generate their node types
// from the same protobuf definition, so that aliases make them one API; where
// the grammars differ there are functions, such as [Returning].
//
// Texts that need a newer grammar than PostgreSQL 16 are errors with
// libpg_query: MERGE .. RETURNING and WHEN NOT MATCHED BY, RETURNING WITH,
// JSON_TABLE and its kin, WITHOUT OVERLAPS, NOT ENFORCED and NOT NULL
// constraints, VIRTUAL columns, COPY's newer forms. Positions and words of the
// errors of the two differ in places. PL/pgSQL is left to the package
// plpgsql: both parsers want to know its variables, and oliphant is quadratic in
// the length of a body.
//
// No text may end the process or hang it: libpg_query overflows its C stack on
// long operator chains, and the pure parser is quadratic in some shapes. Every
// text is therefore measured by tokens first (see [Check]) and refused with an
// [Error] that has TooComplex set, by the same limits for both parsers.
package pgparse

//go:generate go run gen/main.go
