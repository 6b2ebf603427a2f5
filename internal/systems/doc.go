// Package systems shows on a real server what the programs of examples/systems do: each
// leak that is planted in the leaking form lets a tenant see or change what is another's,
// and the safe form does its work without. What asks the programs is in testdata/<system>;
// it is built as a part of them, so that it can call what is internal to them.
package systems
