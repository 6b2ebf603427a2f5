// A program that wants every text known, in a module of its own for its
// configuration.
module example.com/corpus/dynamicsql

go 1.25.0
