// Package goddl reads the schema statements that Go code puts together: set-up code
// that loops over the names of tables and makes a statement for each, by Sprintf, by
// +, by ReplaceAll.
//
// It runs the code as far as it is made of constants, without types: functions of the
// module in the order in which they call each other, loops over lists, maps and fields
// of structs that are known. A loop over what a query says of the catalog becomes a DO
// block with the same loop, so that it is the database (or the replay of the
// migrations) that knows the rows. What else a statement is made of is not known, and
// such statements are counted.
package goddl
